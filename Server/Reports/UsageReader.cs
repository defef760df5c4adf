using System.Data.Common;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>Dimensions to keep apart in sums of usage.</summary>
internal sealed record UsageSplit(bool Person, bool Project, bool Device, bool Month, bool Day, bool Function, bool Cause);

/// <summary>
/// Sums usage: whole months of people's work from the roll-up by month, whole days from the roll-up by day, and periods that begin or end
/// within a day from the entries themselves.
/// </summary>
internal sealed class UsageReader(IDatabase database, EntryReader entries, ReportOptions options)
{
    /// <summary>Sums of a period. <paramref name="owned"/>: true for what belongs to people, false for what belongs to no one, null for both.</summary>
    public Task<List<UsageSum>> ReadAsync(
        ReportPeriod period, ReportScope scope, ReportFilter filter, UsageSplit split, bool? owned, CancellationToken cancellationToken) =>
        database.ReadAsync((connection, ct) => period.Days is not { } days ? FromEntriesAsync(connection, period, scope, filter, split, owned, ct)
            : owned == true && AreMonths(days) && !split.Device && !split.Day && !split.Function && !split.Cause && filter.DeviceId is null && scope.Site is null
                ? FromMonthsAsync(connection, days, scope, filter, split, ct)
                : FromDaysAsync(connection, days, scope, filter, split, owned, ct), cancellationToken);

    private static bool AreMonths((DateOnly First, DateOnly Last) days) => days.First.Day == 1 && days.Last.AddDays(1).Day == 1;

    private static int MonthOf(DateOnly day) => (day.Year * 12) + day.Month - 1;

    private async Task<List<UsageSum>> FromMonthsAsync(
        DbConnection connection, (DateOnly First, DateOnly Last) days, ReportScope scope, ReportFilter filter, UsageSplit split, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<UsageSum>(new CommandDefinition(database.Sql["Usage_SumMonths"], new
        {
            orgId = scope.OrgId, first = MonthOf(days.First), last = MonthOf(days.Last), byPerson = Flag(split.Person), byProject = Flag(split.Project),
            byMonth = Flag(split.Month), personId = filter.PersonId, projectId = filter.ProjectId, department = scope.Department,
        }, cancellationToken: cancellationToken))];

    private async Task<List<UsageSum>> FromDaysAsync(
        DbConnection connection, (DateOnly First, DateOnly Last) days, ReportScope scope, ReportFilter filter, UsageSplit split, bool? owned,
        CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<UsageSum>(new CommandDefinition(database.Sql["Usage_SumDays"], new
        {
            orgId = scope.OrgId, first = days.First.DayNumber, last = days.Last.DayNumber, byPerson = Flag(split.Person), byProject = Flag(split.Project),
            byDevice = Flag(split.Device), byDay = Flag(split.Day || split.Month), byFunction = Flag(split.Function), byCause = Flag(split.Cause),
            owned = owned switch { null => (int?)null, true => 1, false => 0 },
            deviceId = filter.DeviceId, personId = filter.PersonId, projectId = filter.ProjectId, site = scope.Site, department = scope.Department,
        }, cancellationToken: cancellationToken))];

    private async Task<List<UsageSum>> FromEntriesAsync(
        DbConnection connection, ReportPeriod period, ReportScope scope, ReportFilter filter, UsageSplit split, bool? owned, CancellationToken cancellationToken)
    {
        EpochSets sets = new(database, connection);
        Dictionary<UsageSum, (PageCounts Counts, long Jobs)> sums = [];
        HashSet<(long Work, long Device, PageFunction Function, int Cause)> jobs = [];
        await foreach (EntryLine e in entries.AllAsync(connection, period, scope, filter, cancellationToken))
        {
            if ((owned is not null && owned != e.PersonId is not null) || await sets.ProjectAsync(e, options.Prices, cancellationToken) is not { } p)
            {
                continue;
            }

            int day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(e.At, options.TimeZone).DateTime).DayNumber;
            UsageSum key = new()
            {
                PersonId = split.Person ? e.PersonId ?? 0 : 0, UserName = split.Person ? e.UserName : null,
                ProjectId = split.Project ? e.ProjectId ?? 0 : 0, ProjectCode = split.Project ? e.ProjectCode : null,
                DeviceId = split.Device ? e.DeviceId : 0, DeviceName = split.Device ? e.DeviceName : null,
                Day = split.Day || split.Month ? day : 0, Function = split.Function ? (int)p.Function : -1, Cause = split.Cause ? e.Cause : -1,
            };
            bool job = !p.Facet && e.Reverses is null && jobs.Add((e.SessionId ?? -e.IntervalSeq, e.DeviceId, p.Function, e.Cause));
            (PageCounts counts, long n) = sums.GetValueOrDefault(key);
            sums[key] = (counts + p.Counts, n + (job ? 1 : 0));
        }

        List<UsageSum> rows = [.. sums.Select(s => s.Key.With(s.Value.Counts, s.Value.Jobs))];
        return split.Person || split.Project ? await NamedAsync(connection, rows, scope, cancellationToken) : rows;
    }

    /// <summary>Departments and full names, which entries do not carry.</summary>
    private async Task<List<UsageSum>> NamedAsync(DbConnection connection, List<UsageSum> rows, ReportScope scope, CancellationToken cancellationToken)
    {
        Dictionary<long, PersonName> people = (await connection.QueryAsync<PersonName>(new CommandDefinition(
            database.Sql["Report_People"], new { orgId = scope.OrgId }, cancellationToken: cancellationToken))).ToDictionary(p => p.Id);
        Dictionary<long, ProjectName> projects = (await connection.QueryAsync<ProjectName>(new CommandDefinition(
            database.Sql["Report_Projects"], new { orgId = scope.OrgId }, cancellationToken: cancellationToken))).ToDictionary(p => p.Id);
        return [.. rows.Select(r => r with
        {
            DisplayName = people.GetValueOrDefault(r.PersonId)?.DisplayName, Department = people.GetValueOrDefault(r.PersonId)?.Department,
            ProjectName = projects.GetValueOrDefault(r.ProjectId)?.Name,
        })];
    }

    private static int Flag(bool value) => value ? 1 : 0;

    private sealed record PersonName
    {
        public long Id { get; init; }
        public string? DisplayName { get; init; }
        public string? Department { get; init; }
    }

    private sealed record ProjectName
    {
        public long Id { get; init; }
        public string? Name { get; init; }
    }
}
