using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Reports;

/// <summary>The report <c>jobs</c>: one row for each ledger entry, streamed.</summary>
internal sealed class JobsReport(IDatabase database, EntryReader entries, ReportOptions options)
{
    /// <summary>Columns of a row of <see cref="CellsAsync"/>.</summary>
    public static ImmutableArray<ReportColumn> Columns { get; } =
    [
        new("at", ColumnKind.Time), new("device", ColumnKind.Text), new("user", ColumnKind.Text), new("project", ColumnKind.Text), new("function", ColumnKind.Text),
        .. CountColumns.All,
        new("source", ColumnKind.Text), new("confidence", ColumnKind.Text), new("cause", ColumnKind.Text), new("session", ColumnKind.Text),
    ];

    public async Task<Report> BuildAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        if (request.By is not null)
        {
            throw new ReportRequestException("The report jobs has one row for each entry and can't be split.");
        }

        ReportFilter filter = await entries.NarrowAsync(request.Scope, request.Device, request.User, cancellationToken);
        Running total = new();
        return new Report
        {
            Name = request.Name, Period = request.Period, Columns = Columns, Rows = RowsAsync(request, filter, total, CancellationToken.None),
            Totals = () => [null, null, null, null, null, .. CountColumns.Cells(total.Counts, options.Currency), null, null, null, null],
            TotalColumns = [.. CountColumns.All.Select(c => c.Name)],
        };
    }

    /// <summary>Cells of one entry and its counts.</summary>
    public async Task<(ImmutableArray<object?> Cells, PageCounts Counts)> CellsAsync(EntryLine e, EpochSets sets, CancellationToken cancellationToken)
    {
        var projected = await sets.ProjectAsync(e, options.Prices, cancellationToken);
        PageCounts counts = projected?.Counts ?? default;
        return ([
            e.At, e.DeviceName ?? Id(e.DeviceId), e.PersonId is long person ? e.UserName ?? Id(person) : null,
            e.ProjectId is long project ? e.ProjectCode ?? Id(project) : null, projected is { } p ? Words.Of(p.Function) : null,
            .. CountColumns.Cells(counts, options.Currency),
            Words.Of((EntrySource)e.Source), Words.Of((Confidence)e.Confidence), Words.Of((Cause)e.Cause), e.SessionId is long session ? Id(session) : null,
        ], counts);
    }

    private async IAsyncEnumerable<ImmutableArray<object?>> RowsAsync(
        ReportRequest request, ReportFilter filter, Running total, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenReaderAsync(cancellationToken);
        EpochSets sets = new(database, connection);
        await foreach (EntryLine entry in entries.AllAsync(connection, request.Period, request.Scope, filter, cancellationToken))
        {
            (ImmutableArray<object?> cells, PageCounts counts) = await CellsAsync(entry, sets, cancellationToken);
            total.Counts += counts;
            yield return cells;
        }
    }

    private static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

    private sealed class Running
    {
        public PageCounts Counts { get; set; }
    }
}
