using CopyTrack.Server.Data;

namespace CopyTrack.Server.Reports.Schedules;

/// <summary>What changes of kept reports and schedules look like in the audit log, which outlives people: of a person's name and of mail addresses it tells that they differ, never what they are. Pure.</summary>
internal static class ReportAudits
{
    /// <summary>What differs between two states of a kept report; null for none.</summary>
    public static AuditValues Of(SavedReport? before, SavedReport? after)
    {
        // A report of one person is likely to be called by them.
        bool isOfOne = UserOf(before) is not null || UserOf(after) is not null;
        AuditValues values = new AuditValues().Add("contents", Told(before), Told(after)).AddKept("user", UserOf(before) != UserOf(after), UserOf(before) is not null, UserOf(after) is not null)
            .Add("shared", before?.Shared, after?.Shared);
        return isOfOne ? values.AddKept("name", before?.Name != after?.Name, before is not null, after is not null) : values.Add("name", before?.Name, after?.Name);
    }

    /// <summary>What differs between two states of a schedule; null for none.</summary>
    public static AuditValues Of(ReportSchedule? before, ReportSchedule? after) => new AuditValues()
        .Add("report", Report(before), Report(after)).Add("timing", before?.Timing, after?.Timing).Add("zone", before?.Zone, after?.Zone).Add("formats", before?.Formats, after?.Formats)
        .Add("language", before?.Language, after?.Language).Add("enabled", before?.Enabled, after?.Enabled).Add("role", before?.Role, after?.Role)
        .Add("recipients", Domains(before), Domains(after)).AddKept("addresses", before?.Recipients != after?.Recipients, before is not null, after is not null);

    /// <summary>The subject of a report's lines.</summary>
    public static string Report(long id) => FormattableString.Invariant($"report:{id}");

    /// <summary>The subject of a schedule's lines.</summary>
    public static string Schedule(long id) => FormattableString.Invariant($"schedule:{id}");

    private static string? Report(ReportSchedule? schedule) => schedule is null ? null : Report(schedule.ReportId);

    private static string? UserOf(SavedReport? report) => report is null ? null : ReportAddress.Parse(report.Address)["user"];

    private static string? Told(SavedReport? report) => report is null ? null : ReportAddress.Parse(report.Address).With(("user", null)).ToQuery();

    /// <summary>How many addresses at which domains: enough to see that a report leaves the house.</summary>
    private static string? Domains(ReportSchedule? schedule) => schedule is null ? null
        : string.Join(", ", schedule.Recipients.Split(';', StringSplitOptions.RemoveEmptyEntries).GroupBy(r => r[(r.LastIndexOf('@') + 1)..].ToLowerInvariant()).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => FormattableString.Invariant($"{g.Count()} at {g.Key}")));
}
