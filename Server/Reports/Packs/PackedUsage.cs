using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>
/// Sums of local days out of the packs of <see cref="UsagePacker"/>, and out of the rows themselves for days that have none yet: today, and days that something was added to late. What
/// it tells is to the page what the roll-up by day holds. Safe for use by many threads.
/// </summary>
internal sealed class PackedUsage(IDatabase database, ReportOptions options, TimeProvider time)
{
    // More days without a pack than that are added up by the database.
    private const int MostOpen = 4, MostLate = 10;

    private readonly PeoplePlaces people = new(database, time);
    private readonly TallyNames names = new(database);

    /// <summary>The sums of a question; null where too little is packed, where hours are asked for, and for one person, whose rows an index finds.</summary>
    public async Task<UsageTally?> TallyAsync(
        DbConnection connection, (DateOnly First, DateOnly Last) days, UsageQuestion question, IReadOnlyDictionary<long, MergedPerson> merged, CancellationToken cancellationToken)
    {
        if (question.IsByHour || question.People is not [null or 0] || await RawAsync(connection, question.Scope.OrgId, days, cancellationToken) is not { } raw)
        {
            return null;
        }

        UsageTally tally = await MakeAsync(connection, question, merged, cancellationToken);
        using UsageBlock block = new();
        // Without whose and where the sums of each day are enough.
        int kind = tally.Axes.Any(a => a.Column is UsageBlock.Person or UsageBlock.Project or UsageBlock.Device) || !IsOfAll(question) ? UsagePacker.Rows : UsagePacker.Totals;
        await using (DbDataReader packs = await connection.ExecuteReaderAsync(new CommandDefinition(database.Sql["UsagePack_Read"], new
        {
            orgId = question.Scope.OrgId, kind, first = Math.Max(days.First.DayNumber, raw.First), last = Math.Min(days.Last.DayNumber, raw.Last),
        }, cancellationToken: cancellationToken)))
        {
            while (await packs.ReadAsync(cancellationToken))
            {
                int day = packs.GetInt32(0);
                if (!raw.Late.Contains(day))
                {
                    block.Read(packs.GetFieldValue<byte[]>(1));
                    tally.Add(block, day);
                }
            }
        }

        foreach (int day in raw.Late)
        {
            await AddRowsAsync(connection, tally, block, question.Scope.OrgId, day, day, cancellationToken);
        }

        int open = Math.Max(days.First.DayNumber, raw.Last + 1);
        if (open <= days.Last.DayNumber)
        {
            await AddRowsAsync(connection, tally, block, question.Scope.OrgId, open, days.Last.DayNumber, cancellationToken);
        }

        return tally;
    }

    /// <summary>
    /// Sums by hour of whole months, as far as they are packed, and the spans of months of those asked for that are not. Devices and sites are not told apart: a question about them has no sums here.
    /// </summary>
    public async Task<(List<UsageSum> Sums, List<(int First, int Last)> Others)> HoursAsync(DbConnection connection, (int First, int Last) months, UsageQuestion question, CancellationToken cancellationToken)
    {
        if (question is not { Split.Device: false, Filter: { DeviceId: null, Site: null }, Scope.Site: null })
        {
            return ([], [months]);
        }

        (long orgId, DateOnly first, DateOnly after) = (question.Scope.OrgId, FirstOf(months.First), FirstOf(months.Last + 1));
        HashSet<int> late = [.. (await connection.QueryAsync<StateRow>(new CommandDefinition(database.Sql["UsagePack_State"], new { orgId, first = first.DayNumber, last = after.DayNumber - 1 }, cancellationToken: cancellationToken)))
            .Where(r => r is { Kind: 2, Day: not null }).Select(r => ChangeSet.MonthOf(DateOnly.FromDayNumber(r.Day!.Value)))];
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

    /// <summary>Some combinations of a tally with their names, people as the asker may see them.</summary>
    public Task<List<UsageSum>> NamedAsync(DbConnection connection, UsageTally tally, IEnumerable<int> groups, UsageQuestion question, CancellationToken cancellationToken) =>
        names.OfAsync(connection, tally, groups, question, cancellationToken);

    private static bool IsOfAll(UsageQuestion q) => q.Scope is { Site: null, Department: null }
        && q.Filter is { DeviceId: null, PersonId: null, ProjectId: null, Site: null, Department: null, CostCentre: null };

    /// <summary>Which days must be added up from their rows; null where they are too many.</summary>
    private async Task<(int First, int Last, HashSet<int> Late)?> RawAsync(DbConnection connection, long orgId, (DateOnly First, DateOnly Last) days, CancellationToken cancellationToken)
    {
        (int? first, int? last, HashSet<int> late) = (null, null, []);
        foreach (StateRow row in await connection.QueryAsync<StateRow>(new CommandDefinition(
            database.Sql["UsagePack_State"], new { orgId, first = days.First.DayNumber, last = days.Last.DayNumber }, cancellationToken: cancellationToken)))
        {
            (first, last) = row.Kind switch { 0 => (row.Day, last), 1 => (first, row.Day), _ => (first, last) };
            if (row is { Kind: 2, Day: { } day })
            {
                late.Add(day);
            }
        }

        int today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.TimeZone).DateTime).DayNumber;
        if (first is not { } from || last is not { } to || Math.Min(today, days.Last.DayNumber) - Math.Max(to, days.First.DayNumber - 1) > MostOpen)
        {
            return null;
        }

        // What comes after the last packed day is read as it is anyway; before the first one only what came late can be.
        late.RemoveWhere(d => d > to);
        return late.Count > MostLate ? null : (from, to, late);
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

    private async Task<UsageTally> MakeAsync(DbConnection connection, UsageQuestion q, IReadOnlyDictionary<long, MergedPerson> merged, CancellationToken cancellationToken)
    {
        (UsageSplit split, ReportFilter filter, ReportScope scope) = (q.Split, q.Filter, q.Scope);
        bool bySite = split is { Device: true, OnlySites: true }, byPerson = split is { Person: true, OnlyDepartments: false, OnlyCostCentres: false };
        Places? places = filter.Department is not null || filter.CostCentre is not null || scope.Department is not null || (split.Person && !byPerson)
            ? await people.OfAsync(connection, scope.OrgId, cancellationToken) : null;
        Dictionary<long, string?>? sites = bySite || filter.Site is not null || scope.Site is not null ? await SitesAsync(connection, scope.OrgId, cancellationToken) : null;
        var axes = ImmutableArray.CreateBuilder<TallyAxis>();
        if (split.Person)
        {
            axes.Add(byPerson ? new TallyAxis(TallyBy.Person, same: merged.Count == 0 ? null : id => merged.TryGetValue(id, out MergedPerson? m) ? m.IntoId : id)
                : split.OnlyDepartments ? new TallyAxis(TallyBy.Department, id => merged.TryGetValue(id, out MergedPerson? m) ? m.Department : PlaceOf(id).Department)
                : new TallyAxis(TallyBy.CostCentre, id => merged.TryGetValue(id, out MergedPerson? m) ? m.CostCentre : PlaceOf(id).CostCentre));
        }

        if (split.Project)
        {
            axes.Add(new TallyAxis(TallyBy.Project));
        }

        if (split.Device)
        {
            axes.Add(bySite ? new TallyAxis(TallyBy.Site, id => sites!.GetValueOrDefault(id)) : new TallyAxis(TallyBy.Device));
        }

        foreach ((bool isAsked, TallyBy by) in new[] { (split.Day, TallyBy.Day), (split.Month && !split.Day, TallyBy.Month), (split.Function, TallyBy.Function), (split.Cause, TallyBy.Cause) })
        {
            if (isAsked)
            {
                axes.Add(new TallyAxis(by));
            }
        }

        return new UsageTally(axes.ToImmutable(), new TallyFilter
        {
            Owned = q.Owned, Project = filter.ProjectId, Function = filter.Function, Cause = filter.Cause, Devices = Devices(), People = People(),
        });

        (string? Department, string? CostCentre) PlaceOf(long id) => places!.TryGet(id, out var place) ? place : default;

        Func<long, bool>? Devices() => sites is not null && (filter.Site is not null || scope.Site is not null)
                ? id => (filter.DeviceId is not { } one || one == id) && sites.TryGetValue(id, out string? site) && (scope.Site is null || site == scope.Site) && (filter.Site is null || (site ?? "") == filter.Site)
            : filter.DeviceId is { } device ? id => id == device : null;

        Func<long, bool>? People() => filter.Department is null && filter.CostCentre is null && scope.Department is null ? filter.PersonId is 0 ? id => id == 0 : null
            : id => (filter.PersonId is not 0 || id == 0) && places!.TryGet(id, out var place) && (scope.Department is null || place.Department == scope.Department)
                && (filter.Department is null || (place.Department ?? "") == filter.Department) && (filter.CostCentre is null || (place.CostCentre ?? "") == filter.CostCentre);
    }

    private async Task<Dictionary<long, string?>> SitesAsync(DbConnection connection, long orgId, CancellationToken cancellationToken) =>
        (await DevicesAsync(database, connection, orgId, cancellationToken)).ToDictionary(d => d.Id, d => d.Site);

    /// <summary>All devices of an organisation as reports name them.</summary>
    internal static Task<IEnumerable<ReportDevice>> DevicesAsync(IDatabase database, DbConnection connection, long orgId, CancellationToken cancellationToken) => connection.QueryAsync<ReportDevice>(new CommandDefinition(
        database.Sql["Report_Devices"], new { orgId, deviceId = (long?)null, site = (string?)null, ofSite = (string?)null }, cancellationToken: cancellationToken));

    private sealed record StateRow
    {
        public int Kind { get; init; }
        public int? Day { get; init; }
    }
}
