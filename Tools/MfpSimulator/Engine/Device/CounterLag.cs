namespace CopyTrack.MfpSimulator.Device;

/// <summary>How late counters rise after the sheet or scan. By default each group of counters (totals, functions, sizes, sheets, scans) rises at its own moment, so that one read sees totals and parts that differ.</summary>
public sealed record CounterLag
{
    /// <summary>Counters rise with the sheet.</summary>
    public static CounterLag None { get; } = new() { Min = TimeSpan.Zero, Max = TimeSpan.Zero };

    /// <summary>Shortest delay.</summary>
    public TimeSpan Min { get; init; } = TimeSpan.FromSeconds(0.3);

    /// <summary>Longest delay; the default stays below what a server assumes before it has learned a device's lag.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>True: nothing rises until the job has ended.</summary>
    public bool AtJobEnd { get; init; }

    /// <summary>True: all counters of a sheet rise at one moment.</summary>
    public bool Together { get; init; }
}

/// <summary>What the engine is doing.</summary>
public enum MfpState
{
    /// <summary>No power.</summary>
    Off,

    /// <summary>Heating after power-on or sleep.</summary>
    WarmingUp,

    /// <summary>Idle.</summary>
    Ready,

    /// <summary>Sheets come out.</summary>
    Printing,

    /// <summary>Saving energy.</summary>
    Asleep,

    /// <summary>Paper is stuck.</summary>
    Jammed,

    /// <summary>No tray has paper for the job.</summary>
    PaperOut,
}
