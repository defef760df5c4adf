using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;

namespace CopyTrack.Server.Reports;

/// <summary>The columns that compare a row with the same row of another period. Nothing before is 0, not unknown: the ledger has no gaps.</summary>
internal static class ComparedColumns
{
    /// <summary>Columns in the order of <see cref="Cells"/>.</summary>
    public static ImmutableArray<ReportColumn> All { get; } =
    [
        new("impressionsBefore", ColumnKind.Count), new("impressionsChange", ColumnKind.Count), new("impressionsChangePercent", ColumnKind.Percent),
        new("costBefore", ColumnKind.Money), new("costChange", ColumnKind.Money),
    ];

    /// <summary>Cells of one row; the change in per cent is null where there was nothing before.</summary>
    public static ImmutableArray<object?> Cells(in PageCounts now, in PageCounts before) =>
    [
        before.Impressions, now.Impressions - before.Impressions, Percent(now.Impressions, before.Impressions),
        CountColumns.Money(before.CostMicros), CountColumns.Money(now.CostMicros - before.CostMicros),
    ];

    /// <summary>Change in per cent of what was before, two decimals; null where there was nothing.</summary>
    public static decimal? Percent(long now, long before) => before == 0 ? null : Math.Round(100m * (now - before) / before, 2);
}
