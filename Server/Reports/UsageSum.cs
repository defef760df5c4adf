using CopyTrack.Accounting.Ledger;

namespace CopyTrack.Server.Reports;

/// <summary>A sum of the roll-ups for one combination of the dimensions asked for; ids not asked for are 0, <see cref="Function"/>, <see cref="Cause"/> and <see cref="Hour"/> -1.</summary>
internal record UsageSum
{
    public long PersonId { get; init; }
    public long ProjectId { get; init; }
    public long DeviceId { get; init; }
    /// <summary>Day number of the local date, 0 when not asked for.</summary>
    public int Day { get; init; }
    /// <summary>Year * 12 + month - 1, 0 when not asked for or when <see cref="Day"/> tells it.</summary>
    public int Month { get; init; }
    public int Function { get; init; } = -1;
    public int Cause { get; init; } = -1;
    /// <summary>Hour of the local day, -1 when not asked for.</summary>
    public int Hour { get; init; } = -1;
    public long Jobs { get; init; }
    public long Impressions { get; init; }
    public long Mono { get; init; }
    public long Color { get; init; }
    public long UnknownColor { get; init; }
    public long Normal { get; init; }
    public long Large { get; init; }
    public long UnknownSize { get; init; }
    public long Sheets { get; init; }
    public long DuplexSheets { get; init; }
    public long UnknownSides { get; init; }
    public long Scans { get; init; }
    public long Faxes { get; init; }
    public long CostMicros { get; init; }
    public string? UserName { get; init; }
    public string? DisplayName { get; init; }
    public string? Department { get; init; }
    public string? CostCentre { get; init; }
    public string? DeviceName { get; init; }
    public string? Site { get; init; }
    public string? ProjectCode { get; init; }
    public string? ProjectName { get; init; }

    public PageCounts Counts => new(Impressions, Mono, Color, UnknownColor, Normal, Large, UnknownSize, Sheets, DuplexSheets, UnknownSides, Scans, Faxes, CostMicros);

    /// <summary>The sum with other counts.</summary>
    public UsageSum With(in PageCounts c, long jobs) => this with
    {
        Jobs = jobs, Impressions = c.Impressions, Mono = c.Mono, Color = c.Color, UnknownColor = c.UnknownColor, Normal = c.Normal, Large = c.Large,
        UnknownSize = c.UnknownSize, Sheets = c.Sheets, DuplexSheets = c.DuplexSheets, UnknownSides = c.UnknownSides, Scans = c.Scans, Faxes = c.Faxes,
        CostMicros = c.CostMicros,
    };
}
