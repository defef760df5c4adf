using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>An API token as stored: its SHA-256, role and scope.</summary>
public sealed record TokenRow
{
    public required long Id { get; init; }
    public required byte[] Hash { get; init; }
    public required string Role { get; init; }
    /// <summary>As <c>organisation=…</c>, <c>site=…</c>, <c>department=…</c> or <c>project=…</c>, one a line; null = everything.</summary>
    public string? Scope { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }

    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Id = ").Append(Id).Append(", Role = ").Append(Role);
        return true;
    }
}

/// <summary>API tokens.</summary>
public sealed class TokenRepository(IDatabase database, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    /// <summary>Stores a token's SHA-256; returns its id. <paramref name="lifetime"/> null means that it does not expire.</summary>
    public Task<long> AddAsync(byte[] hash, string role, string? scope, TimeSpan? lifetime, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var now = time.GetUtcNow();
            var token = new TokenRow { Id = ids.Next(), Hash = hash, Role = role, Scope = scope, CreatedAt = now, ExpiresAt = now + lifetime };
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["Token_Add"], token, cancellationToken: ct));
            await audit.AddAsync(connection, OrganisationRepository.DefaultId, actor, "token.add", $"token:{token.Id}", null, scope is null ? role : $"{role} {scope.Replace('\n', ' ')}", ct);
            return token.Id;
        },
        cancellationToken);

    /// <summary>The token with this SHA-256 if it is good now: neither revoked nor expired. Null otherwise.</summary>
    public Task<TokenRow?> FindAsync(byte[] hash, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<TokenRow>(new CommandDefinition(
            database.Sql["Token_Find"], new { hash, now = time.GetUtcNow() }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>The token of this id if it is good now: neither revoked nor expired. Null otherwise.</summary>
    public Task<TokenRow?> GetAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<TokenRow>(new CommandDefinition(database.Sql["Token_Get"], new { id, now = time.GetUtcNow() }, cancellationToken: ct)), cancellationToken);

    /// <summary>Ends a token; false when there is none of that id.</summary>
    public Task<bool> RevokeAsync(long id, string actor, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            if (await connection.ExecuteAsync(new CommandDefinition(database.Sql["Token_Revoke"], new { id, now = time.GetUtcNow() }, cancellationToken: ct)) == 0)
            {
                return false;
            }

            await audit.AddAsync(connection, OrganisationRepository.DefaultId, actor, "token.revoke", $"token:{id}", null, null, ct);
            return true;
        },
        cancellationToken);

    /// <summary>Remembers a token's use; callers do that once an hour at most.</summary>
    public Task UsedAsync(long id, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, ct) => connection.ExecuteAsync(new CommandDefinition(database.Sql["Token_Used"], new { id, now = time.GetUtcNow() }, cancellationToken: ct)),
        cancellationToken);
}
