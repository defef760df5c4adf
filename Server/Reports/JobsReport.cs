using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Reports;

/// <summary>
/// The report <c>jobs</c>: one row for what one interval gave one owner of one function (entries of all its base counters added up), streamed.
/// Reversals stand in rows of their own.
/// </summary>
internal sealed class JobsReport(IDatabase database, EntryReader entries, ReportOptions options)
{
    /// <summary>Columns of a row of <see cref="Cells"/>.</summary>
    public static ImmutableArray<ReportColumn> Columns { get; } =
    [
        new("at", ColumnKind.Time), new("device", ColumnKind.Text), new("user", ColumnKind.Text), new("project", ColumnKind.Text), new("function", ColumnKind.Text),
        .. CountColumns.All,
        new("source", ColumnKind.Text), new("confidence", ColumnKind.Text), new("cause", ColumnKind.Text), new("session", ColumnKind.Text),
    ];

    /// <summary>The whole report, streamed. Throws <see cref="ReportRequestException"/> for a request that can't be answered.</summary>
    public async Task<Report> BuildAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        if (request.By is not null || request.Compare is not null)
        {
            throw new ReportRequestException("The report jobs has one row for each event and can't be split or compared.");
        }

        ReportFilter filter = await entries.NarrowAsync(request, cancellationToken);
        Running total = new();
        return new Report
        {
            Name = request.Name, Period = request.Period, Columns = Columns, Rows = CellsAsync(request, filter, total, CancellationToken.None),
            Totals = () => [null, null, null, null, null, .. CountColumns.Cells(total.Counts, options.Currency), null, null, null, null],
            TotalColumns = [.. CountColumns.All.Select(c => c.Name)],
        };
    }

    /// <summary>
    /// About <paramref name="count"/> rows after a place, in order of time, with the place to go on from; null at the end. What one device got at one moment is never cut in two.
    /// </summary>
    public async Task<(List<ImmutableArray<object?>> Rows, EntryPlace? Next)> PageAsync(ReportRequest request, EntryPlace? after, int count, CancellationToken cancellationToken)
    {
        ReportFilter filter = await entries.NarrowAsync(request, cancellationToken);
        List<ImmutableArray<object?>> rows = [];
        EntryPlace last = default;
        await foreach ((ImmutableArray<object?> cells, EntryPlace place) in RowsAsync(request, filter, after, new Running(), cancellationToken))
        {
            if (rows.Count >= count && (place.At, place.DeviceId) != (last.At, last.DeviceId))
            {
                return (rows, last with { Seq = long.MaxValue });
            }

            rows.Add(cells);
            last = place;
        }

        return (rows, null);
    }

    private ImmutableArray<object?> Cells(EntryLine e, PageFunction? function, in PageCounts counts) =>
    [
        e.At, e.DeviceName ?? Id(e.DeviceId), e.PersonId is long person ? e.UserName ?? Id(person) : null,
        e.ProjectId is long project ? e.ProjectCode ?? Id(project) : null, function is { } f ? Words.Of(f) : null,
        .. CountColumns.Cells(counts, options.Currency),
        Words.Of((EntrySource)e.Source), Words.Of((Confidence)e.Confidence), Words.Of((Cause)e.Cause), e.SessionId is long session ? Id(session) : null,
    ];

    private async IAsyncEnumerable<ImmutableArray<object?>> CellsAsync(
        ReportRequest request, ReportFilter filter, Running total, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach ((ImmutableArray<object?> cells, _) in RowsAsync(request, filter, null, total, cancellationToken))
        {
            yield return cells;
        }
    }

    private async IAsyncEnumerable<(ImmutableArray<object?> Cells, EntryPlace Place)> RowsAsync(
        ReportRequest request, ReportFilter filter, EntryPlace? after, Running total, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenReaderAsync(cancellationToken);
        EpochSets sets = new(database, connection);
        Block block = new();
        await foreach (EntryLine entry in entries.AllAsync(connection, request.Period, request.Scope, filter, after, cancellationToken))
        {
            if (filter.Hour is { } hour && TimeZoneInfo.ConvertTime(entry.At, options.TimeZone).Hour != hour)
            {
                continue;
            }

            var projected = await sets.ProjectAsync(entry, options.Prices, cancellationToken);
            if (filter.Function is { } function && (int?)projected?.Function != function)
            {
                continue;
            }

            if (!block.Holds(entry))
            {
                foreach (Event one in block.Take(entry))
                {
                    yield return (Cells(one.First, one.Function, one.Counts), Place(one.First));
                }
            }

            PageCounts counts = projected?.Counts ?? default;
            total.Counts += counts;
            block.Add(entry, projected?.Function, counts);
        }

        foreach (Event one in block.Take(null))
        {
            yield return (Cells(one.First, one.Function, one.Counts), Place(one.First));
        }
    }

    private static EntryPlace Place(EntryLine entry) => new(entry.At, entry.DeviceId, entry.Seq);

    private static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

    private sealed class Running
    {
        public PageCounts Counts { get; set; }
    }

    private sealed class Event(EntryLine first, PageFunction? function)
    {
        public EntryLine First => first;

        public PageFunction? Function => function;

        public PageCounts Counts { get; set; }
    }

    /// <summary>What one device got at one moment; entries come in that order, so that no more than this is held.</summary>
    private sealed class Block
    {
        private readonly Dictionary<(int Epoch, long Interval, long? Person, long? Project, long? Session, PageFunction? Function, (int Source, int Confidence, int Cause) How, bool Reversal), Event> events = [];
        private readonly List<Event> order = [];
        private (DateTimeOffset At, long DeviceId)? here;

        public bool Holds(EntryLine entry) => here == (entry.At, entry.DeviceId);

        /// <summary>Gives what was gathered in order of its first entries, and begins anew where <paramref name="next"/> stands.</summary>
        public Event[] Take(EntryLine? next)
        {
            Event[] taken = order.Count == 0 ? [] : [.. order];
            if (taken.Length > 0)
            {
                events.Clear();
                order.Clear();
            }

            here = next is null ? null : (next.At, next.DeviceId);
            return taken;
        }

        public void Add(EntryLine e, PageFunction? function, in PageCounts counts)
        {
            var key = (e.Epoch, e.IntervalSeq, e.PersonId, e.ProjectId, e.SessionId, function, (e.Source, e.Confidence, e.Cause), e.Reverses is not null);
            if (!events.TryGetValue(key, out Event? one))
            {
                events[key] = one = new Event(e, function);
                order.Add(one);
            }

            one.Counts += counts;
        }
    }
}
