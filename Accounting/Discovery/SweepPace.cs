namespace CopyTrack.Accounting.Discovery;

/// <summary>
/// How fast a network is looked at: a first datagram is sent to a new address at most so often. Halves when the system can't send (a full queue, a network that is gone) or when
/// known devices fall silent, and recovers by a twentieth of the wanted rate with each answer. A value; what changes gives another one.
/// </summary>
public readonly record struct SweepPace
{
    private const double Slowest = 1;

    /// <summary>At most this many new addresses a second, from 1 to 1000. Throws <see cref="ArgumentOutOfRangeException"/> outside.</summary>
    public SweepPace(int perSecond)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perSecond, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(perSecond, 1000);
        (Wanted, PerSecond) = (perSecond, perSecond);
    }

    /// <summary>What was asked for.</summary>
    public int Wanted { get; }

    /// <summary>What holds now.</summary>
    public double PerSecond { get; private init; }

    /// <summary>Time between two new addresses.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(1 / PerSecond);

    /// <summary>After a sign that the network suffers.</summary>
    public SweepPace Slower() => this with { PerSecond = Math.Max(Slowest, PerSecond / 2) };

    /// <summary>After an answer.</summary>
    public SweepPace Faster() => this with { PerSecond = Math.Min(Wanted, PerSecond + (Wanted / 20.0)) };
}
