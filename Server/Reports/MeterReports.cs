using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>The reports that compare with the meters themselves: coverage and meters.</summary>
internal sealed class MeterReports(IDatabase database, MeterSpans spans, EntryReader entries, UsageReader usage)
{
    private static readonly UsageSplit s_byCause = new(Person: false, Project: false, Device: true, Month: false, Day: false, Function: false, Cause: true);

    /// <summary>
    /// Per device: what the meters moved by (from readings), what belongs to someone, what has which cause, and what is left, which must be 0. Whole days come out of the roll-ups,
    /// which are written in the transaction of the entries; times within a day, and devices whose meters do not count impressions, out of the entries themselves.
    /// </summary>
    public async Task<Report> CoverageAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        (ReportFilter filter, ReportScope scope) = (await NarrowAsync(request, cancellationToken), request.Scope.OfDevices);
        ILookup<long, UsageSum>? days = request.Period.Days is null ? null
            : (await usage.ReadAsync(request.Period, scope, filter, s_byCause, null, cancellationToken)).ToLookup(s => s.DeviceId);
        return await database.ReadAsync(async (connection, ct) =>
        {
            ILookup<long, CauseSum>? all = days is null ? await SumAsync(filter.DeviceId, ct) : null;
            List<ImmutableArray<object?>> rows = [];
            Coverage total = new();
            ReportDevice[] devices = await spans.DevicesAsync(connection, scope, filter, ct);
            IReadOnlyDictionary<long, List<MeterSpan>> meters = await spans.OfAsync(connection, devices, request.Period, scope, filter, ct);
            foreach (ReportDevice device in devices)
            {
                Coverage one = new();
                List<MeterSpan> moved = meters[device.Id];
                if (days is not null && moved.TrueForAll(s => s.CountsImpressions))
                {
                    one.Meter(moved, days[device.Id]);
                }
                else
                {
                    IEnumerable<CauseSum> sums = (all ?? await SumAsync(device.Id, ct))[device.Id];
                    moved.ForEach(span => one.Meter(span, sums.Where(s => s.Epoch == span.Epoch.Epoch && span.PageCounters.Contains(s.Counter))));
                }

                rows.Add(one.Cells(device.Name, device.Name));
                total.Add(one);
            }

            return new Report
            {
                Name = request.Name, Period = request.Period, Rows = rows.ToAsyncEnumerable(), Totals = () => total.Cells(null, null),
                Columns =
                [
                    new("key", ColumnKind.Text), new("name", ColumnKind.Text), new("metered", ColumnKind.Count), new("attributed", ColumnKind.Count),
                    new("explained", ColumnKind.Nested), new("unexplained", ColumnKind.Count), new("attributedPercent", ColumnKind.Percent), new("unit", ColumnKind.Text),
                ],
                TotalColumns = ["metered", "attributed", "explained", "unexplained", "attributedPercent", "unit"],
            };

            async Task<ILookup<long, CauseSum>> SumAsync(long? deviceId, CancellationToken token) => (await connection.QueryAsync<CauseSum>(new CommandDefinition(
                database.Sql[deviceId is null ? "Entry_SumByCause" : "Entry_SumByCauseOfDevice"], new { orgId = request.Scope.OrgId, from = request.Period.From, to = request.Period.To, deviceId }, cancellationToken: token))).ToLookup(s => s.DeviceId);
        }, cancellationToken);
    }

    /// <summary>Per device: the meters at both ends of the period and what they moved by.</summary>
    public async Task<Report> MetersAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        (ReportFilter filter, ReportScope scope) = (await NarrowAsync(request, cancellationToken), request.Scope.OfDevices);
        return await database.ReadAsync(async (connection, ct) =>
        {
            List<ImmutableArray<object?>> rows = [];
            long delta = 0;
            HashSet<string> units = [];
            ReportDevice[] devices = await spans.DevicesAsync(connection, scope, filter, ct);
            IReadOnlyDictionary<long, List<MeterSpan>> meters = await spans.OfAsync(connection, devices, request.Period, scope, filter, ct);
            foreach (ReportDevice device in devices)
            {
                List<MeterSpan> all = meters[device.Id];
                long? moved = all.Count == 0 ? null : all.Sum(s => s.Metered);
                string? unit = UnitOf(all.Select(s => s.Unit));
                rows.Add([device.Name, device.Name, all.Count == 0 ? null : Known(all[0].First, request.Period.From), all.Count == 0 ? null : Known(all[^1].Last, request.Period.To),
                    all.Count == 0 ? null : all[0].At(all[0].First), all.Count == 0 ? null : all[^1].At(all[^1].Last), moved, unit, Counters(all), all.Count == 0 ? null : SplitsOf(all[^1].Epoch.Set)]);
                delta += moved ?? 0;
                units.UnionWith(unit is null ? [] : [unit]);
            }

            return new Report
            {
                Name = request.Name, Period = request.Period, Rows = rows.ToAsyncEnumerable(),
                Totals = () => [null, null, null, null, null, null, delta, UnitOf(units), null, null],
                Columns =
                [
                    new("key", ColumnKind.Text), new("name", ColumnKind.Text), new("firstAt", ColumnKind.Time), new("lastAt", ColumnKind.Time), new("first", ColumnKind.Count),
                    new("last", ColumnKind.Count), new("delta", ColumnKind.Count), new("unit", ColumnKind.Text), new("counters", ColumnKind.Nested), new("splits", ColumnKind.Nested),
                ],
                TotalColumns = ["delta", "unit"],
            };
        }, cancellationToken);
    }

    /// <summary>One unit for several: itself when all agree, <c>mixed</c> when not, null for none.</summary>
    public static string? UnitOf(IEnumerable<string?> units)
    {
        string[] distinct = [.. units.OfType<string>().Distinct()];
        return distinct.Length switch { 0 => null, 1 => distinct[0], _ => "mixed" };
    }

    private async Task<ReportFilter> NarrowAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        if (request is not { By: null, User: null, Project: null, Department: null, CostCentre: null, Function: null, Cause: null, Hour: null, Compare: null })
        {
            throw new ReportRequestException($"The report {request.Name} has one row for each device; it can be narrowed to a device or a site, and can't be split or compared.");
        }

        return request.Scope.OnlyPeople
            ? throw new ReportRequestException($"The report {request.Name} is about whole devices, which a scope of departments or projects does not cover.")
            : await entries.NarrowAsync(request, cancellationToken);
    }

    /// <summary>The instant nearest to the limit for which a border's values are known to hold.</summary>
    private static DateTimeOffset Known(ReadingRecord border, DateTimeOffset limit) =>
        border.At >= limit ? border.At : border.ConfirmedAt < limit ? border.ConfirmedAt : limit;

    private static ReportNode.Items Counters(List<MeterSpan> all) => new(() =>
    [
        .. all.SelectMany(s => s.Epoch.Set.Counters.Select(c => (Span: s, Counter: c))).GroupBy(x => (x.Counter.Key, x.Counter.Role)).Select(g => new ReportNode.Members(
        [
            ("function", Words.Of(g.Key.Key.Function)), ("color", Words.Camel(g.Key.Key.Color.ToString())), ("size", Words.Camel(g.Key.Key.Size.ToString())),
            ("sides", Words.Camel(g.Key.Key.Sides.ToString())), ("unit", Words.Of(g.Key.Key.Unit)),
            ("first", g.First().Span.First.Values[g.First().Counter.Index]), ("last", g.Last().Span.Last.Values[g.Last().Counter.Index]),
            ("delta", g.All(x => x.Span.Moved(x.Counter.Index) is null) ? null : g.Sum(x => x.Span.Moved(x.Counter.Index) ?? 0)),
        ])),
    ]);

    /// <summary>What the device tells of the pages of each function; what it does not is unknown in the reports about pages.</summary>
    private static ReportNode.Items SplitsOf(BaseCounterSet set) => new(() => [.. Splits.Of(set).Select(s => new ReportNode.Members(
    [
        ("function", Words.Of(s.Function)), ("counted", s.Pages), ("color", Words.Camel(s.Color.ToString())), ("size", Words.Camel(s.Size.ToString())), ("sides", Words.Camel(s.Sides.ToString())),
    ]))]);

    private sealed record CauseSum
    {
        public long DeviceId { get; init; }
        public int Epoch { get; init; }
        public int Counter { get; init; }
        public int Cause { get; init; }
        public int Owned { get; init; }
        public long Delta { get; init; }
    }

    private sealed class Coverage
    {
        private readonly SortedDictionary<int, long> _explained = [];
        private readonly HashSet<string> _units = [];
        private long _metered;
        private long _attributed;

        /// <summary>Spans that count impressions, with what the roll-ups hold of their days.</summary>
        public void Meter(List<MeterSpan> spans, IEnumerable<UsageSum> sums)
        {
            spans.ForEach(Meter);
            foreach (UsageSum sum in sums)
            {
                Explain(sum.Cause, sum.Counts.Impressions);
            }
        }

        public void Meter(MeterSpan span, IEnumerable<CauseSum> sums)
        {
            Meter(span);
            foreach (CauseSum sum in sums)
            {
                Explain(sum.Owned == 1 || sum.Cause == (int)Cause.None ? 0 : sum.Cause, sum.Delta);
            }
        }

        public void Add(Coverage other)
        {
            _metered += other._metered;
            _attributed += other._attributed;
            _units.UnionWith(other._units);
            foreach ((int cause, long sum) in other._explained)
            {
                Explain(cause, sum);
            }
        }

        public ImmutableArray<object?> Cells(string? key, string? name)
        {
            ReportNode.Members explained = new([.. _explained.Where(e => e.Value != 0).Select(e => (Words.Of((Cause)e.Key)!, (object?)e.Value))]);
            object? percent = _metered == 0 ? null : Math.Round(100m * _attributed / _metered, 2);
            return [key, name, _metered, _attributed, explained, _metered - _attributed - _explained.Values.Sum(), percent, UnitOf(_units)];
        }

        private void Meter(MeterSpan span)
        {
            _metered += span.Metered;
            _units.UnionWith(span.Unit is { } unit ? [unit] : []);
        }

        private void Explain(int cause, long delta)
        {
            if (cause == 0)
            {
                _attributed += delta;
            }
            else
            {
                _explained[cause] = _explained.GetValueOrDefault(cause) + delta;
            }
        }
    }
}
