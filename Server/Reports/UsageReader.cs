using System.Data.Common;
using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using CopyTrack.Server.Reports.Packs;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>
/// Sums usage: days that are packed out of their packs; otherwise whole months of people, of devices or of hours from the roll-ups by month, the days around them and everything else from the roll-up by day,
/// and what that does not know (hours, and periods that begin or end within a day) from the entries themselves.
/// </summary>
internal sealed class UsageReader(IDatabase database, EntryReader entries, ReportOptions options, PackedUsage? packs = null)
{
    /// <summary>Setting that holds the first month that the roll-up of hours has whole.</summary>
    private const string HoursSince = "Reports:HoursSince";

    private readonly UsageNames names = new(database);
    private readonly ReportPeople people = new(database);

    /// <summary>
    /// Sums of a period; the same combination may come several times, to be added up. <paramref name="owned"/>: true for what belongs to people, false
    /// for what belongs to no one, null for both. People are told as the asker may see them.
    /// </summary>
    public Task<List<UsageSum>> ReadAsync(
        ReportPeriod period, ReportScope scope, ReportFilter filter, UsageSplit split, bool? owned, CancellationToken cancellationToken) => database.ReadAsync(
            async (connection, ct) =>
            {
                IReadOnlyDictionary<long, MergedPerson> merged = await people.MergedAsync(connection, scope.OrgId, ct);
                UsageQuestion question = new(scope, filter, split, owned) { People = ReportPeople.Ids(filter.PersonId, merged) };
                List<UsageSum> sums = [];
                foreach (ReportPeriod part in Parts(period))
                {
                    sums.AddRange(await OfPartAsync(connection, part, question, merged, ct));
                }

                return sums;
            },
            cancellationToken);

    /// <summary>All of a time within days out of the entries, by everything that the roll-up by day tells apart, without names; nothing is narrowed.</summary>
    public Task<List<UsageSum>> RowsAsync(DbConnection connection, ReportPeriod period, long orgId, CancellationToken cancellationToken) => SumEntriesAsync(
        connection, period, new UsageQuestion(ReportScope.Of(orgId), new ReportFilter(), new UsageSplit(true, true, true, false, true, true, true), null), cancellationToken);

    /// <summary>A period that begins or ends within a day as the whole days in it and what is left of it before and after them.</summary>
    public IEnumerable<ReportPeriod> Parts(ReportPeriod period)
    {
        if (period.Days is not null || period.WholeDays(options.TimeZone) is not { } whole)
        {
            return [period];
        }

        ReportPeriod days = ReportSpans.Between(whole.First, whole.Last, options.TimeZone);
        return new[] { new ReportPeriod(period.From, days.From, null), days, new ReportPeriod(days.To, period.To, null) }.Where(p => p.From < p.To);
    }

    private async Task<List<UsageSum>> OfPartAsync(
        DbConnection connection, ReportPeriod period, UsageQuestion question, IReadOnlyDictionary<long, MergedPerson> merged, CancellationToken cancellationToken)
    {
        if (packs is not null && period.Days is { } packed && await packs.TallyAsync(connection, packed, question, merged, cancellationToken) is { } tally)
        {
            return await packs.NamedAsync(connection, tally, Enumerable.Range(0, tally.Groups), question, cancellationToken);
        }

        List<UsageSum> sums = period.Days is not { } days ? await FromEntriesAsync(connection, period, question, cancellationToken)
            : question.IsByHour ? await ByHourAsync(connection, period, days, question, cancellationToken)
            : await FromRollUpsAsync(connection, days, question, cancellationToken);
        return ReportPeople.Shown(sums, question.Scope, merged);
    }

    private async Task<List<UsageSum>> FromRollUpsAsync(
        DbConnection connection, (DateOnly First, DateOnly Last) days, UsageQuestion question, CancellationToken cancellationToken)
    {
        // One person's days are few and have an index; their months lie among those of everybody.
        string? months = question.People is [> 0, ..] ? null : question.IsOfPeople ? "Usage_SumMonths" : question.IsOfDevices ? "Usage_SumDeviceMonths" : null;
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

    /// <summary>Whole months out of their roll-up as far as it goes back; the rest out of the entries.</summary>
    private async Task<List<UsageSum>> ByHourAsync(
        DbConnection connection, ReportPeriod period, (DateOnly First, DateOnly Last) days, UsageQuestion question, CancellationToken cancellationToken)
    {
        int since = int.Parse(await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            database.Sql["Setting_Get"], new { name = HoursSince }, cancellationToken: cancellationToken)) ?? "0", CultureInfo.InvariantCulture);
        (int First, int Last) months = UsageSpan.Of(days.First, days.Last).Months;
        months.First = Math.Max(months.First, since);
        if (!question.IsOfHours || months.First > months.Last)
        {
            return await FromEntriesAsync(connection, period, question, cancellationToken);
        }

        DateTimeOffset begin = Midnight(months.First), end = Midnight(months.Last + 1);
        (List<UsageSum> packed, List<(int First, int Last)> others) = packs is null ? ([], [months]) : await packs.HoursAsync(connection, months, question, cancellationToken);
        foreach ((int First, int Last) some in others)
        {
            packed.AddRange(await SumAsync(connection, "Usage_SumHours", some, question, cancellationToken));
        }

        return
        [
            .. period.From < begin ? await FromEntriesAsync(connection, period with { To = begin, Days = null }, question, cancellationToken) : [],
            .. packed,
            .. end < period.To ? await FromEntriesAsync(connection, period with { From = end, Days = null }, question, cancellationToken) : [],
        ];

        DateTimeOffset Midnight(int month) => ReportPeriod.Midnight(new DateOnly(month / 12, (month % 12) + 1, 1), options.TimeZone);
    }

    private async Task<List<UsageSum>> SumAsync(
        DbConnection connection, string statement, (int First, int Last) limits, UsageQuestion q, CancellationToken cancellationToken)
    {
        List<UsageSum> sums = [];
        foreach (long? person in limits.First > limits.Last ? [] : q.People)
        {
            sums.AddRange(await SumAsync(connection, statement, limits, q, person, cancellationToken));
        }

        return sums;
    }

    private Task<IEnumerable<UsageSum>> SumAsync(
        DbConnection connection, string statement, (int First, int Last) limits, UsageQuestion q, long? person, CancellationToken cancellationToken) =>
        connection.QueryAsync<UsageSum>(new CommandDefinition(database.Sql[statement == "Usage_SumDays" && person is > 0 ? "Usage_SumDaysOfPerson" : statement], new
        {
            orgId = q.Scope.OrgId, first = limits.First, last = limits.Last, byPerson = Flag(q.Split.Person), byProject = Flag(q.Split.Project),
            byDevice = Flag(q.Split.Device), byDay = Flag(q.Split.Day || q.Split.Month), byMonth = Flag(q.Split.Month), byFunction = Flag(q.Split.Function),
            byCause = Flag(q.Split.Cause), owned = q.Owned switch { null => (int?)null, true => 1, false => 0 }, whole = q.Scope.IsWhole, sites = q.Scope.Sites, departments = q.Scope.Departments, projects = q.Scope.Projects,
            deviceId = q.Filter.DeviceId, personId = person, projectId = q.Filter.ProjectId, ofSite = q.Filter.Site, ofDepartment = q.Filter.Department,
            costCentre = q.Filter.CostCentre, function = q.Filter.Function, cause = q.Filter.Cause, hour = q.Filter.Hour,
        }, cancellationToken: cancellationToken));

    private async Task<List<UsageSum>> FromEntriesAsync(DbConnection connection, ReportPeriod period, UsageQuestion question, CancellationToken cancellationToken) =>
        await names.AddAsync(connection, await SumEntriesAsync(connection, period, question, cancellationToken), question, cancellationToken);

    private async Task<List<UsageSum>> SumEntriesAsync(DbConnection connection, ReportPeriod period, UsageQuestion question, CancellationToken cancellationToken)
    {
        (ReportScope scope, ReportFilter filter, UsageSplit split, bool? owned) = question;
        EpochSets sets = new(database, connection, options.Prices);
        Dictionary<UsageSum, (PageCounts Counts, long Jobs)> sums = [];
        HashSet<(long Work, long Device, PageFunction Function, int Cause)> jobs = [];
        await foreach (EntryLine e in entries.AllAsync(connection, period, scope, filter, null, EntryReader.Most, sets, cancellationToken))
        {
            DateTime local = TimeZoneInfo.ConvertTime(e.At, options.TimeZone).DateTime;
            if ((owned is not null && owned != e.PersonId is not null) || (filter.Hour is { } hour && hour != local.Hour)
                || await sets.ProjectAsync(e, cancellationToken) is not { } p || (filter.Function is { } function && function != (int)p.Function))
            {
                continue;
            }

            UsageSum key = new()
            {
                PersonId = split.Person ? e.PersonId ?? 0 : 0, UserName = split.Person ? e.UserName : null,
                ProjectId = split.Project ? e.ProjectId ?? 0 : 0, ProjectCode = split.Project ? e.ProjectCode : null,
                DeviceId = split.Device ? e.DeviceId : 0, DeviceName = split.Device ? e.DeviceName : null, Hour = split.Hour ? local.Hour : -1,
                Day = split.Day || split.Month ? DateOnly.FromDateTime(local).DayNumber : 0, Function = split.Function ? (int)p.Function : -1, Cause = split.Cause ? e.Cause : -1,
            };
            bool job = !p.Facet && e.Reverses is null && jobs.Add((e.SessionId ?? -e.IntervalSeq, e.DeviceId, p.Function, e.Cause));
            (PageCounts counts, long n) = sums.GetValueOrDefault(key);
            sums[key] = (counts + p.Counts, n + (job ? 1 : 0));
        }

        return [.. sums.Select(s => s.Key.With(s.Value.Counts, s.Value.Jobs))];
    }

    private static int Flag(bool value) => value ? 1 : 0;
}
