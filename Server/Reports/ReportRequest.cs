using System.Collections.Immutable;

namespace CopyTrack.Server.Reports;

/// <summary>Limits of what the asker may see, from a token's or account's scope; null members do not narrow.</summary>
internal sealed record ReportScope(long OrgId, string? Site = null, string? Department = null, string? Project = null)
{
    /// <summary>The whole default organisation.</summary>
    public static ReportScope Everything { get; } = new(1);

    /// <summary>A dealer or a customer of the fleet's tree, as <c>dealer=NAME</c>; only lists of the fleet are for such a scope.</summary>
    public string? Fleet { get; init; }

    /// <summary>What people are called where names are kept from the asker; null: by their names.</summary>
    public Pseudonyms? Names { get; init; }

    /// <summary>True when the scope tells people or projects apart, so that whole devices are not for it.</summary>
    public bool OnlyPeople => Department is not null || Project is not null;
}

/// <summary>A report that someone asks for. <see cref="Device"/> and <see cref="User"/> narrow it by name.</summary>
internal sealed record ReportRequest(string Name, ReportPeriod Period, ReportScope Scope, string? By = null, string? Device = null, string? User = null);

/// <summary>A request that can't be answered as it stands; the message says what to ask instead.</summary>
internal sealed class ReportRequestException(string message) : Exception(message);

/// <summary>Names of reports and of what the first five can be split by.</summary>
internal static class ReportNames
{
    public static ImmutableArray<string> All { get; } = ["users", "devices", "departments", "projects", "months", "jobs", "coverage", "meters"];

    public static ImmutableArray<string> Splits { get; } = ["user", "device", "department", "project", "month", "day", "function", "cause"];
}
