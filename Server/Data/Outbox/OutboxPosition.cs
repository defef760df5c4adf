namespace CopyTrack.Server.Data.Outbox;

/// <summary>
/// How far a subscriber has read. Numbers are given before transactions commit, so a lower one may show up after a higher one: skipped
/// numbers are asked for again until they are too old to come.
/// </summary>
internal sealed class OutboxPosition(long last, DateTimeOffset now)
{
    private const int MostGaps = 2000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<long, DateTimeOffset> _gaps = Enumerable.Range(0, 200).Select(i => last - i).Where(id => id > 0).ToDictionary(id => id, _ => now);

    /// <summary>The highest number seen.</summary>
    public long Last { get; private set; } = last;

    /// <summary>Numbers that were skipped and may still come.</summary>
    public long[] Gaps => [.. _gaps.Keys];

    /// <summary>Leaves out what was there before the subscription began.</summary>
    public void Skip(IEnumerable<long> ids)
    {
        foreach (var id in ids)
        {
            _gaps.Remove(id);
        }
    }

    /// <summary>True when the message is new; remembers it and what it skipped.</summary>
    public bool Take(long id, DateTimeOffset now)
    {
        if (id <= Last)
        {
            return _gaps.Remove(id);
        }

        for (var skipped = Math.Max(Last + 1, id - MostGaps); skipped < id; skipped++)
        {
            _gaps[skipped] = now;
        }

        Last = id;
        return true;
    }

    /// <summary>Gives up on numbers that were skipped long ago.</summary>
    public void Forget(DateTimeOffset now)
    {
        foreach (var (id, since) in _gaps)
        {
            if (now - since > s_patience)
            {
                _gaps.Remove(id);
            }
        }
    }
}
