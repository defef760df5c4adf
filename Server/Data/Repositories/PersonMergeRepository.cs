using System.Globalization;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>What came of a wish to merge two people.</summary>
public enum MergeOutcome
{
    /// <summary>They are one now.</summary>
    Merged,

    /// <summary>One of them does not exist in the organisation, or both are the same.</summary>
    NotThere,

    /// <summary>One of them was merged before.</summary>
    MergedBefore,

    /// <summary>A directory or a provisioning client still has the one that would go, and would go on writing it.</summary>
    StillElsewhere,
}

/// <summary>
/// Makes one person of two rows. Cards, PIN, names, projects, kept reports with their schedules, and limits go over; the row that goes is blocked and points to the other. Sessions and ledger keep the id that
/// they were booked with: reports follow the pointer, so that every sum stays.
/// </summary>
public sealed class PersonMergeRepository(IDatabase database, AuditLog audit, TimeProvider time)
{
    private static readonly string[] s_moves =
    [
        "Merge_Cards", "Merge_Pin", "Merge_Groups", "Merge_Principals", "Merge_ProjectUsers", "Merge_ProjectRecents", "Merge_Favourites", "Merge_AccountNames",
        "Merge_PinLeft", "Merge_GroupsLeft", "Merge_PrincipalsLeft", "Merge_ProjectsLeft", "Merge_RecentsLeft", "Merge_FavouritesLeft", "Merge_CodesLeft", "Merge_WebSessions",
    ];

    private static readonly string[] s_ofOwners = ["Merge_ReportNames", "Merge_Reports", "Merge_Schedules", "Merge_Deliveries"];

    /// <summary>Merges in one transaction; nothing changes unless the answer is <see cref="MergeOutcome.Merged"/>.</summary>
    public Task<MergeOutcome> MergeAsync(long orgId, long from, long into, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var rows = (await connection.QueryAsync<MergeRow>(new CommandDefinition(database.Sql["Merge_Find"], new { orgId, from, into }, cancellationToken: ct))).ToDictionary(r => r.Id);
            if (from == into || !rows.TryGetValue(from, out var going) || !rows.TryGetValue(into, out var staying))
            {
                return MergeOutcome.NotThere;
            }

            if (going.MergedInto is not null || staying.MergedInto is not null)
            {
                return MergeOutcome.MergedBefore;
            }

            if (going.InDirectory || going.Provisioned)
            {
                return MergeOutcome.StillElsewhere;
            }

            foreach (var move in s_moves)
            {
                await connection.ExecuteAsync(new CommandDefinition(database.Sql[move], new { from, into }, cancellationToken: ct));
            }

            var limits = new { orgId, from = from.ToString(CultureInfo.InvariantCulture), into = into.ToString(CultureInfo.InvariantCulture) };
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["Merge_Quota"], limits, cancellationToken: ct));
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["Merge_QuotaLeft"], limits, cancellationToken: ct));
            var owners = new { orgId, from = Privacy.PersonTraces.OwnerOf(from), into = Privacy.PersonTraces.OwnerOf(into) };
            foreach (var move in s_ofOwners)
            {
                await connection.ExecuteAsync(new CommandDefinition(database.Sql[move], owners, cancellationToken: ct));
            }

            await connection.ExecuteAsync(new CommandDefinition(
                database.Sql["Merge_Mark"], new { from, into, department = staying.Department, costCentre = staying.CostCentre, now = time.GetUtcNow() }, cancellationToken: ct));
            await audit.AddAsync(connection, orgId, actor, "person.merge", $"person:{from}", new AuditValues().Add("mergedInto", null, $"person:{into}"), ct);
            await audit.AddAsync(connection, orgId, actor, "person.merge", $"person:{into}", new AuditValues().Add("merged", null, $"person:{from}"), ct);
            return MergeOutcome.Merged;
        },
        cancellationToken);

    /// <summary>Ids of a person: their own first, then those that were merged into it.</summary>
    public Task<IReadOnlyList<long>> IdsAsync(long id, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<long>>(
        async (connection, ct) => [id, .. await connection.QueryAsync<long>(new CommandDefinition(database.Sql["Person_Merged"], new { id }, cancellationToken: ct))], cancellationToken);

    /// <summary>Lets those who were merged follow the departments of whom they were merged into; returns how many did.</summary>
    public Task<int> FollowAsync(CancellationToken cancellationToken) => database.WriteAsync(
        (connection, ct) => connection.ExecuteAsync(new CommandDefinition(database.Sql["Person_Follow"], cancellationToken: ct)), cancellationToken);

    private sealed record MergeRow
    {
        public required long Id { get; init; }
        public long? MergedInto { get; init; }
        public string? Department { get; init; }
        public string? CostCentre { get; init; }
        public bool InDirectory { get; init; }
        public bool Provisioned { get; init; }
    }
}
