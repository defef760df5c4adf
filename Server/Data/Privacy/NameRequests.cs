using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Privacy;

/// <summary>A wish to know who stands behind a pseudonym. It waits while <see cref="DecidedAt"/> is null; without <see cref="ExpiresAt"/> it was refused.</summary>
public sealed record NameRequestRow
{
    public required long Id { get; init; }
    public required long PersonId { get; init; }
    public required string AskedBy { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public string? DecidedBy { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>
/// The name behind a pseudonym, by two persons: one asks and says why, another one with the right to administer grants it for a time, and only whoever asked sees it. Each step,
/// and each look, is in the audit log.
/// </summary>
public sealed class NameRequests(IDatabase database, PersonRepository people, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    /// <summary>Most characters of a reason.</summary>
    public const int LongestReason = 500;

    /// <summary>Most wishes of one caller that wait.</summary>
    public const int MostWaiting = 20;

    /// <summary>How long a granted name may be looked at.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(24);

    /// <summary>How long a wish waits.</summary>
    public static readonly TimeSpan Waits = TimeSpan.FromDays(7);

    /// <summary>Keeps the wish; false when too many of the same caller wait.</summary>
    public Task<bool> AskAsync(long orgId, long personId, string actor, string reason, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            if (await connection.ExecuteScalarAsync<long>(new CommandDefinition(database.Sql["NameRequest_Waiting"], new { orgId, actor }, cancellationToken: ct)) >= MostWaiting)
            {
                return false;
            }

            var id = ids.Next();
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["NameRequest_Add"], new { id, orgId, personId, actor, reason, now = time.GetUtcNow() }, cancellationToken: ct));
            await audit.AddAsync(connection, orgId, actor, "name.ask", $"person:{personId}", null, $"nameRequest:{id}", ct);
            return true;
        },
        cancellationToken);

    /// <summary>Grants or refuses a wish; false when there is none that waits, or whoever decides asked it themselves.</summary>
    public Task<bool> DecideAsync(long orgId, long id, string actor, bool grant, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var now = time.GetUtcNow();
            var person = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
                database.Sql["NameRequest_Decide"], new { orgId, id, actor, now, since = now - Waits, expiresAt = grant ? now + Lasts : (DateTimeOffset?)null }, cancellationToken: ct));
            if (person is null)
            {
                return false;
            }

            await audit.AddAsync(connection, orgId, actor, grant ? "name.grant" : "name.refuse", $"person:{person}", null, $"nameRequest:{id}", ct);
            return true;
        },
        cancellationToken);

    /// <summary>The person, for whoever asked while the grant lasts; null otherwise.</summary>
    public async Task<PersonRow?> SeeAsync(long orgId, long id, string actor, CancellationToken cancellationToken)
    {
        var person = await database.WriteAsync(
            async (connection, ct) =>
            {
                var found = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(database.Sql["NameRequest_See"], new { orgId, id, actor, now = time.GetUtcNow() }, cancellationToken: ct));
                if (found is not null)
                {
                    await audit.AddAsync(connection, orgId, actor, "name.see", $"person:{found}", null, $"nameRequest:{id}", ct);
                }

                return found;
            },
            cancellationToken);
        return person is { } known ? await people.GetAsync(known, cancellationToken) : null;
    }

    /// <summary>The newest wishes, of everybody or of one caller.</summary>
    public Task<IReadOnlyList<NameRequestRow>> ListAsync(long orgId, string? actor, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<NameRequestRow>>(
        async (connection, ct) => (await connection.QueryAsync<NameRequestRow>(new CommandDefinition(
            database.Sql["NameRequest_List"], new { orgId, actor, limit }, cancellationToken: ct))).AsList(),
        cancellationToken);
}
