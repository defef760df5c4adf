using System.Data.Common;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>Departments, cost centres, sites and full names, which entries do not carry.</summary>
internal sealed class UsageNames(IDatabase database)
{
    /// <summary>The rows with the names of the dimensions that were asked for.</summary>
    public async Task<List<UsageSum>> AddAsync(DbConnection connection, List<UsageSum> rows, UsageQuestion question, CancellationToken cancellationToken)
    {
        var people = question.Split.Person ? await ReadAsync<PersonName>("Report_People") : [];
        var projects = question.Split.Project ? await ReadAsync<ProjectName>("Report_Projects") : [];
        Dictionary<long, string?> sites = question.Split.Device
            ? (await connection.QueryAsync<ReportDevice>(new CommandDefinition(database.Sql["Report_Devices"],
                new { orgId = question.Scope.OrgId, deviceId = question.Filter.DeviceId, whole = true, sites = ValueSet<string>.None, ofSite = question.Filter.Site }, cancellationToken: cancellationToken))).ToDictionary(d => d.Id, d => d.Site)
            : [];
        return [.. rows.Select(r => r with
        {
            DisplayName = people.GetValueOrDefault(r.PersonId)?.DisplayName, Department = people.GetValueOrDefault(r.PersonId)?.Department,
            CostCentre = people.GetValueOrDefault(r.PersonId)?.CostCentre, ProjectName = projects.GetValueOrDefault(r.ProjectId)?.Name,
            Site = sites.GetValueOrDefault(r.DeviceId),
        })];

        async Task<Dictionary<long, T>> ReadAsync<T>(string statement)
            where T : Named => (await connection.QueryAsync<T>(new CommandDefinition(
            database.Sql[statement], new { orgId = question.Scope.OrgId }, cancellationToken: cancellationToken))).ToDictionary(p => p.Id);
    }

    private abstract record Named
    {
        public long Id { get; init; }
    }

    private sealed record PersonName : Named
    {
        public string? DisplayName { get; init; }
        public string? Department { get; init; }
        public string? CostCentre { get; init; }
    }

    private sealed record ProjectName : Named
    {
        public string? Name { get; init; }
    }
}
