using System.Collections.Concurrent;
using System.Net;

namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>Learned round-trip times per agent, smoothed as RFC 6298 §2 does for TCP. Bounded: beyond 65,536 agents it starts anew.</summary>
internal sealed class RoundTrips(TimeSpan minimum)
{
    private const int MaxAgents = 65_536;
    private readonly ConcurrentDictionary<IPEndPoint, (double Mean, double Deviation)> _times = new();

    /// <summary>How long try number <paramref name="attempt"/> (from 0) waits: doubled with each, at most <paramref name="limit"/>.</summary>
    public TimeSpan TimeoutFor(IPEndPoint agent, int attempt, TimeSpan limit)
    {
        if (!_times.TryGetValue(agent, out var known))
        {
            return limit;
        }

        var wait = Math.Max(known.Mean + (4 * known.Deviation), minimum.TotalMilliseconds) * (1 << Math.Min(attempt, 10));
        return wait >= limit.TotalMilliseconds ? limit : TimeSpan.FromMilliseconds(wait);
    }

    /// <summary>True when the agent has answered before.</summary>
    public bool Knows(IPEndPoint agent) => _times.ContainsKey(agent);

    public void Learn(IPEndPoint agent, TimeSpan took)
    {
        if (_times.Count >= MaxAgents)
        {
            _times.Clear();
        }

        var ms = took.TotalMilliseconds;
        _times.AddOrUpdate(agent, _ => (ms, ms / 2), (_, old) =>
            ((old.Mean * 7 / 8) + (ms / 8), (old.Deviation * 3 / 4) + (Math.Abs(old.Mean - ms) / 4)));
    }
}
