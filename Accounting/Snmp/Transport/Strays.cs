using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>Datagrams that answer nothing that is waited for, by sender: what they say about a silence. Bounded; anybody may send them, so they explain and decide nothing.</summary>
internal sealed class Strays(TimeProvider time)
{
    private const int MaxSenders = 1_024;
    private static readonly TimeSpan s_lateCounts = TimeSpan.FromMinutes(3);
    private readonly ConcurrentDictionary<IPEndPoint, (bool Readable, long At)> _senders = new();

    /// <summary>Remembers one; <paramref name="readable"/> when it named an id.</summary>
    public void Note(SocketAddress from, bool readable)
    {
        if (_senders.Count >= MaxSenders)
        {
            _senders.Clear();
        }

        if (EndPointOf(from) is { } sender)
        {
            _senders[sender] = (readable, time.GetTimestamp());
        }
    }

    /// <summary>Why an agent seemed silent since then, as far as its strays tell; null when they do not.</summary>
    public Verdict.Unusable? From(IPEndPoint agent, long since) =>
        !_senders.TryRemove(agent, out var stray) ? null
        : stray.Readable ? time.GetElapsedTime(stray.At) < s_lateCounts ? new Verdict.Unusable(SnmpCause.TooLate) : null
        : stray.At >= since ? new Verdict.Unusable(SnmpCause.Unreadable, "it does not begin as one")
        : null;

    public static IPEndPoint? EndPointOf(SocketAddress from) => from.Family switch
    {
        AddressFamily.InterNetwork => (IPEndPoint)new IPEndPoint(IPAddress.Any, 0).Create(from),
        AddressFamily.InterNetworkV6 => (IPEndPoint)new IPEndPoint(IPAddress.IPv6Any, 0).Create(from),
        _ => null,
    };
}
