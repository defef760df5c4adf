using System.Collections;
using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Data;
using CopyTrack.Server.Reports.Packs;

namespace CopyTrack.Server.Reports;

/// <summary>A page of the report users or devices out of packed days, split by whatever, beside another period or not: only what stands on it gets names.</summary>
internal sealed class PackedPages(IDatabase database, ReportOptions options, PackedUsage packs, UsageReader? usage)
{
    private const int Movers = 5;

    /// <summary>Columns of reports in the order in which <see cref="UsageTally"/> adds them up.</summary>
    private static readonly ImmutableArray<string> s_columns =
        ["jobs", "impressions", "mono", "color", "unknownColor", "normal", "large", "unknownSize", "sheets", "duplexSheets", "unknownSides", "scans", "faxes", "cost"];

    private static readonly ImmutableArray<string> s_splits = ["device", "department", "costCentre", "project", "site", "month", "day", "function", "cause"];

    private static readonly int s_pages = s_columns.IndexOf("impressions"), s_cost = s_columns.IndexOf("cost");

    private readonly ReportPeople people = new(database);

    /// <summary>The page of a request, numbers downwards; null where packs can't tell it.</summary>
    public Task<TopPage?> ReadAsync(ReportRequest request, ReportFilter filter, string sort, int skip, int count, CancellationToken cancellationToken)
    {
        bool ofDevices = request.Name == "devices";
        if (request is not { Name: "users" or "devices" } || (ofDevices && request.By is "device" or "department" or "costCentre") || filter.OnlyOne || filter.Hour is not null || (request.By is { } by && !s_splits.Contains(by))
            || (sort == "name" ? ofDevices || request.By is not null || request.Scope.Names is not null : Figure(sort, request.Compare is not null) is null))
        {
            return Task.FromResult<TopPage?>(null);
        }

        UsageSplit split = new(!ofDevices, request.By is "project", ofDevices || request.By is "device" or "site", request.By is "month", request.By is "day", request.By is "function", request.By is "cause")
        {
            OnlySites = !ofDevices && request.By is "site",
        };
        UsageQuestion question = new(request.Scope, filter, split, !ofDevices || request.Scope.OnlyPeople || filter.OnlyPeople ? true : null);
        return database.ReadAsync<TopPage?>(async (connection, ct) =>
        {
            IReadOnlyDictionary<long, MergedPerson> merged = await people.MergedAsync(connection, request.Scope.OrgId, ct);
            if (await TallyAsync(connection, request.Period, question, merged, ct) is not { } now)
            {
                return null;
            }

            UsageTally? before = null;
            if (request.Compare is { } compared && (before = await TallyAsync(connection, compared, question, merged, ct)) is null)
            {
                return null;
            }

            (int Months, int Days) later = request.Compare is null ? default : ReportSpans.Apart(request.Compare, request.Period, options.TimeZone);
            return await PageAsync(connection, request, question, new Pairs(now, before, new TallyPair(now, before, later), later), sort, skip, count, ct);
        }, cancellationToken);
    }

    /// <summary>The sums of a period, what lies within days out of the entries; null where packs can't tell them.</summary>
    private async Task<UsageTally?> TallyAsync(DbConnection connection, ReportPeriod period, UsageQuestion question, IReadOnlyDictionary<long, MergedPerson> merged, CancellationToken cancellationToken)
    {
        if (period.Days is { } whole)
        {
            return await packs.TallyAsync(connection, whole, question, merged, cancellationToken);
        }

        if (usage is null || period.WholeDays(options.TimeZone) is not { } days)
        {
            return null;
        }

        List<UsageSum> beside = [];
        foreach (ReportPeriod part in usage.Parts(period).Where(p => p.Days is null))
        {
            beside.AddRange(await usage.RowsAsync(connection, part, question.Scope.OrgId, cancellationToken));
        }

        return await packs.TallyAsync(connection, days, question, merged, cancellationToken, beside);
    }

    private async Task<TopPage> PageAsync(DbConnection connection, ReportRequest request, UsageQuestion question, Pairs all, string sort, int skip, int count, CancellationToken cancellationToken)
    {
        List<ImmutableArray<object?>> rows = sort == "name" ? await ByNameAsync(connection, request, question, all, skip, count, cancellationToken)
            : await RowsAsync(connection, request, question, all, First(all, sort, skip, count), cancellationToken);
        (long jobs, PageCounts counts) = all.Now.Total();
        ImmutableArray<object?> totals = PageReports.Totals(request, jobs, counts, options.Currency);
        if (all.Before is not { } before)
        {
            return new TopPage([.. rows], totals, all.Pair.Count);
        }

        return new TopPage([.. rows], [.. totals, .. ComparedColumns.Cells(counts, before.Total().Counts)], all.Pair.Count)
        {
            Up = await MoversAsync(1), Down = await MoversAsync(-1),
        };

        async Task<ImmutableArray<Mover>> MoversAsync(int direction)
        {
            int[] places = [.. TallyTop.Of(all.Pair.Count, at => Change(all.Pair, at) * direction, all.Pair.Number, 0, Movers).Where(at => Change(all.Pair, at) * direction > 0)];
            List<ImmutableArray<object?>> moved = await RowsAsync(connection, request, question, all, places, cancellationToken);
            return [.. places.Select((at, i) => new Mover(moved[i], all.Pair.Now(at, s_pages), all.Pair.Before(at, s_pages)))];
        }
    }

    private static int[] First(Pairs all, string sort, int skip, int count) => all.Before is null
        ? TallyTop.Of(all.Now, s_columns.IndexOf(sort), skip, count)
        : TallyTop.Of(all.Pair.Count, at => Figure(sort, true)!(all.Pair, at), all.Pair.Number, skip, count);

    /// <summary>What a column sorts by; null for one that is no figure.</summary>
    private static Func<TallyPair, int, long>? Figure(string sort, bool isCompared) => (sort, isCompared) switch
    {
        ("impressionsBefore", true) => static (p, at) => p.Before(at, s_pages),
        ("impressionsChange", true) => Change,
        ("impressionsChangePercent", true) => Share,
        ("costBefore", true) => static (p, at) => p.Before(at, s_cost),
        ("costChange", true) => static (p, at) => p.Now(at, s_cost) - p.Before(at, s_cost),
        _ => s_columns.IndexOf(sort) is >= 0 and var column ? (p, at) => p.Now(at, column) : null,
    };

    private static long Change(TallyPair pair, int at) => pair.Now(at, s_pages) - pair.Before(at, s_pages);

    /// <summary>Something that is the greater the greater the change is beside what was before; the least there is where nothing was.</summary>
    private static long Share(TallyPair pair, int at) =>
        pair.Before(at, s_pages) is var before and not 0 ? (long)Math.Clamp(1e9 * Change(pair, at) / before, -9e18, 9e18) : long.MinValue;

    /// <summary>Combinations with their names and figures.</summary>
    private async Task<List<ImmutableArray<object?>>> RowsAsync(DbConnection connection, ReportRequest request, UsageQuestion question, Pairs all, int[] places, CancellationToken cancellationToken) =>
        Told(request, all, places, await NamedAsync(connection, question, all, places, cancellationToken));

    private List<ImmutableArray<object?>> Told(ReportRequest request, Pairs all, int[] places, List<UsageSum> named) =>
    [
        .. places.Zip(named, (at, sum) => all.Before is not { } before ? PageReports.Cells(request, sum, options.Currency)
            : PageReports.Cells(request, sum, all.Pair[at].Before is >= 0 and var group ? before.Amount(group).Counts : default, options.Currency)),
    ];

    private async Task<List<UsageSum>> NamedAsync(DbConnection connection, UsageQuestion question, Pairs all, int[] places, CancellationToken cancellationToken)
    {
        Queue<UsageSum> here = new(await packs.NamedAsync(connection, all.Now, places.Select(at => all.Pair[at].Now).Where(g => g >= 0), question, cancellationToken));
        int[] gone = [.. places.Where(at => all.Pair[at].Now < 0).Select(at => all.Pair[at].Before)];
        Queue<UsageSum> there = new(gone.Length == 0 ? [] : await packs.NamedAsync(connection, all.Before!, gone, question, cancellationToken));
        return [.. places.Select(at => all.Pair[at].Now >= 0 ? here.Dequeue() : all.Placed(there.Dequeue().With(default, 0)))];
    }

    /// <summary>People by what they are called, whoever has no name any more behind them.</summary>
    private async Task<List<ImmutableArray<object?>>> ByNameAsync(DbConnection connection, ReportRequest request, UsageQuestion question, Pairs all, int skip, int count, CancellationToken cancellationToken)
    {
        if (all.Pair.Count <= packs.FewNames)
        {
            int[] each = [.. Enumerable.Range(0, all.Pair.Count)];
            (int At, UsageSum Sum)[] page = [.. each.Zip(await NamedAsync(connection, question, all, each, cancellationToken))
                .OrderBy(s => s.Second.UserName is null).ThenBy(s => s.Second.DisplayName ?? s.Second.UserName, StringComparer.OrdinalIgnoreCase).ThenBy(s => s.Second.PersonId).Skip(skip).Take(count)];
            return Told(request, all, [.. page.Select(p => p.At)], [.. page.Select(p => p.Sum)]);
        }

        NamesInOrder names = await packs.PeopleAsync(connection, request.Scope.OrgId, cancellationToken);
        while (true)
        {
            (int[] places, int called) = all.InOrder(names.People(), skip, count);
            List<UsageSum> named = await NamedAsync(connection, question, all, places, cancellationToken);
            UsageSum[] erased = [.. named.Take(called).Where(s => s.UserName is null)];
            if (erased.Length == 0)
            {
                return Told(request, all, places, named);
            }

            // Not even their place may tell what they were called.
            Array.ForEach(erased, s => names.Leave(s.PersonId));
        }
    }

    /// <summary>What is shown, the other period if there is one, and both beside each other.</summary>
    private sealed class Pairs(UsageTally now, UsageTally? before, TallyPair pair, (int Months, int Days) later)
    {
        public UsageTally Now => now;

        public UsageTally? Before => before;

        public TallyPair Pair => pair;

        /// <summary>A sum of the other period at its place in this one.</summary>
        public UsageSum Placed(UsageSum sum) => sum with { Month = sum.Month == 0 ? 0 : sum.Month + later.Months, Day = sum.Day == 0 ? 0 : sum.Day + later.Days };

        /// <summary>
        /// The places of <paramref name="count"/> people after the first <paramref name="skip"/> in this order, behind them of whoever is not among them by their numbers; and how many of these are
        /// among them.
        /// </summary>
        public (int[] Places, int Called) InOrder(IEnumerable<long> people, int skip, int count)
        {
            BitArray seen = new(pair.Count);
            List<int> places = [];
            int passed = 0;
            foreach (long person in people)
            {
                if (pair.Known(person) is >= 0 and var at)
                {
                    seen[at] = true;
                    if (passed++ >= skip)
                    {
                        places.Add(at);
                    }

                    if (places.Count == count)
                    {
                        return ([.. places], count);
                    }
                }
            }

            int called = places.Count;
            places.AddRange(Enumerable.Range(0, pair.Count).Where(p => !seen[p]).OrderBy(pair.Number).Skip(Math.Max(0, skip - passed)).Take(count - called));
            return ([.. places], called);
        }
    }
}
