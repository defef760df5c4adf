using System.Data.Common;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>
/// Sums usage: whole months of people or of devices from the roll-ups by month, the days around them and everything else from the roll-up by day,
/// and periods that begin or end within a day from the entries themselves.
/// </summary>
internal sealed class UsageReader(IDatabase database, EntryReader entries, ReportOptions options)
{
    private readonly ReportPeople people = new(database);

    /// <summary>
    /// Sums of a period; the same combination may come several times, to be added up. <paramref name="owned"/>: true for what belongs to people, false
    /// for what belongs to no one, null for both.
    /// </summary>
    public async Task<List<UsageSum>> ReadAsync(
        ReportPeriod period, ReportScope scope, ReportFilter filter, UsageSplit split, bool? owned, CancellationToken cancellationToken)
    {
        return await database.ReadAsync(
            async (connection, ct) =>
            {
                IReadOnlyDictionary<long, MergedPerson> merged = await people.MergedAsync(connection, scope.OrgId, ct);
                List<UsageSum> sums = [];
                foreach (long? person in ReportPeople.Ids(filter.PersonId, merged))
                {
                    UsageQuestion question = new(scope, filter with { PersonId = person }, split, owned);
                    sums.AddRange(period.Days is { } days ? await FromRollUpsAsync(connection, days, question, ct) : await FromEntriesAsync(connection, period, question, ct));
                }

                return ReportPeople.Shown(sums, scope, merged);
            },
            cancellationToken);
    }

    private async Task<List<UsageSum>> FromRollUpsAsync(
        DbConnection connection, (DateOnly First, DateOnly Last) days, UsageQuestion question, CancellationToken cancellationToken)
    {
        string? months = question.IsOfPeople ? "Usage_SumMonths" : question.IsOfDevices ? "Usage_SumDeviceMonths" : null;
        if (months is null)
        {
            return await SumAsync(connection, "Usage_SumDays", (days.First.DayNumber, days.Last.DayNumber), question, cancellationToken);
        }

        UsageSpan span = UsageSpan.Of(days.First, days.Last);
        return
        [
            .. await SumAsync(connection, "Usage_SumDays", span.Head, question, cancellationToken),
            .. await SumAsync(connection, months, span.Months, question, cancellationToken),
            .. await SumAsync(connection, "Usage_SumDays", span.Tail, question, cancellationToken),
        ];
    }

    private async Task<List<UsageSum>> SumAsync(
        DbConnection connection, string statement, (int First, int Last) limits, UsageQuestion q, CancellationToken cancellationToken) =>
        limits.First > limits.Last ? [] : [.. await connection.QueryAsync<UsageSum>(new CommandDefinition(database.Sql[statement], new
        {
            orgId = q.Scope.OrgId, first = limits.First, last = limits.Last, byPerson = Flag(q.Split.Person), byProject = Flag(q.Split.Project),
            byDevice = Flag(q.Split.Device), byDay = Flag(q.Split.Day || q.Split.Month), byMonth = Flag(q.Split.Month), byFunction = Flag(q.Split.Function),
            byCause = Flag(q.Split.Cause), owned = q.Owned switch { null => (int?)null, true => 1, false => 0 },
            deviceId = q.Filter.DeviceId, personId = q.Filter.PersonId, projectId = q.Filter.ProjectId, site = q.Scope.Site, department = q.Scope.Department,
        }, cancellationToken: cancellationToken))];

    private async Task<List<UsageSum>> FromEntriesAsync(
        DbConnection connection, ReportPeriod period, UsageQuestion question, CancellationToken cancellationToken)
    {
        (ReportScope scope, ReportFilter filter, UsageSplit split, bool? owned) = question;
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
