using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CopyTrack.TestKit.Cards;

/// <summary>
/// A real PC/SC service of the tests' own with the virtual reader of vsmartcard (packages pcscd, vsmartcard-vpcd; root, for a mount namespace of its own). Whoever is to use it
/// gets <see cref="Environment"/>; the test plays the card over the reader's TCP port. Takes two ports, so fixtures with one do not run side by side with themselves.
/// </summary>
public sealed class VirtualReader : IDisposable
{
    private static readonly byte[] s_reset = [0x3B, 0x80, 0x80, 0x01, 0x01];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("copytrack-reader-");
    private readonly Process _service;
    private readonly int _port = FreePort.Take(2); // The driver opens a second slot on the next port.

    private VirtualReader()
    {
        string run = Path.Combine(_folder.FullName, "run"), readers = Path.Combine(_folder.FullName, "readers");
        Directory.CreateDirectory(run);
        Directory.CreateDirectory(readers);
        File.WriteAllText(
            Path.Combine(readers, "vpcd"),
            string.Create(CultureInfo.InvariantCulture, $"FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x{_port:X}\nLIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so\nCHANNELID 0x{_port:X}\n"));
        _service = Process.Start("unshare", ["-m", "sh", "-c", $"mkdir -p /run/pcscd && mount --bind {run} /run/pcscd && exec pcscd -f -C -c {readers}"]);
    }

    /// <summary>Variables for processes that use the reader.</summary>
    public Dictionary<string, string> Environment => new() { ["PCSCLITE_CSOCK_NAME"] = Socket };

    private string Socket => Path.Combine(_folder.FullName, "run", "pcscd.comm");

    /// <summary>Starts the service; returns when it can be reached.</summary>
    public static async Task<VirtualReader> StartAsync()
    {
        var reader = new VirtualReader();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!File.Exists(reader.Socket))
        {
            await Task.Delay(50, deadline.Token);
        }

        return reader;
    }

    /// <summary>Puts a card in that answers commands so, and is told of every reset; taken away when disposed.</summary>
    public async Task<IDisposable> InsertAsync(Func<byte[], byte[]> answer, Action? reset = null)
    {
        var client = new TcpClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, _port, deadline.Token);
                break;
            }
            catch (SocketException)
            {
                // The reader listens again only after it has seen that the last card is gone.
                client.Dispose();
                client = new TcpClient();
                await Task.Delay(100, deadline.Token);
            }
        }

        _ = PlayAsync(client.GetStream(), answer, reset);
        return client;
    }

    public void Dispose()
    {
        _service.Kill();
        _service.WaitForExit();
        _service.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task PlayAsync(NetworkStream stream, Func<byte[], byte[]> answer, Action? reset)
    {
        var length = new byte[2];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(length);
                var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(message);
                if (message is [0 or 1 or 2])
                {
                    // Power off, power on, reset.
                    reset?.Invoke();
                    continue;
                }

                var reply = message is [4] ? s_reset : answer(message);
                await stream.WriteAsync((byte[])[(byte)(reply.Length >> 8), (byte)reply.Length, .. reply]);
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // The card was taken away.
        }
    }
}
