namespace CopyTrack.MfpSimulator.Agent;

/// <summary>How an agent breaks GETNEXT and GETBULK.</summary>
public enum WalkFault
{
    /// <summary>It works.</summary>
    None,

    /// <summary>The answer is the name that was asked: an endless walk.</summary>
    SameName,

    /// <summary>After some objects it jumps back to the first.</summary>
    Backwards,

    /// <summary>It answers genErr.</summary>
    Error,
}

/// <summary>What goes wrong between a device and its readers. Immutable; replaced as a whole while the device runs.</summary>
public sealed record AgentFaults
{
    /// <summary>A network without faults.</summary>
    public static AgentFaults None { get; } = new();

    /// <summary>Share of requests, and again of replies, that get lost: 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Share of replies that come twice: 0 to 1.</summary>
    public double Duplicates { get; init; }

    /// <summary>Every reply waits this long.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Up to this much is added to <see cref="Delay"/> at random; replies may overtake each other.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Share of replies that come <see cref="LateBy"/> later, when the reader has given up: 0 to 1.</summary>
    public double Late { get; init; }

    /// <summary>How late a late reply is.</summary>
    public TimeSpan LateBy { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Largest reply in bytes; above it tooBig (GET) or fewer rows (GETBULK). Default: one Ethernet frame.</summary>
    public int MaxReplyBytes { get; init; } = 1472;

    /// <summary>True for an agent that knows only SNMPv1 and drops everything else.</summary>
    public bool V1Only { get; init; }

    /// <summary>How walking fails.</summary>
    public WalkFault Walk { get; init; }

    /// <summary>True for a device that is there and says nothing.</summary>
    public bool Silent { get; init; }
}
