using CopyTrack.MfpSimulator.Meters;

namespace CopyTrack.MfpSimulator.Device;

/// <summary>What somebody asks a device to do.</summary>
public sealed record JobRequest
{
    /// <summary>Largest number of pages times copies in one job.</summary>
    public const int MaxPages = 100_000;

    /// <summary>What to do.</summary>
    public required JobFunction Function { get; init; }

    /// <summary>Sides of the document: originals of a copy, scan or fax, pages of a print.</summary>
    public int Pages { get; init; } = 1;

    /// <summary>How many sets to print.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Colour asked for; a mono engine prints mono.</summary>
    public JobColor Color { get; init; } = JobColor.Mono;

    /// <summary>Paper.</summary>
    public PaperSize Size { get; init; } = PaperSize.A4;

    /// <summary>Two sides on each sheet.</summary>
    public bool Duplex { get; init; }

    /// <summary>Who truly does it; only the truth log sees it.</summary>
    public string Who { get; init; } = "";

    /// <summary>True to ignore the panel's lock, as a pulled cable does.</summary>
    public bool Bypass { get; init; }

    /// <summary>True for what a person does at the panel; direct prints and incoming faxes are not.</summary>
    public bool AtPanel => Function is JobFunction.Copy or JobFunction.Scan or JobFunction.FaxSend;
}

/// <summary>Why a device refused a job.</summary>
public enum Refusal
{
    /// <summary>The panel does not free this function.</summary>
    PanelLocked,

    /// <summary>The panel frees copies, but not in colour.</summary>
    ColorNotAllowed,

    /// <summary>It is switched off or starting.</summary>
    Off,

    /// <summary>It has no scanner.</summary>
    NoScanner,

    /// <summary>Too many jobs wait, or the job is too big or empty.</summary>
    NotAccepted,
}

/// <summary>What came of <see cref="SimulatedMfp.Submit"/>.</summary>
public abstract record JobAnswer
{
    private JobAnswer()
    {
    }

    /// <summary>The job is in the queue under this id.</summary>
    public sealed record Accepted(string JobId) : JobAnswer;

    /// <summary>Nothing happens.</summary>
    public sealed record Refused(Refusal Reason) : JobAnswer;
}
