using System.Collections.Immutable;
using System.Text.Json;
using CopyTrack.Accounting.Charging;

namespace CopyTrack.Server.Data.Lookup;

/// <summary>The limits that a login's look-up brings along, in the form in which both databases give them.</summary>
internal static class LoginLimits
{
    /// <summary>Day numbers on which the running day, month and year began.</summary>
    public static (int Day, int Month, int Year) Starts(DateOnly today) =>
        (today.DayNumber, CreditRules.Start(QuotaPeriod.Month, today).DayNumber, CreditRules.Start(QuotaPeriod.Year, today).DayNumber);

    /// <summary>The limits of a JSON list of kind, soft, hard, extra, spent and held; none for null.</summary>
    public static ImmutableArray<QuotaUse> Read(string? json) => json is null or "[]" ? []
        : [.. JsonSerializer.Deserialize<long?[][]>(json)!.Select(l => new QuotaUse((QuotaKind)l[0]!.Value, l[1], l[2], l[3] ?? 0, l[4] ?? 0) { Held = l[5] ?? 0 })];
}
