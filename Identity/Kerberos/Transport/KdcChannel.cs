using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;

namespace CopyTrack.Identity.Kerberos.Transport;

/// <summary>
/// UDP first for small requests, then TCP (RFC 4120 §7.2): the servers in order, those that failed within the last half minute at the end. Safe for many threads.
/// </summary>
public sealed class KdcChannel(IKdcLocator locator, TimeSpan patience, TimeProvider time) : IKdcChannel
{
    /// <summary>Largest answer; tickets with many groups have some ten thousand bytes.</summary>
    public const int MaxAnswer = 256 * 1024;

    private const int MaxDatagram = 1400;
    private static readonly TimeSpan DatagramPatience = TimeSpan.FromSeconds(1), Bench = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<KdcEndpoint, long> failed = new();

    /// <inheritdoc/>
    public async Task<byte[]> AskAsync(string realm, byte[] message, bool stream, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        List<string> tried = [];
        try
        {
            var servers = Order(await locator.FindAsync(realm, limit.Token));
            if (servers.Count == 0)
            {
                throw new KdcUnreachableException($"no Kerberos server of {realm} is known: set Kerberos:Kdcs or publish _kerberos._udp.{realm} in DNS");
            }

            foreach (var server in stream || message.Length > MaxDatagram ? [] : servers)
            {
                if (await TryAsync(server, message, DatagramAsync, DatagramPatience, "UDP", tried, limit.Token) is { } answer)
                {
                    return answer;
                }
            }

            for (var i = 0; i < servers.Count; i++)
            {
                var share = patience / Math.Max(1, servers.Count - i);
                if (await TryAsync(servers[i], message, StreamAsync, share, "TCP", tried, limit.Token) is { } answer)
                {
                    return answer;
                }

                failed[servers[i]] = time.GetTimestamp();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            tried.Add($"stopped after {patience.TotalSeconds:0} s");
        }

        throw new KdcUnreachableException($"no Kerberos server of {realm} answered: {string.Join("; ", tried)}");
    }

    private List<KdcEndpoint> Order(IReadOnlyList<KdcEndpoint> servers) =>
        [.. servers.OrderBy(s => failed.TryGetValue(s, out var at) && time.GetElapsedTime(at) < Bench)];

    private async Task<byte[]?> TryAsync(
        KdcEndpoint server, byte[] message, Func<KdcEndpoint, byte[], CancellationToken, Task<byte[]>> ask, TimeSpan share, string way, List<string> tried,
        CancellationToken limit)
    {
        using var turn = CancellationTokenSource.CreateLinkedTokenSource(limit);
        turn.CancelAfter(share);
        try
        {
            var answer = await ask(server, message, turn.Token);
            failed.TryRemove(server, out _);
            return answer;
        }
        catch (OperationCanceledException) when (!limit.IsCancellationRequested)
        {
            tried.Add($"{server} {way}: no answer");
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            tried.Add($"{server} {way}: {e.Message}");
        }

        return null;
    }

    private static async Task<byte[]> DatagramAsync(KdcEndpoint server, byte[] message, CancellationToken cancellationToken)
    {
        using var client = new UdpClient(AddressFamily.InterNetworkV6) { Client = { DualMode = true } };
        // Connected, so that answers of other addresses never arrive.
        await client.Client.ConnectAsync(server.Host, server.Port, cancellationToken);
        await client.Client.SendAsync(message, cancellationToken);
        while (true)
        {
            var answer = (await client.ReceiveAsync(cancellationToken)).Buffer;
            if (LooksRight(answer))
            {
                return answer;
            }
        }
    }

    private static async Task<byte[]> StreamAsync(KdcEndpoint server, byte[] message, CancellationToken cancellationToken)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
        var stream = client.GetStream();
        var framed = new byte[4 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed, message.Length);
        message.CopyTo(framed, 4);
        await stream.WriteAsync(framed, cancellationToken);
        var head = new byte[4];
        await stream.ReadExactlyAsync(head, cancellationToken);
        var length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length is <= 0 or > MaxAnswer)
        {
            throw new IOException($"it announced an answer of {(uint)length} bytes; at most {MaxAnswer} are taken");
        }

        var answer = new byte[length];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return LooksRight(answer) ? answer : throw new IOException("its answer is no Kerberos message");
    }

    /// <summary>The application tags of AS-REP, TGS-REP and KRB-ERROR; what else comes to the port is passed over.</summary>
    private static bool LooksRight(ReadOnlySpan<byte> answer) => answer is [0x6B or 0x6D or 0x7E, ..];
}
