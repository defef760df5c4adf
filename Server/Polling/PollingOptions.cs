namespace CopyTrack.Server.Polling;

/// <summary>How devices without a session are read.</summary>
internal sealed record PollingOptions
{
    private const double Spread = 0.1;

    /// <summary><c>Polling:IdleSeconds</c>: time between two reads of one device.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>Polling:InventorySeconds</c>: time between two looks at what a device says of itself, unless the device has a setting of its own; 0 = never.</summary>
    public TimeSpan Inventory { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary><c>Polling:NameSeconds</c>: how long the address of a device's name is kept while the device answers there.</summary>
    public TimeSpan NameKept { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>Polling:SupplyLowPercent</c>: a supply with so much left, or less, is told as low; 0 tells of none.</summary>
    public int SupplyLowPercent { get; init; } = 10;

    /// <summary>A device that does not answer is asked ever more seldom, at least this often.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Devices read at one time.</summary>
    public int Parallel { get; init; } = 128;

    /// <summary>How long a claim on a device lives without being renewed: a dead node's devices are free after this.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>What spreads the reads.</summary>
    public Random Chance { get; init; } = Random.Shared;

    /// <summary>Time until a device that was read now is read again: a little early, each differently, or devices that began together would be read in bursts for ever.</summary>
    public TimeSpan NextIdle() => Idle * (1 - (Chance.NextDouble() * Spread));

    /// <summary>Time until a device that did not answer, after this many tries before, is asked again.</summary>
    public TimeSpan NextTry(long failedPolls)
    {
        var pause = NextIdle() * Math.Pow(2, Math.Min(failedPolls, 10));
        return pause > Longest ? Longest : pause;
    }
}
