using CopyTrack.MfpSimulator.Meters;

namespace CopyTrack.MfpSimulator.Truths;

/// <summary>How a job ended.</summary>
public enum JobEnd
{
    /// <summary>It runs or waits.</summary>
    Open,

    /// <summary>Every page came.</summary>
    Done,

    /// <summary>The panel was locked under it.</summary>
    Locked,

    /// <summary>Somebody stopped it.</summary>
    Cancelled,

    /// <summary>The power went.</summary>
    PowerLost,
}

/// <summary>What truly came of one job so far.</summary>
public sealed record TruthJob
{
    /// <summary>Number of the device, from 1.</summary>
    public required int Device { get; init; }

    /// <summary>Unique in the simulator.</summary>
    public required string Id { get; init; }

    /// <summary>What it does.</summary>
    public required JobFunction Function { get; init; }

    /// <summary>Colour as the engine did it.</summary>
    public required JobColor Color { get; init; }

    /// <summary>Paper.</summary>
    public required PaperSize Size { get; init; }

    /// <summary>True when two-sided was asked for; an odd last page still has one side.</summary>
    public required bool Duplex { get; init; }

    /// <summary>Who truly did it: the tag of the request, empty when none.</summary>
    public required string Who { get; init; }

    /// <summary>True when the panel's lock was bypassed.</summary>
    public required bool Bypass { get; init; }

    /// <summary>When it was given to the device.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When its first sheet or original was done; null before.</summary>
    public DateTimeOffset? FirstPageAt { get; init; }

    /// <summary>When its last sheet or original was done; null before the first.</summary>
    public DateTimeOffset? LastPageAt { get; init; }

    /// <summary>Printed sides.</summary>
    public int Impressions { get; init; }

    /// <summary>Printed sheets.</summary>
    public int Sheets { get; init; }

    /// <summary>Originals read by the scanner.</summary>
    public int Originals { get; init; }

    /// <summary>How it ended.</summary>
    public JobEnd End { get; init; }
}

/// <summary>What to sum; a null member takes everything.</summary>
public sealed record TruthFilter
{
    /// <summary>Number of the device.</summary>
    public int? Device { get; init; }

    /// <summary>Function of the job.</summary>
    public JobFunction? Function { get; init; }

    /// <summary>Colour.</summary>
    public JobColor? Color { get; init; }

    /// <summary>Name of the paper size.</summary>
    public string? Size { get; init; }

    /// <summary>Sheets with this many sides, 1 or 2.</summary>
    public int? Sides { get; init; }

    /// <summary>Tag of who did it; empty for jobs without one.</summary>
    public string? Who { get; init; }

    /// <summary>True for bypassed copies only, false for the others.</summary>
    public bool? Bypass { get; init; }
}

/// <summary>Sums of what truly happened.</summary>
/// <param name="Impressions">Printed sides.</param>
/// <param name="Sheets">Printed sheets.</param>
/// <param name="Equivalents">Printed sides, A3 and Ledger twice.</param>
/// <param name="Originals">Scanned sides.</param>
public readonly record struct TruthSum(long Impressions, long Sheets, long Equivalents, long Originals)
{
    /// <summary>Both together.</summary>
    public static TruthSum operator +(TruthSum left, TruthSum right) =>
        new(left.Impressions + right.Impressions, left.Sheets + right.Sheets, left.Equivalents + right.Equivalents, left.Originals + right.Originals);
}
