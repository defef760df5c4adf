using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    // A row sums up some entries; a page is rarely more than one look into the ledger.
    private const int FirstCount = 5, EntriesOfRow = 4;

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
        return await database.ReadAsync<(List<ImmutableArray<object?>>, EntryPlace?)>(async (connection, ct) =>
        {
            List<ImmutableArray<object?>> rows = [];
            EntryPlace last = default;
            await foreach ((ImmutableArray<object?> cells, EntryPlace place) in RowsAsync(connection, request, filter, after, EntriesOfRow * count, new Running(), ct))
            {
                if (rows.Count >= count && (place.At, place.DeviceId) != (last.At, last.DeviceId))
                {
                    return (rows, last with { Seq = long.MaxValue });
                }

                rows.Add(cells);
                last = place;
            }

            return (rows, null);
        }, cancellationToken);
    }

    private ImmutableArray<object?> Cells(EntryLine e, PageFunction? function, in PageCounts counts)
    {
        object?[] cells = new object?[Columns.Length];
        cells[0] = e.At;
        cells[1] = e.DeviceName ?? Id(e.DeviceId);
        cells[2] = e.PersonId is long person ? e.UserName ?? (object)new ErasedPerson(person) : null;
        cells[3] = e.ProjectId is long project ? e.ProjectCode ?? Id(project) : null;
        cells[4] = function is { } f ? Words.Of(f) : null;
        CountColumns.Fill(cells.AsSpan(FirstCount), counts, options.Currency);
        cells[^4] = Words.Of((EntrySource)e.Source);
        cells[^3] = Words.Of((Confidence)e.Confidence);
        cells[^2] = Words.Of((Cause)e.Cause);
        cells[^1] = e.SessionId is long session ? Id(session) : null;
        return ImmutableCollectionsMarshal.AsImmutableArray(cells);
    }

    private async IAsyncEnumerable<ImmutableArray<object?>> CellsAsync(
        ReportRequest request, ReportFilter filter, Running total, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenReaderAsync(cancellationToken);
        await foreach ((ImmutableArray<object?> cells, _) in RowsAsync(connection, request, filter, null, EntryReader.Most, total, cancellationToken))
        {
            yield return cells;
        }
    }

    private async IAsyncEnumerable<(ImmutableArray<object?> Cells, EntryPlace Place)> RowsAsync(
        DbConnection connection, ReportRequest request, ReportFilter filter, EntryPlace? after, int first, Running total, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        EpochSets sets = new(database, connection, options.Prices);
        Block block = new();
        await foreach (EntryLine entry in entries.AllAsync(connection, request.Period, request.Scope, filter, after, first, sets, cancellationToken))
        {
            if (filter.Hour is { } hour && TimeZoneInfo.ConvertTime(entry.At, options.TimeZone).Hour != hour)
            {
                continue;
            }

            Projected? projected = await sets.ProjectAsync(entry, cancellationToken);
            if (filter.Function is { } function && (int?)projected?.Function != function)
            {
                continue;
            }

            if (!block.Holds(entry))
            {
                foreach (Event one in block.Events)
                {
                    yield return (Cells(one.First, one.Function, one.Counts), Place(one.First));
                }

                block.Begin(entry);
            }

            PageCounts counts = projected?.Counts ?? default;
            total.Counts += counts;
            block.Add(entry, projected?.Function, counts);
        }

        foreach (Event one in block.Events)
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

        /// <summary>What entries of one event have in common.</summary>
        public Key What => new(first, function);

        /// <summary>The same as <see cref="What"/> being equal, for two entries of one device and moment.</summary>
        public bool Holds(EntryLine e, PageFunction? other) => function == other && first.IntervalSeq == e.IntervalSeq && first.SessionId == e.SessionId && first.PersonId == e.PersonId
            && first.ProjectId == e.ProjectId && first.Epoch == e.Epoch && first.Source == e.Source && first.Confidence == e.Confidence && first.Cause == e.Cause
            && first.Reverses.HasValue == e.Reverses.HasValue;
    }

    private readonly record struct Key(int Epoch, long Interval, long? Person, long? Project, long? Session, PageFunction? Function, int Source, int Confidence, int Cause, bool Reversal)
    {
        public Key(EntryLine e, PageFunction? function)
            : this(e.Epoch, e.IntervalSeq, e.PersonId, e.ProjectId, e.SessionId, function, e.Source, e.Confidence, e.Cause, e.Reverses is not null)
        {
        }
    }

    /// <summary>What one device got at one moment; entries come in that order, so that no more than this is held. Nearly always a handful, which is compared one by one.</summary>
    private sealed class Block
    {
        private const int Few = 16;

        private readonly Dictionary<Key, Event> many = [];
        private (DateTimeOffset At, long DeviceId)? here;

        /// <summary>In order of their first entries.</summary>
        public List<Event> Events { get; } = [];

        public bool Holds(EntryLine entry) => here == (entry.At, entry.DeviceId);

        /// <summary>Forgets what was gathered and begins anew where an entry stands.</summary>
        public void Begin(EntryLine entry)
        {
            Events.Clear();
            many.Clear();
            here = (entry.At, entry.DeviceId);
        }

        public void Add(EntryLine e, PageFunction? function, in PageCounts counts)
        {
            if (Find(e, function) is not { } one)
            {
                one = new Event(e, function);
                Events.Add(one);
                if (Events.Count > Few)
                {
                    many[one.What] = one;
                }
            }

            one.Counts += counts;
        }

        private Event? Find(EntryLine e, PageFunction? function)
        {
            for (int i = Math.Min(Events.Count, Few) - 1; i >= 0; i--)
            {
                if (Events[i].Holds(e, function))
                {
                    return Events[i];
                }
            }

            return Events.Count > Few ? many.GetValueOrDefault(new Key(e, function)) : null;
        }
    }
}
