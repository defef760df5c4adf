using System.Data.Common;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>What of the audit log is asked for; null members do not narrow. <see cref="Action"/> is a whole action or the beginning of several, as <c>person.</c></summary>
public sealed record AuditQuestion(string? Actor = null, string? Action = null, string? Subject = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null);

/// <summary>Writes and reads the audit log: who changed what, and when.</summary>
public sealed class AuditLog(IDatabase database, IdGenerator ids, TimeProvider time)
{
    private const int Chunk = 1000;

    /// <summary>Appends a row in the caller's transaction. <paramref name="subject"/> is a kind and an id, as <c>person:17</c>.</summary>
    public Task AddAsync(DbConnection connection, long orgId, string actor, string action, string subject, string? before, string? after, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            database.Sql["AuditLog_Add"],
            new AuditRow { Id = ids.Next(), At = time.GetUtcNow(), OrgId = orgId, Actor = actor, Action = action, Subject = subject, BeforeValue = before, AfterValue = after },
            cancellationToken: cancellationToken));

    /// <summary>Appends a row with what differs.</summary>
    public Task AddAsync(DbConnection connection, long orgId, string actor, string action, string subject, AuditValues values, CancellationToken cancellationToken) =>
        AddAsync(connection, orgId, actor, action, subject, values.Before, values.After, cancellationToken);

    /// <summary>Appends a row in a transaction of its own, before something is done that the database has no part in.</summary>
    public Task TellAsync(long orgId, string actor, string action, string subject, string? after, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            await AddAsync(connection, orgId, actor, action, subject, null, after, ct);
            return true;
        },
        cancellationToken);

    /// <summary>The newest rows first, older than <paramref name="beforeId"/> when given; ids ascend with time.</summary>
    public async Task<IReadOnlyList<AuditRow>> ListAsync(long orgId, AuditQuestion question, long? beforeId, int limit, CancellationToken cancellationToken) => await database.ReadAsync(
        async (connection, ct) => (await connection.QueryAsync<AuditRow>(new CommandDefinition(
            database.Sql[question.Subject is not null ? "AuditLog_ListOfSubject" : question.Actor is not null ? "AuditLog_ListOfActor" : "AuditLog_List"],
            new
            {
                orgId, actor = question.Actor, subject = question.Subject, actionFrom = question.Action, actionTo = After(question.Action), since = question.Since?.ToMicros(), until = question.Until?.ToMicros(),
                beforeId = beforeId ?? long.MaxValue, limit,
            },
            cancellationToken: ct))).AsList(),
        cancellationToken);

    /// <summary>All rows of a question, a bounded number at once.</summary>
    public async IAsyncEnumerable<AuditRow> AllAsync(long orgId, AuditQuestion question, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? before = null;
        IReadOnlyList<AuditRow> page;
        do
        {
            page = await ListAsync(orgId, question, before, Chunk, cancellationToken);
            foreach (var row in page)
            {
                yield return row;
                before = row.Id;
            }
        }
        while (page.Count == Chunk);
    }

    /// <summary>The end of the range that begins with a whole action, which holds that one alone, or with a beginning that ends in a dot.</summary>
    private static string? After(string? action) => action is null ? null : action.EndsWith('.') ? action[..^1] + '/' : action + '\u0001';
}
