using System.Collections.Immutable;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Web;

/// <summary>
/// Where the numbers of a report lead: to the jobs behind them, and those of the meters to the balance of the device for whoever may open it (<paramref name="balances"/>).
/// </summary>
internal sealed class ReportLinks(ReportAddress address, Report report, TimeZoneInfo zone, bool balances)
{
    private RowLinks? totals;

    /// <summary>The links of the totals.</summary>
    public RowLinks Totals => totals ??= new(this, null);

    /// <summary>The links of a row.</summary>
    public RowLinks Of(ImmutableArray<object?> row) => new(this, row);

    private string? Jobs(ImmutableArray<object?>? row, string column) => ReportDrill.OfCell(address, report, row, column, zone) is { } behind ? "/Sessions?" + behind.ToQuery() : null;

    private string? Balance(ImmutableArray<object?>? row)
    {
        if (!balances || report.Name is not ("coverage" or "meters") || row is not [string device, ..])
        {
            return null;
        }

        ReportAddress all = ReportDrill.OfAll(address, report);
        return $"/Devices/{Uri.EscapeDataString(device)}/Balance?from={Uri.EscapeDataString(all["from"]!)}&to={Uri.EscapeDataString(all["to"]!)}";
    }

    /// <summary>The links of one row; those of one period are made once.</summary>
    internal sealed class RowLinks(ReportLinks all, ImmutableArray<object?>? row)
    {
        private string? now, earlier;

        /// <summary>Where a cell leads; null for what has nothing behind it: no number, nothing told, zero, and changes.</summary>
        public string? Of(ReportColumn column, object? value) => column.Name switch
        {
            "name" or "byName" => row is null ? null : all.Balance(row) ?? (now ??= all.Jobs(row, "jobs")),
            _ when value is null or 0L or 0m => null,
            "metered" or "unexplained" or "delta" or "first" or "last" => all.Balance(row) ?? (column.Name == "unexplained" ? now ??= all.Jobs(row, "jobs") : all.Jobs(row, column.Name)),
            "attributed" => all.Jobs(row, column.Name),
            "impressionsBefore" or "costBefore" => earlier ??= all.Jobs(row, column.Name),
            _ => ReportDrill.CountsNow(column.Name) ? now ??= all.Jobs(row, column.Name) : null,
        };

        /// <summary>Causes that are told beside each other, each with the jobs that have it.</summary>
        public IEnumerable<(string Cause, object? Pages, string Href)> Causes(ReportNode.Members causes) =>
            causes.Values.Select(m => (m.Name, m.Value, "/Sessions?" + ReportDrill.OfCause(all.Address, all.Report, row, m.Name, all.Zone).ToQuery()));
    }

    private ReportAddress Address => address;

    private Report Report => report;

    private TimeZoneInfo Zone => zone;
}
