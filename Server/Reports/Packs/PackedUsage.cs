using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>
/// Sums of local days out of the packs of <see cref="UsagePacker"/>, and out of the rows themselves for days that have none yet: today, and days that something was added to late. What
/// it tells is to the page what the roll-up by day holds. Packed days are added up by ids alone and kept as long as their packs and marks are the same; names, departments, sites and
/// whoever was merged come to it at each question. Safe for use by many threads.
/// </summary>
internal sealed class PackedUsage(IDatabase database, ReportOptions options, TimeProvider time, int few = PeoplePlaces.Few)
{
    // More days without a pack than that are added up by the database.
    private const int MostOpen = 4, MostLate = 10;

    private const long MostBytes = 96L << 20;

    /// <summary>So many names are read and put in order sooner than those of everybody are.</summary>
    public int FewNames { get; } = Math.Min(TallyNames.FewNames, few);

    private readonly PeoplePlaces people = new(database, time, few);
    private readonly PeopleOrder order = new(database, time, few);
    private readonly TallyNames names = new(database);
    private readonly KeptTallies tallies = new(MostBytes, time);

    /// <summary>
    /// The sums of a question; null where too little is packed, where hours are asked for, and for one person, whose rows an index finds. <paramref name="beside"/> are rows of times within other
    /// days that are added.
    /// </summary>
    public async Task<UsageTally?> TallyAsync(
        DbConnection connection, (DateOnly First, DateOnly Last) days, UsageQuestion question, IReadOnlyDictionary<long, MergedPerson> merged, CancellationToken cancellationToken, IReadOnlyList<UsageSum>? beside = null)
    {
        if (question.IsByHour || question.People is not [null or 0] || await StateAsync(connection, question.Scope.OrgId, days, cancellationToken) is not { } state)
        {
            return null;
        }

        TallyPlan plan = TallyPlan.Of(question, merged.Count > 0);
        string key = KeyOf(days, question, plan, state);
        UsageTally tally = tallies.Find(key, state.Text) ?? await FirstAsync(connection, days, question, plan, state, cancellationToken);
        int open = Math.Max(days.First.DayNumber, state.Last + 1);
        bool isPacked = open > days.Last.DayNumber && beside is not [_, ..];
        if (!isPacked)
        {
            using UsageBlock block = new();
            UsageTally fresh = plan.Begin();
            await AddRowsAsync(connection, fresh, block, question.Scope.OrgId, open, days.Last.DayNumber, cancellationToken);
            AddRows(fresh, block, beside ?? []);
            tally = tally.Plus(fresh.Close());
        }

        if (plan.IsPlain)
        {
            return tally;
        }

        Places? places = plan.NeedsPlaces ? await people.OfAsync(connection, question.Scope.OrgId, cancellationToken) : null;
        string? where = places is null ? "" : places.State;
        bool isKept = where is not null && !plan.NeedsSites && isPacked;
        (string groupedKey, string groupedState) = ($"{key} {plan.GroupedKey}", $"{state.Text} {where} {StateOf(merged)}");
        if (!isKept || tallies.Find(groupedKey, groupedState) is not { } answer)
        {
            answer = await RegroupedAsync(connection, tally, plan, question, merged, places, cancellationToken);
            if (isKept)
            {
                tallies.Keep(groupedKey, groupedState, answer);
            }
        }

        return answer;
    }

    /// <summary>Adds the packed days of a question up where their sums are not kept yet, so that nobody waits for them. False when they are, when too little is packed, and when half of the room is taken.</summary>
    public async Task<bool> PrepareAsync(DbConnection connection, (DateOnly First, DateOnly Last) days, UsageQuestion question, CancellationToken cancellationToken)
    {
        TallyPlan plan = TallyPlan.Of(question, false);
        if (await StateAsync(connection, question.Scope.OrgId, days, cancellationToken) is not { } state || tallies.Find(KeyOf(days, question, plan, state), state.Text) is not null || tallies.Bytes > MostBytes / 2)
        {
            return false;
        }

        await FirstAsync(connection, days, question, plan, state, cancellationToken);
        return true;
    }

    /// <summary>Brings to mind where the people of a large organisation belong and how they are called.</summary>
    public async Task PreparePeopleAsync(DbConnection connection, long orgId, CancellationToken cancellationToken)
    {
        await people.OfAsync(connection, orgId, cancellationToken);
        await order.OfAsync(connection, orgId, cancellationToken);
    }

    private static string KeyOf((DateOnly First, DateOnly Last) days, UsageQuestion question, TallyPlan plan, PackState state) =>
        string.Create(CultureInfo.InvariantCulture, $"{question.Scope.OrgId} {Math.Max(days.First.DayNumber, state.First)} {Math.Min(days.Last.DayNumber, state.Last)} {plan.Key}");

    /// <summary>The first sums of a question, made anew and kept.</summary>
    private async Task<UsageTally> FirstAsync(DbConnection connection, (DateOnly First, DateOnly Last) days, UsageQuestion question, TallyPlan plan, PackState state, CancellationToken cancellationToken)
    {
        UsageTally tally = (await PackedAsync(connection, days, question, plan, state, cancellationToken)).Close();
        // What was changed while it was added up may be in it or not.
        if ((await StateAsync(connection, question.Scope.OrgId, days, cancellationToken))?.Text == state.Text)
        {
            tallies.Keep(KeyOf(days, question, plan, state), state.Text, tally);
        }

        return tally;
    }

    private static string StateOf(IReadOnlyDictionary<long, MergedPerson> merged) => string.Join(',', merged.Values.OrderBy(m => m.Id).Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Id}>{m.IntoId} {Places.Told(m.Department)} {Places.Told(m.CostCentre)}")));

    /// <summary>
    /// Sums by hour of whole months, as far as they are packed, and the spans of months of those asked for that are not. Devices and sites are not told apart: a question about them has no sums here.
    /// </summary>
    public async Task<(List<UsageSum> Sums, List<(int First, int Last)> Others)> HoursAsync(DbConnection connection, (int First, int Last) months, UsageQuestion question, CancellationToken cancellationToken)
    {
        if (question is not { Split.Device: false, Filter: { DeviceId: null, Site: null } } || !question.Scope.IsWhole)
        {
            return ([], [months]);
        }

        (long orgId, DateOnly first, DateOnly after) = (question.Scope.OrgId, FirstOf(months.First), FirstOf(months.Last + 1));
        HashSet<int> late = [.. (await connection.QueryAsync<StateRow>(new CommandDefinition(database.Sql["UsagePack_State"], new { orgId, first = first.DayNumber, last = after.DayNumber - 1 }, cancellationToken: cancellationToken)))
            .Where(r => r is { Kind: 2, Day: not null }).Select(r => ChangeSet.MonthOf(DateOnly.FromDayNumber((int)r.Day!.Value)))];
        UsageTally tally = new(
            [new TallyAxis(TallyBy.Hour), .. Asked(question.Split.Month, TallyBy.Month), .. Asked(question.Split.Function, TallyBy.Function), .. Asked(question.Split.Cause, TallyBy.Cause)],
            new TallyFilter { Owned = question.Owned, Project = question.Filter.Hour, Function = question.Filter.Function, Cause = question.Filter.Cause });
        HashSet<int> found = [];
        using UsageBlock block = new();
        await using (DbDataReader packs = await connection.ExecuteReaderAsync(
            new CommandDefinition(database.Sql["UsagePack_Read"], new { orgId, kind = UsagePacker.Hours, first = months.First, last = months.Last }, cancellationToken: cancellationToken)))
        {
            while (await packs.ReadAsync(cancellationToken))
            {
                int month = packs.GetInt32(0);
                if (!late.Contains(month))
                {
                    block.Read(packs.GetFieldValue<byte[]>(1));
                    tally.Add(block, FirstOf(month).DayNumber);
                    found.Add(month);
                }
            }
        }

        List<(int First, int Last)> others = [];
        foreach (int month in Enumerable.Range(months.First, months.Last - months.First + 1).Where(m => !found.Contains(m)))
        {
            if (others.Count > 0 && others[^1].Last == month - 1)
            {
                others[^1] = (others[^1].First, month);
            }
            else
            {
                others.Add((month, month));
            }
        }

        return ([.. Enumerable.Range(0, tally.Groups).Select(g => TallyNames.Of(tally, g))], others);

        static DateOnly FirstOf(int month) => new(month / 12, (month % 12) + 1, 1);

        static ImmutableArray<TallyAxis> Asked(bool isAsked, TallyBy by) => isAsked ? [new TallyAxis(by)] : [];
    }

    /// <summary>People in the order of what they are called.</summary>
    public Task<NamesInOrder> PeopleAsync(DbConnection connection, long orgId, CancellationToken cancellationToken) => order.OfAsync(connection, orgId, cancellationToken);

    /// <summary>Some combinations of a tally with their names, people as the asker may see them.</summary>
    public Task<List<UsageSum>> NamedAsync(DbConnection connection, UsageTally tally, IEnumerable<int> groups, UsageQuestion question, CancellationToken cancellationToken) =>
        names.OfAsync(connection, tally, groups, question, cancellationToken);

    /// <summary>What the packs hold of some days: the first and last packed one of all, days whose pack does not hold, and a text that is another one after anything of it changed; null where too little is packed.</summary>
    private async Task<PackState?> StateAsync(DbConnection connection, long orgId, (DateOnly First, DateOnly Last) days, CancellationToken cancellationToken)
    {
        (long? first, long? last, long version, HashSet<int> late, StringBuilder text) = (null, null, 0, [], new());
        foreach (StateRow row in await connection.QueryAsync<StateRow>(new CommandDefinition(
            database.Sql["UsagePack_State"], new { orgId, first = days.First.DayNumber, last = days.Last.DayNumber }, cancellationToken: cancellationToken)))
        {
            (first, last, version) = row.Kind switch { 0 => (row.Day, last, version), 1 => (first, row.Day, version), 3 => (first, last, row.Version), _ => (first, last, version) };
            if (row is { Kind: 2, Day: { } day })
            {
                late.Add((int)day);
                text.Append(CultureInfo.InvariantCulture, $" {day}:{row.Version}");
            }
        }

        int today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.TimeZone).DateTime).DayNumber;
        if ((first, last) is not ({ } begin, { } end))
        {
            return null;
        }

        (int from, int to) = ((int)begin, (int)end);
        if (Math.Min(today, days.Last.DayNumber) - Math.Max(to, days.First.DayNumber - 1) > MostOpen)
        {
            return null;
        }

        // What comes after the last packed day is read as it is anyway; before the first one only what came late can be.
        late.RemoveWhere(d => d > to);
        return late.Count > MostLate ? null : new PackState(from, to, late, string.Create(CultureInfo.InvariantCulture, $"{from} {to} {version}{text}"));
    }

    /// <summary>The packed days of a span, and of those whose pack does not hold the rows.</summary>
    private async Task<UsageTally> PackedAsync(
        DbConnection connection, (DateOnly First, DateOnly Last) days, UsageQuestion question, TallyPlan plan, PackState state, CancellationToken cancellationToken)
    {
        UsageTally tally = plan.Begin();
        using UsageBlock block = new();
        await using (DbDataReader packs = await connection.ExecuteReaderAsync(new CommandDefinition(database.Sql["UsagePack_Read"], new
        {
            orgId = question.Scope.OrgId, kind = plan.IsOfSums ? UsagePacker.Totals : UsagePacker.Rows,
            first = Math.Max(days.First.DayNumber, state.First), last = Math.Min(days.Last.DayNumber, state.Last),
        }, cancellationToken: cancellationToken)))
        {
            while (await packs.ReadAsync(cancellationToken))
            {
                int day = packs.GetInt32(0);
                if (!state.Late.Contains(day))
                {
                    block.Read(packs.GetFieldValue<byte[]>(1));
                    tally.Add(block, day);
                }
            }
        }

        foreach (int day in state.Late)
        {
            await AddRowsAsync(connection, tally, block, question.Scope.OrgId, day, day, cancellationToken);
        }

        return tally;
    }

    /// <summary>A tally by ids as the question has it: by where people belong and devices stand now, without those that it leaves out.</summary>
    private async Task<UsageTally> RegroupedAsync(
        DbConnection connection, UsageTally tally, TallyPlan plan, UsageQuestion q, IReadOnlyDictionary<long, MergedPerson> merged, Places? places, CancellationToken cancellationToken)
    {
        Dictionary<long, string?>? sites = plan.NeedsSites ? await SitesAsync(connection, q.Scope.OrgId, cancellationToken) : null;
        return plan.Regroup(tally, q, merged, places, sites).Close();
    }

    private async Task AddRowsAsync(DbConnection connection, UsageTally tally, UsageBlock block, long orgId, int first, int last, CancellationToken cancellationToken)
    {
        block.Clear();
        int day = first;
        await using DbDataReader rows = await connection.ExecuteReaderAsync(new CommandDefinition(database.Sql["Usage_Rows"], new { orgId, first, last }, cancellationToken: cancellationToken));
        while (await rows.ReadAsync(cancellationToken))
        {
            int next = rows.GetInt32(0);
            if (next != day || !block.HasRoom)
            {
                tally.Add(block, day);
                block.Clear();
                day = next;
            }

            block.Add(rows);
        }

        tally.Add(block, day);
    }

    private static void AddRows(UsageTally tally, UsageBlock block, IReadOnlyList<UsageSum> rows)
    {
        foreach (UsageSum[] some in rows.GroupBy(r => r.Day).SelectMany(d => d.Chunk(UsageBlock.Most)))
        {
            block.Clear();
            foreach (UsageSum r in some)
            {
                block.Add([r.PersonId, r.ProjectId, r.DeviceId, r.Function, r.Cause, r.Jobs, r.Impressions, r.Mono, r.Color, r.UnknownColor, r.Normal, r.Large, r.UnknownSize, r.Sheets, r.DuplexSheets, r.UnknownSides, r.Scans, r.Faxes, r.CostMicros]);
            }

            tally.Add(block, some[0].Day);
        }
    }

    private async Task<Dictionary<long, string?>> SitesAsync(DbConnection connection, long orgId, CancellationToken cancellationToken) =>
        (await DevicesAsync(database, connection, orgId, cancellationToken)).ToDictionary(d => d.Id, d => d.Site);

    /// <summary>All devices of an organisation as reports name them.</summary>
    internal static Task<IEnumerable<ReportDevice>> DevicesAsync(IDatabase database, DbConnection connection, long orgId, CancellationToken cancellationToken) => connection.QueryAsync<ReportDevice>(new CommandDefinition(
        database.Sql["Report_Devices"], new { orgId, deviceId = (long?)null, whole = true, sites = ValueSet<string>.None, ofSite = (string?)null }, cancellationToken: cancellationToken));

    private sealed record StateRow
    {
        public int Kind { get; init; }
        public long? Day { get; init; }
        public long Version { get; init; }
    }

    private sealed record PackState(int First, int Last, HashSet<int> Late, string Text);
}
