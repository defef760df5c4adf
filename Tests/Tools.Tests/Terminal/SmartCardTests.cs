using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>
/// PC/SC readers with a real pcscd and the virtual reader of vsmartcard (packages pcscd, vsmartcard-vpcd; root, for a mount namespace of its own); the test plays
/// the card over the reader's TCP port.
/// </summary>
[NonParallelizable] // the virtual reader takes two fixed ports
internal sealed class SmartCardTests
{
    private TerminalBench bench = null!;
    private Process service = null!;
    private int port;

    [SetUp]
    public async Task SetUp()
    {
        bench = new TerminalBench();
        bench.Config["simulated"] = null;
        bench.Config["readers"] = new JsonArray(new JsonObject { ["kind"] = "pcsc", ["name"] = "virtual" });
        port = FreePort();
        string run = Path.Combine(bench.Folder, "run"), readers = Path.Combine(bench.Folder, "readers");
        Directory.CreateDirectory(run);
        Directory.CreateDirectory(readers);
        File.WriteAllText(Path.Combine(readers, "vpcd"), string.Create(CultureInfo.InvariantCulture, $"FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x{port:X}\nLIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so\nCHANNELID 0x{port:X}\n"));
        service = Process.Start("unshare", ["-m", "sh", "-c", $"mkdir -p /run/pcscd && mount --bind {run} /run/pcscd && exec pcscd -f -C -c {readers}"]);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!File.Exists(Path.Combine(run, "pcscd.comm")))
        {
            await Task.Delay(50, deadline.Token);
        }
    }

    [TearDown]
    public void TearDown()
    {
        service.Kill();
        service.WaitForExit();
        service.Dispose();
        bench.Dispose();
    }

    [Test]
    public async Task Card_laid_down_logs_in_and_unusable_cards_are_told()
    {
        await using var terminal = TerminalProcess.Run(bench.ConfigFile, new Dictionary<string, string> { ["PCSCLITE_CSOCK_NAME"] = Path.Combine(bench.Folder, "run", "pcscd.comm") });
        terminal.Secret("04A1B2C3D4E5F6");
        terminal.Secret("08112233");
        using var link = await bench.Server.WelcomeAsync();
        while ((await terminal.EventAsync("device"))["text"]!.GetValue<string>() != "is ready")
        {
        }
        using (await LayDownAsync("04A1B2C3D4E5F69000"))
        {
            var login = await link.LogInAsync("s-1");
            Assert.That(login["card"]!.GetValue<string>(), Is.EqualTo("04A1B2C3D4E5F6"));
        }
        await terminal.EventAsync("unlocked");
        using (await LayDownAsync("081122339000"))
        {
            Assert.That((await terminal.EventAsync("device"))["text"]!.GetValue<string>(), Does.Contain("another number each time"));
        }
        using (await LayDownAsync("6A81"))
        {
            Assert.That((await terminal.EventAsync("device"))["text"]!.GetValue<string>(), Does.Contain("gives no number"));
        }
    }

    /// <summary>Connects to the virtual reader as a card whose answer to GET DATA is given; taken away when disposed.</summary>
    private async Task<IDisposable> LayDownAsync(string answer)
    {
        var client = new TcpClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
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
        _ = PlayAsync(client.GetStream(), Convert.FromHexString(answer));
        return client;
    }

    private static async Task PlayAsync(NetworkStream stream, byte[] answer)
    {
        byte[] reset = [0x3B, 0x80, 0x80, 0x01, 0x01];
        var length = new byte[2];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(length);
                var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(message);
                byte[]? reply = message switch
                {
                    [4] => reset,
                    [0 or 1 or 2] => null,
                    [0xFF, 0xCA, 0, 0, 0] => answer,
                    _ => [0x6D, 0x00],
                };
                if (reply is not null)
                {
                    await stream.WriteAsync((byte[])[(byte)(reply.Length >> 8), (byte)reply.Length, .. reply]);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // The card was taken away.
        }
    }

    private static int FreePort()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Any, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            try
            {
                // The driver opens a second slot on the next port.
                using var second = new TcpListener(IPAddress.Any, port + 1);
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: try another pair.
            }
        }
    }
}
