using System.Data.Common;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>Writes and reads the audit log: who changed what, and when.</summary>
public sealed class AuditLog(IDatabase database, IdGenerator ids, TimeProvider time)
{
    /// <summary>Appends a row in the caller's transaction. <paramref name="subject"/> is a kind and an id, as <c>person:17</c>.</summary>
    public Task AddAsync(DbConnection connection, long orgId, string actor, string action, string subject, string? before, string? after, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            database.Sql["AuditLog_Add"],
            new AuditRow { Id = ids.Next(), At = time.GetUtcNow(), OrgId = orgId, Actor = actor, Action = action, Subject = subject, BeforeValue = before, AfterValue = after },
            cancellationToken: cancellationToken));

    /// <summary>The newest rows first, older than <paramref name="beforeId"/> when given; ids ascend with time.</summary>
    public async Task<IReadOnlyList<AuditRow>> ListAsync(long orgId, long? beforeId, int limit, CancellationToken cancellationToken) => await database.ReadAsync(
        async (connection, ct) => (await connection.QueryAsync<AuditRow>(new CommandDefinition(
            database.Sql["AuditLog_List"], new { orgId, beforeId = beforeId ?? long.MaxValue, limit }, cancellationToken: ct))).AsList(),
        cancellationToken);
}
