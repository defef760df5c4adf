using CopyTrack.Accounting.Receipts;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A name under which devices know a person, a project or both.</summary>
public sealed record AccountName
{
    public required long Kind { get; init; }
    public required string Value { get; init; }
    public required string ValueFolded { get; init; }
    public string? UserName { get; init; }
    public string? Project { get; init; }
}

/// <summary>Names under which devices know people and projects: what an administrator said, else what the names themselves say.</summary>
public sealed class AccountNames(IDatabase database, AuditLog audit, TimeProvider time)
{
    /// <summary>
    /// Whose a receipt is. A session at the device wins. Then each name in turn: what an administrator said of it; without that a login name is that of a user
    /// (without a domain before a backslash or behind an at sign), and an account id the code of a project.
    /// </summary>
    public Task<ReceiptOwner> OwnerAsync(long orgId, long deviceId, JobReceipt receipt, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) =>
        {
            if (receipt.Session is { } session
                && await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(database.Sql["Session_Owner"], new { id = session, deviceId }, cancellationToken: ct)) is { } known)
            {
                return new ReceiptOwner(session, known.PersonId, known.ProjectId) { Since = known.OpenedAt, Until = known.SettledAt ?? known.EndedAt };
            }

            var owner = ReceiptOwner.None;
            foreach (var identity in receipt.Identities)
            {
                var key = new { orgId, kind = (int)identity.Kind, folded = NameFolding.Fold(identity.Value) };
                if (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(database.Sql["AccountName_Find"], key, cancellationToken: ct)) is { } said)
                {
                    owner = new ReceiptOwner(null, owner.PersonId ?? said.PersonId, owner.ProjectId ?? said.ProjectId);
                    continue;
                }

                var (statement, name) = identity.Kind == IdentityKind.Login ? ("Person_IdByName", Account(identity.Value)) : ("Project_IdByCode", identity.Value);
                var id = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(database.Sql[statement], new { orgId, folded = NameFolding.Fold(name) }, cancellationToken: ct));
                owner = identity.Kind == IdentityKind.Login ? owner with { PersonId = owner.PersonId ?? id } : owner with { ProjectId = owner.ProjectId ?? id };
            }

            return owner;
        },
        cancellationToken);

    /// <summary>Says whose a name is; at least one of the ids is given.</summary>
    public Task PutAsync(long orgId, JobIdentity name, long? personId, long? projectId, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var row = new { orgId, kind = (int)name.Kind, folded = NameFolding.Fold(name.Value), value = name.Value.Trim(), personId, projectId, now = time.GetUtcNow() };
            var before = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(database.Sql["AccountName_Find"], row, cancellationToken: ct));
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["AccountName_Put"], row, cancellationToken: ct));
            await TellAsync(connection, orgId, actor, "account.put", name, before, new Row { PersonId = personId, ProjectId = projectId }, ct);
            return 0;
        },
        cancellationToken);

    /// <summary>Forgets whose a name is; false when nothing was said of it.</summary>
    public Task<bool> DeleteAsync(long orgId, JobIdentity name, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var key = new { orgId, kind = (int)name.Kind, folded = NameFolding.Fold(name.Value) };
            var before = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(database.Sql["AccountName_Find"], key, cancellationToken: ct));
            if (before is null)
            {
                return false;
            }

            await connection.ExecuteAsync(new CommandDefinition(database.Sql["AccountName_Delete"], key, cancellationToken: ct));
            await TellAsync(connection, orgId, actor, "account.delete", name, before, null, ct);
            return true;
        },
        cancellationToken);

    /// <summary>A page of names behind the given one.</summary>
    public Task<IReadOnlyList<AccountName>> ListAsync(long orgId, long kind, string folded, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AccountName>>(
        async (connection, ct) => (await connection.QueryAsync<AccountName>(new CommandDefinition(
            database.Sql["AccountName_List"], new { orgId, kind, folded, limit }, cancellationToken: ct))).AsList(),
        cancellationToken);

    /// <summary>A row with whose the name was and is, by ids: the name itself may be a person's. Nothing when nothing changed.</summary>
    private Task TellAsync(System.Data.Common.DbConnection connection, long orgId, string actor, string action, JobIdentity name, Row? before, Row? after, CancellationToken cancellationToken)
    {
        var values = new AuditValues().Add("person", Id("person", before?.PersonId), Id("person", after?.PersonId)).Add("project", Id("project", before?.ProjectId), Id("project", after?.ProjectId));
        return values.IsEmpty ? Task.CompletedTask : audit.AddAsync(connection, orgId, actor, action, $"account:{name.Kind}", values, cancellationToken);
    }

    private static string? Id(string kind, long? id) => id is { } known ? FormattableString.Invariant($"{kind}:{known}") : null;

    private static string Account(string login)
    {
        var slash = login.LastIndexOf('\\');
        var name = slash < 0 ? login : login[(slash + 1)..];
        var at = name.IndexOf('@', StringComparison.Ordinal);
        return at > 0 ? name[..at] : name;
    }

    private sealed record Row
    {
        public long? PersonId { get; init; }
        public long? ProjectId { get; init; }
        public DateTimeOffset? OpenedAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
        public DateTimeOffset? SettledAt { get; init; }
    }
}
