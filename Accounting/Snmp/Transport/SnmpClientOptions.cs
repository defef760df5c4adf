namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>Bounds of a manager.</summary>
public sealed record SnmpClientOptions
{
    /// <summary>UDP sockets for each address family that is used; each has one receive loop.</summary>
    public int Sockets { get; init; } = 2;

    /// <summary>Requests that may wait for replies at one time; the next ones queue.</summary>
    public int MaxInFlight { get; init; } = 512;

    /// <summary>Payload in bytes that a reply should not exceed: what fits an Ethernet frame.</summary>
    public int ReplyBudget { get; init; } = 1472;

    /// <summary>Rows asked for at once in a walk.</summary>
    public int Repetitions { get; init; } = 24;

    /// <summary>No request of a GET is begun after this, however many the agent makes of it.</summary>
    public TimeSpan MaxGetTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>No request of a walk is begun after this.</summary>
    public TimeSpan MaxWalkTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The shortest time a try waits; 250 ms because devices answer between two jobs of their own.</summary>
    public TimeSpan MinTimeout { get; init; } = TimeSpan.FromMilliseconds(250);
}
