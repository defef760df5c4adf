using System.Data.Common;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>Somebody who was merged, and whom they are shown as.</summary>
internal sealed record MergedPerson
{
    public required long Id { get; init; }
    public required long IntoId { get; init; }
    public required string UserName { get; init; }
    public string? DisplayName { get; init; }
    public string? Department { get; init; }
    public string? CostCentre { get; init; }
}

/// <summary>Who stands in a report: whoever was merged stands under whom they were merged into, and under a pseudonym where names are kept from the asker.</summary>
internal sealed class ReportPeople(IDatabase database)
{
    /// <summary>Everybody of the organisation who was merged; few, so that each report may ask.</summary>
    public async Task<IReadOnlyDictionary<long, MergedPerson>> MergedAsync(DbConnection connection, long orgId, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<MergedPerson>(new CommandDefinition(database.Sql["Person_MergedAll"], new { orgId }, cancellationToken: cancellationToken))).ToDictionary(p => p.Id);

    /// <summary>Ids under which a person's work was booked; null for everybody.</summary>
    public static IReadOnlyList<long?> Ids(long? person, IReadOnlyDictionary<long, MergedPerson> merged) =>
        person is { } one ? [one, .. merged.Values.Where(m => m.IntoId == one).Select(m => (long?)m.Id)] : [null];

    /// <summary>Sums as the asker may see them.</summary>
    public static List<UsageSum> Shown(List<UsageSum> sums, ReportScope scope, IReadOnlyDictionary<long, MergedPerson> merged) =>
        merged.Count == 0 && scope.Names is null ? sums : sums.ConvertAll(sum =>
        {
            UsageSum s = merged.TryGetValue(sum.PersonId, out MergedPerson? m)
                ? sum with { PersonId = m.IntoId, UserName = m.UserName, DisplayName = m.DisplayName, Department = m.Department, CostCentre = m.CostCentre }
                : sum;
            return scope.Names is { } names && s.PersonId != 0 ? s with { UserName = names.Of(s.PersonId), DisplayName = null } : s;
        });

    /// <summary>Entries as the asker may see them.</summary>
    public static List<EntryLine> Shown(List<EntryLine> entries, ReportScope scope, IReadOnlyDictionary<long, MergedPerson> merged) =>
        merged.Count == 0 && scope.Names is null ? entries : entries.ConvertAll(e =>
        {
            if (e.PersonId is not { } id)
            {
                return e;
            }

            MergedPerson? m = merged.GetValueOrDefault(id);
            return e with { UserName = scope.Names is { } names ? names.Of(m?.IntoId ?? id) : m?.UserName ?? e.UserName };
        });

    /// <summary>Whom somebody is shown as: themselves, unless they were merged.</summary>
    public Task<long> FollowAsync(long orgId, long person, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) => (await MergedAsync(connection, orgId, ct)).TryGetValue(person, out MergedPerson? merged) ? merged.IntoId : person, cancellationToken);

    /// <summary>Whose a pseudonym is; looks at every id of the organisation, which happens when somebody follows a link of a report.</summary>
    public Task<long?> OwnerAsync(Pseudonyms names, long orgId, string pseudonym, CancellationToken cancellationToken) => !Pseudonyms.IsOne(pseudonym) ? Task.FromResult<long?>(null)
        : database.ReadAsync(async (connection, ct) => names.Find(pseudonym, await connection.QueryAsync<long>(new CommandDefinition(database.Sql["Person_Ids"], new { orgId, whole = true, departments = ValueSet<string>.None }, cancellationToken: ct))), cancellationToken);
}
