using System.Globalization;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Privacy;

/// <summary>What came of a wish to erase a person.</summary>
public enum EraseOutcome
{
    /// <summary>Nothing but ids is left.</summary>
    Erased,

    /// <summary>The organisation has no such person.</summary>
    NotThere,

    /// <summary>A directory or a provisioning client still has the person and would bring them back: they must go there first.</summary>
    StillElsewhere,
}

/// <summary>
/// Erases a person (GDPR 17): names, cards, PIN, groups, sign-ins, what the access log, the names of devices and kept reports tell of them, and whoever was merged into them. Sessions, ledger and
/// audit log hold ids alone, which mean nobody afterwards; every sum stays.
/// </summary>
public sealed class PersonErasure(IDatabase database, PersonRepository people, AuditLog audit)
{
    private readonly PersonTraces traces = new(database, audit);

    /// <summary>Erases in one transaction.</summary>
    public Task<EraseOutcome> EraseAsync(long orgId, long id, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var rows = (await connection.QueryAsync<EraseRow>(new CommandDefinition(database.Sql["Erase_Find"], new { orgId, id }, cancellationToken: ct))).AsList();
            if (!rows.Exists(r => r.Id == id))
            {
                return EraseOutcome.NotThere;
            }

            if (rows.Exists(r => r.InDirectory || r.Provisioned))
            {
                return EraseOutcome.StillElsewhere;
            }

            foreach (var row in rows)
            {
                var subject = row.Id.ToString(CultureInfo.InvariantCulture);
                await connection.ExecuteAsync(new CommandDefinition(database.Sql["Erase_Attempts"], new { id = row.Id }, cancellationToken: ct));
                await connection.ExecuteAsync(new CommandDefinition(database.Sql["Erase_AccessLog"], new { id = row.Id }, cancellationToken: ct));
                await connection.ExecuteAsync(new CommandDefinition(database.Sql["Erase_AccountNames"], new { orgId, id = row.Id, folded = row.UserFolded }, cancellationToken: ct));
                await connection.ExecuteAsync(new CommandDefinition(database.Sql["Erase_Quota"], new { orgId, subject }, cancellationToken: ct));
                await connection.ExecuteAsync(new CommandDefinition(database.Sql["Erase_Lockout"], new { orgId, subject }, cancellationToken: ct));
                await traces.ForgetAsync(connection, orgId, row.Id, actor, ct);
                await people.DeleteAsync(connection, row.Id, ct);
                await audit.AddAsync(connection, orgId, actor, "person.delete", $"person:{row.Id}", AuditValues.PersonGone, ct);
            }

            return EraseOutcome.Erased;
        },
        cancellationToken);

    private sealed record EraseRow
    {
        public required long Id { get; init; }
        public required string UserFolded { get; init; }
        public bool InDirectory { get; init; }
        public bool Provisioned { get; init; }
    }
}
