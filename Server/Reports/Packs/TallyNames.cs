using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>Sums of usage out of a tally, with the names of what stands in them; those that are asked for alone get names.</summary>
internal sealed class TallyNames(IDatabase database)
{
    /// <summary>Most names that are asked for one by one.</summary>
    public const int FewNames = 500;

    private static readonly IReadOnlyDictionary<long, MergedPerson> s_nobody = ImmutableDictionary<long, MergedPerson>.Empty;

    /// <summary>Some combinations of a tally with their names, people as the asker may see them.</summary>
    public async Task<List<UsageSum>> OfAsync(
        DbConnection connection, UsageTally tally, IEnumerable<int> groups, UsageQuestion question, CancellationToken cancellationToken)
    {
        List<UsageSum> sums = await NamesAsync(connection, tally, [.. groups.Select(g => Of(tally, g))], question.Scope.OrgId, cancellationToken);
        return ReportPeople.Shown(sums, question.Scope, s_nobody);
    }

    /// <summary>A combination of a tally without names.</summary>
    public static UsageSum Of(UsageTally tally, int group)
    {
        (long jobs, var counts) = tally.Amount(group);
        UsageSum sum = new UsageSum().With(counts, jobs);
        for (int a = 0; a < tally.Axes.Length; a++)
        {
            TallyAxis axis = tally.Axes[a];
            int place = tally.PlaceOn(group, a);
            long number = axis.Number(place);
            sum = axis.By switch
            {
                TallyBy.Person => sum with { PersonId = number },
                TallyBy.Project => sum with { ProjectId = number },
                TallyBy.Device => sum with { DeviceId = number },
                TallyBy.Day => sum with { Day = (int)number },
                TallyBy.Month => sum with { Month = (int)number },
                TallyBy.Hour => sum with { Hour = (int)number },
                TallyBy.Function => sum with { Function = (int)number },
                TallyBy.Cause => sum with { Cause = (int)number },
                TallyBy.Department => sum with { Department = axis.Text(place) },
                TallyBy.CostCentre => sum with { CostCentre = axis.Text(place) },
                _ => sum with { Site = axis.Text(place) },
            };
        }

        return sum;
    }

    private async Task<List<UsageSum>> NamesAsync(DbConnection connection, UsageTally tally, List<UsageSum> sums, long orgId, CancellationToken cancellationToken)
    {
        if (tally.Axes.Any(a => a.By == TallyBy.Device))
        {
            long[] ids = [.. sums.Select(s => s.DeviceId).Distinct().Take(FewNames + 1)];
            Dictionary<long, ReportDevice> devices = (ids.Length > FewNames ? await PackedUsage.DevicesAsync(database, connection, orgId, cancellationToken)
                : await connection.QueryAsync<ReportDevice>(new CommandDefinition(database.Sql["Report_DevicesById"], new { ids }, cancellationToken: cancellationToken))).ToDictionary(d => d.Id);
            sums = sums.ConvertAll(s => devices.TryGetValue(s.DeviceId, out ReportDevice? d) ? s with { DeviceName = d.Name, Site = d.Site } : s);
        }

        if (tally.Axes.Any(a => a.By == TallyBy.Project))
        {
            Dictionary<long, ProjectName> projects = (await connection.QueryAsync<ProjectName>(new CommandDefinition(
                database.Sql["Report_ProjectNames"], new { orgId }, cancellationToken: cancellationToken))).ToDictionary(p => p.Id);
            sums = sums.ConvertAll(s => projects.TryGetValue(s.ProjectId, out ProjectName? p) ? s with { ProjectCode = p.Code, ProjectName = p.Name } : s);
        }

        if (tally.Axes.Any(a => a.By == TallyBy.Person))
        {
            long[] ids = [.. sums.Select(s => s.PersonId).Distinct().Take(FewNames + 1)];
            Dictionary<long, PersonName> names = (ids.Length > FewNames
                ? await connection.QueryAsync<PersonName>(new CommandDefinition(database.Sql["Report_PeopleNames"], new { orgId }, cancellationToken: cancellationToken))
                : await connection.QueryAsync<PersonName>(new CommandDefinition(database.Sql["Person_FindByIds"], new { ids }, cancellationToken: cancellationToken))).ToDictionary(p => p.Id);
            sums = sums.ConvertAll(s => names.TryGetValue(s.PersonId, out PersonName? p)
                ? s with { UserName = p.UserName, DisplayName = p.DisplayName, Department = p.Department, CostCentre = p.CostCentre } : s);
        }

        return sums;
    }

    private sealed record PersonName
    {
        public long Id { get; init; }
        public string? UserName { get; init; }
        public string? DisplayName { get; init; }
        public string? Department { get; init; }
        public string? CostCentre { get; init; }
    }

    private sealed record ProjectName
    {
        public long Id { get; init; }
        public string? Code { get; init; }
        public string? Name { get; init; }
    }
}
