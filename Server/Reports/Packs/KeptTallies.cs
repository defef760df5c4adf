using System.Collections.Concurrent;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>
/// Closed tallies of days that are over, each valid as long as the state that it was made of is the state of its days: what was asked before is answered without adding up again, and never
/// differs from what adding up again would give. Those that were not asked for longest go first when there is no room. Safe for use by many threads.
/// </summary>
internal sealed class KeptTallies(long mostBytes, TimeProvider time)
{
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);

    /// <summary>Octets that are kept.</summary>
    public long Bytes => kept.Values.Sum(k => k.Tally.Bytes);

    /// <summary>The tally of a key when it was made of this state; null otherwise.</summary>
    public UsageTally? Find(string key, string state)
    {
        if (!kept.TryGetValue(key, out Kept? found) || found.State != state)
        {
            return null;
        }

        found.AskedAt = time.GetTimestamp();
        return found.Tally;
    }

    /// <summary>Keeps a closed tally, in place of an older one of its key; not one that would leave no room for others.</summary>
    public void Keep(string key, string state, UsageTally tally)
    {
        if (tally.Bytes > mostBytes / 2)
        {
            return;
        }

        kept[key] = new Kept(state, tally) { AskedAt = time.GetTimestamp() };
        long bytes = Bytes;
        foreach ((string old, Kept one) in kept.OrderBy(k => k.Value.AskedAt))
        {
            if (bytes <= mostBytes && time.GetElapsedTime(one.AskedAt) < s_idle)
            {
                break;
            }

            bytes -= kept.TryRemove(old, out _) ? one.Tally.Bytes : 0;
        }
    }

    private sealed class Kept(string state, UsageTally tally)
    {
        public string State => state;

        public UsageTally Tally => tally;

        public long AskedAt { get; set; }
    }
}
