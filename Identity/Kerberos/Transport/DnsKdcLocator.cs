using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace CopyTrack.Identity.Kerberos.Transport;

/// <summary>
/// Finds servers by <c>_kerberos._udp</c> and <c>_kerberos._tcp</c> of a realm (RFC 4120 §7.2.3.2). What DNS says is not trusted with anything: a KDC of a
/// liar's can't make a ticket that opens with our keytab. Answers are kept for their time to live, between 10 s and 10 minutes.
/// </summary>
public sealed class DnsKdcLocator(TimeSpan patience, TimeProvider time, IPEndPoint? server = null) : IKdcLocator
{
    private const int Port = 53, MaxServers = 16, MaxKept = 64, MaxTcp = 16 * 1024;
    private static readonly TimeSpan TryTime = TimeSpan.FromMilliseconds(800);

    private readonly ConcurrentDictionary<string, (long Until, IReadOnlyList<KdcEndpoint> Servers)> kept = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<KdcEndpoint>> FindAsync(string realm, CancellationToken cancellationToken)
    {
        if (kept.TryGetValue(realm, out var known) && time.GetTimestamp() < known.Until)
        {
            return known.Servers;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        List<SrvRecord> records = [];
        try
        {
            foreach (var service in new[] { "_kerberos._udp.", "_kerberos._tcp." })
            {
                records = records.Count > 0 ? records : await AskAsync(service + realm, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return known.Servers ?? [];
        }

        var servers = Sorted(records);
        if (servers.Count > 0 && (kept.Count < MaxKept || kept.ContainsKey(realm)))
        {
            var life = Math.Clamp(records.Min(r => r.TimeToLive), 10, 600);
            kept[realm] = (time.GetTimestamp() + (life * time.TimestampFrequency), servers);
        }

        return servers;
    }

    /// <summary>By priority, and within one by weighted chance (RFC 2782).</summary>
    private static List<KdcEndpoint> Sorted(List<SrvRecord> records) =>
    [
        .. records.Where(r => r.Port > 0 && Uri.CheckHostName(r.Target) != UriHostNameType.Unknown)
            .OrderBy(r => r.Priority).ThenByDescending(r => Random.Shared.NextDouble() * (r.Weight + 1))
            .Take(MaxServers).Select(r => new KdcEndpoint(r.Target, r.Port)),
    ];

    private async Task<List<SrvRecord>> AskAsync(string name, CancellationToken cancellationToken)
    {
        if (DnsMessage.Question((ushort)RandomNumberGenerator.GetInt32(65536), name) is not { } question)
        {
            return [];
        }

        foreach (var resolver in server is null ? Resolvers() : [server])
        {
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            turn.CancelAfter(TryTime);
            try
            {
                var answer = await DatagramAsync(resolver, question, turn.Token);
                answer = DnsMessage.IsCut(answer) ? await StreamAsync(resolver, question, turn.Token) : answer;
                return DnsMessage.Records(answer, question.Length);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The next resolver.
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                // The next resolver.
            }
        }

        return [];
    }

    private static async Task<byte[]> DatagramAsync(IPEndPoint resolver, byte[] question, CancellationToken cancellationToken)
    {
        using var client = new UdpClient(resolver.AddressFamily);
        client.Connect(resolver);
        await client.SendAsync(question, cancellationToken);
        while (true)
        {
            var answer = (await client.ReceiveAsync(cancellationToken)).Buffer;
            if (DnsMessage.Answers(answer, question))
            {
                return answer;
            }
        }
    }

    private static async Task<byte[]> StreamAsync(IPEndPoint resolver, byte[] question, CancellationToken cancellationToken)
    {
        using var client = new TcpClient(resolver.AddressFamily);
        await client.ConnectAsync(resolver, cancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync((byte[])[(byte)(question.Length >> 8), (byte)question.Length, .. question], cancellationToken);
        var head = new byte[2];
        await stream.ReadExactlyAsync(head, cancellationToken);
        var answer = new byte[Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(head), MaxTcp)];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return DnsMessage.Answers(answer, question) ? answer : throw new IOException("an answer to another question");
    }

    private static List<IPEndPoint> Resolvers()
    {
        try
        {
            return
            [
                .. File.ReadLines("/etc/resolv.conf").Take(200).Select(l => l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                    .Where(w => w.Length > 1 && w[0] == "nameserver").Select(w => IPAddress.TryParse(w[1], out var address) ? address : null).OfType<IPAddress>()
                    .Take(3).Select(a => new IPEndPoint(a, Port)),
            ];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
