using System.Data.Common;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Privacy;

/// <summary>A wish that managers see names again, which waits for a second person.</summary>
public sealed record NamesConsentRow
{
    public required long Id { get; init; }
    public required string AskedBy { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
}

/// <summary>
/// Whether managers see names or pseudonyms. One administrator alone keeps names from them; to show names again one asks and says why, and another one grants it. Each step is in
/// the audit log.
/// </summary>
public sealed class NamesConsent(IDatabase database, SettingRepository settings, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    /// <summary>Setting that keeps people's names from managers, <c>true</c> or absent.</summary>
    public const string Setting = "Privacy:Pseudonyms";

    /// <summary>How long a wish waits.</summary>
    public static readonly TimeSpan Waits = TimeSpan.FromDays(7);

    private DateTimeOffset Since => time.GetUtcNow() - Waits;

    /// <summary>Keeps names from managers from now on.</summary>
    public Task KeepAsync(string actor, CancellationToken cancellationToken) => settings.SetAsync(Setting, "true", actor, cancellationToken);

    /// <summary>The wish that waits; null for none.</summary>
    public Task<NamesConsentRow?> WaitingAsync(long orgId, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<NamesConsentRow>(new CommandDefinition(database.Sql["NamesConsent_Waiting"], new { orgId, since = Since }, cancellationToken: ct)), cancellationToken);

    /// <summary>Asks that managers see names; false when somebody has asked already, or they see them.</summary>
    public Task<bool> AskAsync(long orgId, string actor, string reason, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            var (id, now) = (ids.Next(), time.GetUtcNow());
            await ExecuteAsync(connection, "NamesConsent_Lapse", new { orgId, since = Since, now }, ct);
            if (!await IsKeptAsync(connection, ct) || await ExecuteAsync(connection, "NamesConsent_Add", new { id, orgId, actor, reason, now }, ct) == 0)
            {
                return false;
            }

            await audit.AddAsync(connection, orgId, actor, "names.ask", $"setting:{Setting}", null, $"namesConsent:{id}", ct);
            return true;
        },
        cancellationToken);

    /// <summary>Grants a wish, which shows names to managers at once, or refuses it; false when there is none that waits, or whoever asked would grant it themselves. They may take it back.</summary>
    public Task<bool> DecideAsync(long orgId, long id, string actor, bool grant, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            if (await ExecuteAsync(connection, "NamesConsent_Decide", new { id, orgId, actor, grant = grant ? 1 : 0, now = time.GetUtcNow(), since = Since }, ct) == 0)
            {
                return false;
            }

            await audit.AddAsync(connection, orgId, actor, grant ? "names.grant" : "names.refuse", $"setting:{Setting}", null, $"namesConsent:{id}", ct);
            if (grant)
            {
                await settings.SetAsync(connection, Setting, null, actor, ct);
            }

            return true;
        },
        cancellationToken);

    private async Task<bool> IsKeptAsync(DbConnection connection, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<string?>(new CommandDefinition(database.Sql["Setting_Get"], new { name = Setting }, cancellationToken: cancellationToken)) == "true";

    private Task<int> ExecuteAsync(DbConnection connection, string statement, object parameters, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: cancellationToken));
}
