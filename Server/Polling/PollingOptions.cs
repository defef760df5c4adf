namespace CopyTrack.Server.Polling;

/// <summary>How devices without a session are read.</summary>
internal sealed record PollingOptions
{
    /// <summary><c>Polling:IdleSeconds</c>: time between two reads of one device.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>Polling:InventorySeconds</c>: time between two looks at what a device says of itself, unless the device has a setting of its own; 0 = never.</summary>
    public TimeSpan Inventory { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary><c>Polling:NameSeconds</c>: how long the address of a device's name is kept while the device answers there.</summary>
    public TimeSpan NameKept { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A device that does not answer is asked ever more seldom, at least this often.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Devices read at one time.</summary>
    public int Parallel { get; init; } = 128;

    /// <summary>How long a claim on a device lives without being renewed: a dead node's devices are free after this.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(12);
}
