namespace CopyTrack.Integration.Office;

/// <summary>How large an office day is and how rough it gets.</summary>
internal sealed record OfficePlan
{
    /// <summary>Devices, each with a terminal.</summary>
    public int Devices { get; init; } = 6;

    /// <summary>Walk-up sessions in all, spread evenly.</summary>
    public int Sessions { get; init; } = 60;

    /// <summary>How often a server is killed by SIGKILL at a random time.</summary>
    public int Kills { get; init; } = 2;

    /// <summary>1: a server on its embedded database. 2: two on one PostgreSQL behind a proxy, one killed for a while, one stopped for a while.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>How long the killed one of two nodes stays away.</summary>
    public TimeSpan NodeAway { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the other one of two nodes is stopped.</summary>
    public TimeSpan NodeStopped { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Mean time between two people at one device.</summary>
    public TimeSpan Gap { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>One device of so many counts nothing but a total.</summary>
    public int TotalOnlyEvery { get; init; } = 25;

    /// <summary>Seed of all that is random here; the timing of processes is not.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>No day may take longer.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(5);
}
