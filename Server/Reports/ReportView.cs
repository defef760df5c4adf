using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Reports.Export;

namespace CopyTrack.Server.Reports;

/// <summary>A report as a person looks at it: sorted, cut, with its movers and its estimate.</summary>
internal sealed record ReportView
{
    public required ReportAddress Address { get; init; }
    public required Report Report { get; init; }
    public required ImmutableArray<ImmutableArray<object?>> Rows { get; init; }
    /// <summary>Rows there are in all.</summary>
    public required int Count { get; init; }
    public required ImmutableArray<object?> Totals { get; init; }
    public required ImmutableArray<Mover> Up { get; init; }
    public required ImmutableArray<Mover> Down { get; init; }
    /// <summary>Null for reports that do not count pages.</summary>
    public required PaperEstimate? Estimate { get; init; }

    /// <summary>What bars show: pages, or what was metered.</summary>
    public string Measure => Report.Name is "coverage" ? "metered" : Report.Name is "meters" ? "delta" : "impressions";

    /// <summary>Position of a column, -1 when there is none.</summary>
    public int Index(string column) => IndexOf(Report.Columns, column);

    /// <summary>Position of a column, -1 when there is none.</summary>
    public static int IndexOf(ImmutableArray<ReportColumn> columns, string column)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i].Name == column)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The estimate of a report's totals; null for reports that do not count pages.</summary>
    public static PaperEstimate? EstimateOf(ImmutableArray<ReportColumn> columns, ImmutableArray<object?> totals, EstimateOptions factors)
    {
        return IndexOf(columns, "sheets") < 0 ? null : PaperEstimate.Of(Count("sheets"), Count("unknownSides"), Count("impressions"), Count("large"), factors);

        long Count(string column) => totals[IndexOf(columns, column)] as long? ?? 0;
    }
}

/// <summary>Makes views.</summary>
internal sealed class ReportViews(ReportService reports, EntryReader entries, TopPeople top, ReportOptions options, TimeProvider time)
{
    private const int Movers = 5, MostKept = 200, ManyRows = 1000, ManyPages = 500_000;

    private readonly KeptResults<ReportView> kept = new(MostKept, time, isLarge: IsLarge);

    /// <summary>
    /// The view for a page, made a moment ago at most: where it takes long it may be up to <see cref="KeptResults{T}.Lasts"/> old, and says of when it is. Otherwise as
    /// <see cref="MakeAsync"/>.
    /// </summary>
    public Task<Kept<ReportView>> ShowAsync(ReportAddress address, ReportScope scope, string? sort, int skip, int most, CancellationToken cancellationToken) => kept.GetAsync(
        string.Join('\n', scope.Key, sort, skip, most, address.ToQuery()),
        ct => MakeAsync(address, scope, sort, skip, most, null, ct), cancellationToken);

    /// <summary>
    /// The view of an address for an asker. Rows are sorted by <paramref name="sort"/>, numbers downwards; without it by pages, but months, hours and days by themselves. At most
    /// <paramref name="most"/> rows after <paramref name="skip"/> are kept. Throws <see cref="ReportRequestException"/>. <paramref name="now"/>: null for the present.
    /// </summary>
    public async Task<ReportView> MakeAsync(ReportAddress address, ReportScope scope, string? sort, int skip, int most, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        ReportRequest request = address.ToRequest(scope, options.TimeZone, now ?? time.GetUtcNow());
        if (await CutAsync(address, request, sort, skip, most, cancellationToken) is { } cut)
        {
            return cut;
        }

        Report report = await reports.BuildAsync(request, cancellationToken);
        List<ImmutableArray<object?>> rows = [];
        int count = 0;
        await foreach (ImmutableArray<object?> row in report.Rows.WithCancellation(cancellationToken))
        {
            count++;
            if (report.Name != "jobs" || (count > skip && count <= skip + most))
            {
                rows.Add(row);
            }
        }

        (ImmutableArray<Mover> up, ImmutableArray<Mover> down) = TopMovers.Of(report.Columns, report.Before is null ? [] : rows, Movers);
        ImmutableArray<object?> totals = report.Totals();
        return new ReportView
        {
            Address = address, Report = report, Count = count, Totals = totals, Up = up, Down = down, Estimate = ReportView.EstimateOf(report.Columns, totals, options.Estimate),
            Rows = [.. report.Name == "jobs" ? rows : Sorted(report, rows, sort).Skip(skip).Take(most)],
        };
    }

    /// <summary>The view where the database can cut it; null where the whole report must be made.</summary>
    private async Task<ReportView?> CutAsync(ReportAddress address, ReportRequest request, string? sort, int skip, int most, CancellationToken cancellationToken)
    {
        if (request is not { Name: "users" or "devices" }
            || await top.ReadAsync(request, await entries.NarrowAsync(request, cancellationToken), sort, skip, most, cancellationToken) is not { } page)
        {
            return null;
        }

        Report report = new()
        {
            Name = request.Name, By = request.By, Period = request.Period, Columns = PageReports.Columns(request), Rows = page.Rows.ToAsyncEnumerable(), Totals = () => page.Totals,
            TotalColumns = [.. PageReports.Columns(request).Select(c => c.Name).Where(c => c is not ("key" or "name" or "by" or "byName"))], Before = request.Compare, BeforeIsCut = request.CompareIsCut,
        };
        return new ReportView
        {
            Address = address, Report = report, Count = page.Count, Totals = page.Totals, Up = page.Up, Down = page.Down, Rows = page.Rows, Estimate = ReportView.EstimateOf(report.Columns, page.Totals, options.Estimate),
        };
    }

    private static IEnumerable<ImmutableArray<object?>> Sorted(Report report, List<ImmutableArray<object?>> rows, string? sort)
    {
        bool inOrder = report.Name is "months" or "hours";
        int by = ReportView.IndexOf(report.Columns, sort ?? (inOrder ? "key" : report.Name is "coverage" ? "metered" : report.Name is "meters" ? "delta" : "impressions"));
        return by < 0 ? rows
            : report.Columns[by].Kind is ColumnKind.Count or ColumnKind.Money or ColumnKind.Percent
                ? rows.OrderByDescending(r => r[by] switch { long n => n, decimal m => m, _ => decimal.MinValue })
                : rows.OrderBy(r => r[by] is null).ThenBy(r => ReportText.Of(r[by]), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether no small site has such a view: by its rows or, of hours and sites, which are few, by its pages.</summary>
    private static bool IsLarge(ReportView view) => view.Count > ManyRows || (view.Index("impressions") is >= 0 and var at && at < view.Totals.Length && view.Totals[at] is long and > ManyPages);
}
