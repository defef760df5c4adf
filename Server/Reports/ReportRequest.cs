using System.Collections.Immutable;

namespace CopyTrack.Server.Reports;

/// <summary>
/// A report that someone asks for, narrowed by names. <see cref="NoOne"/> stands for what has none: no project, no department, no site.
/// </summary>
internal sealed record ReportRequest(string Name, ReportPeriod Period, ReportScope Scope, string? By = null, string? Device = null, string? User = null)
{
    /// <summary>Name of "none": pages of nobody, without a project, of people without a department, of devices without a site, and the cause of what belongs to someone.</summary>
    public const string NoOne = "(none)";

    /// <summary>Only this project, by its code.</summary>
    public string? Project { get; init; }

    /// <summary>Only people of this department.</summary>
    public string? Department { get; init; }

    /// <summary>Only people of this cost centre.</summary>
    public string? CostCentre { get; init; }

    /// <summary>Only devices of this site.</summary>
    public string? Site { get; init; }

    /// <summary>Only this function, by its word.</summary>
    public string? Function { get; init; }

    /// <summary>Only this cause, by its word.</summary>
    public string? Cause { get; init; }

    /// <summary>Only this hour of the local day, 0 to 23.</summary>
    public int? Hour { get; init; }

    /// <summary>The period that the first nine are compared with; null for none.</summary>
    public ReportPeriod? Compare { get; init; }

    /// <summary>True when that is only as much of a longer one as has passed of the period itself, which is not over.</summary>
    public bool CompareIsCut { get; init; }
}

/// <summary>A request that can't be answered as it stands; the message says what to ask instead.</summary>
internal sealed class ReportRequestException(string message) : Exception(message);

/// <summary>Names of reports and of what those about pages can be split by.</summary>
internal static class ReportNames
{
    /// <summary>All, in the order of the documentation.</summary>
    public static ImmutableArray<string> All { get; } =
        ["users", "devices", "departments", "costCentres", "projects", "sites", "months", "hours", "functions", "jobs", "coverage", "meters"];

    /// <summary>Those that count pages by something, and can be split and compared.</summary>
    public static ImmutableArray<string> OfPages { get; } = All[..9];

    /// <summary>What they can be split by.</summary>
    public static ImmutableArray<string> Splits { get; } =
        ["user", "device", "department", "costCentre", "project", "site", "month", "day", "hour", "function", "cause"];
}
