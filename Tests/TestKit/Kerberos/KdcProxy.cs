using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace CopyTrack.TestKit.Kerberos;

/// <summary>
/// Stands between a client and a KDC, on UDP and TCP of one port. <see cref="Lie"/> gets the number of the answer (from 0, both ways counted together), the
/// request and the KDC's answer, and returns what the client hears; null lets it hear nothing.
/// </summary>
public sealed class KdcProxy : IAsyncDisposable
{
    private readonly int kdc;
    private readonly UdpClient datagrams;
    private readonly TcpListener streams;
    private readonly CancellationTokenSource end = new();
    private readonly Task[] loops;
    private int answers;

    public KdcProxy(int kdcPort)
    {
        kdc = kdcPort;
        while (true)
        {
            streams = new TcpListener(IPAddress.Loopback, 0);
            streams.Start();
            try
            {
                datagrams = new UdpClient(new IPEndPoint(IPAddress.Loopback, Port));
                break;
            }
            catch (SocketException)
            {
                streams.Stop();
            }
        }

        loops = [DatagramsAsync(), StreamsAsync()];
    }

    public int Port => ((IPEndPoint)streams.LocalEndpoint).Port;

    /// <summary>What the client hears; the truth at first.</summary>
    public Func<int, byte[], byte[], Task<byte[]?>> Lie { get; set; } = (_, _, answer) => Task.FromResult<byte[]?>(answer);

    /// <summary>Answers so far.</summary>
    public int Answers => Volatile.Read(ref answers);

    /// <summary>Begins to count anew, with another lie.</summary>
    public void Tell(Func<int, byte[], byte[], byte[]?> lie)
    {
        Volatile.Write(ref answers, 0);
        Lie = (number, request, answer) => Task.FromResult(lie(number, request, answer));
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        datagrams.Dispose();
        streams.Stop();
        await Task.WhenAll(loops);
        end.Dispose();
    }

    private async Task DatagramsAsync()
    {
        try
        {
            while (true)
            {
                var request = await datagrams.ReceiveAsync(end.Token);
                _ = AnswerAsync(request);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The proxy ends.
        }
    }

    private async Task AnswerAsync(UdpReceiveResult request)
    {
        try
        {
            if (await AskAsync(request.Buffer) is { } answer)
            {
                await datagrams.SendAsync(answer, request.RemoteEndPoint, end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException or IOException)
        {
            // The KDC is gone, or the proxy: the client hears nothing.
        }
    }

    private async Task StreamsAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await streams.AcceptTcpClientAsync(end.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The proxy ends.
        }
    }

    private async Task ServeAsync(TcpClient accepted)
    {
        using var client = accepted;
        try
        {
            var stream = client.GetStream();
            var request = await ReadAsync(stream);
            if (await AskAsync(request) is { } answer)
            {
                await WriteAsync(stream, answer);
            }
            else
            {
                await Task.Delay(Timeout.Infinite, end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException or IOException)
        {
            // The client or the KDC is gone.
        }
    }

    private async Task<byte[]?> AskAsync(byte[] request)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, kdc, end.Token);
        var stream = connection.GetStream();
        await WriteAsync(stream, request);
        var answer = await ReadAsync(stream);
        return await Lie(Interlocked.Increment(ref answers) - 1, request, answer);
    }

    private async Task<byte[]> ReadAsync(NetworkStream stream)
    {
        var head = new byte[4];
        await stream.ReadExactlyAsync(head, end.Token);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
        await stream.ReadExactlyAsync(body, end.Token);
        return body;
    }

    private async Task WriteAsync(NetworkStream stream, byte[] message)
    {
        var framed = new byte[4 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed, message.Length);
        message.CopyTo(framed, 4);
        await stream.WriteAsync(framed, end.Token);
    }
}
