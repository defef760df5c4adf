using System.Data.Common;
using Dapper;

namespace CopyTrack.Server.Data.Directories;

/// <summary>Directories, who is running one, how far each was read, and the records of runs.</summary>
public sealed class DirectoryRepository(IDatabase database, IdGenerator ids, TimeProvider time)
{
    /// <summary>The row of a directory, made when it is not there yet.</summary>
    public async Task<DirectoryRow> EnsureAsync(long orgId, string name, CancellationToken cancellationToken)
    {
        var folded = NameFolding.Fold(name);
        return await FindAsync(orgId, name, cancellationToken) ?? await database.WriteAsync(
            async (connection, ct) =>
            {
                await connection.ExecuteAsync(Command("Directory_Add", new { id = ids.Next(), orgId, name, folded }, ct));
                return await connection.QuerySingleAsync<DirectoryRow>(Command("Directory_Find", new { orgId, folded }, ct));
            },
            cancellationToken);
    }

    /// <summary>The row of a directory; null when it never was one.</summary>
    public Task<DirectoryRow?> FindAsync(long orgId, string name, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<DirectoryRow>(Command("Directory_Find", new { orgId, folded = NameFolding.Fold(name) }, ct)), cancellationToken);

    /// <summary>Keeps the sealed password of the reading account.</summary>
    public Task SetPasswordAsync(long id, byte[]? secret, CancellationToken cancellationToken) => WriteAsync("Directory_SetPassword", new { id, secret }, cancellationToken);

    /// <summary>Asks whichever server looks next for a run: <c>changes</c> or <c>full</c>.</summary>
    public Task WantAsync(long id, string wanted, CancellationToken cancellationToken) => WriteAsync("Directory_Want", new { id, wanted, now = time.GetUtcNow() }, cancellationToken);

    /// <summary>Claims a directory that is due, among these names; null when none is.</summary>
    public Task<DirectoryRow?> ClaimDueAsync(long orgId, IReadOnlyCollection<string> folded, string node, TimeSpan lease, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<DirectoryRow>(
            Command("Directory_ClaimDue", new { orgId, names = folded.ToArray(), node, length = Micros(lease), now = time.GetUtcNow() }, ct)), cancellationToken);

    /// <summary>Claims a directory for a run that somebody asked for; null when a run is under way.</summary>
    public Task<DirectoryRow?> TakeAsync(long id, string node, TimeSpan lease, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<DirectoryRow>(Command("Directory_Take", new { id, node, length = Micros(lease) }, ct)), cancellationToken);

    /// <summary>Prolongs the claim in the caller's transaction; false when it is lost, and then nothing may be written.</summary>
    internal async Task<bool> HoldAsync(DbConnection connection, DirectoryRow claim, TimeSpan lease, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(Command("Directory_Hold", new { id = claim.Id, node = claim.ClaimOwner, token = claim.ClaimToken, length = Micros(lease) }, cancellationToken)) == 1;

    /// <summary>True while the claim holds; nobody can take it before the caller's transaction ends. The commit of a <paramref name="batch"/> need not wait for the disk.</summary>
    internal async Task<bool> CheckAsync(DbConnection connection, DirectoryRow claim, bool batch, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<long?>(Command(batch ? "Directory_CheckBatch" : "Directory_Check", new { id = claim.Id, node = claim.ClaimOwner, token = claim.ClaimToken }, cancellationToken)) is not null;

    /// <summary>Keeps a mapping beside the file's; null goes back to the file's.</summary>
    internal Task SetMappingAsync(DbConnection connection, long id, string? mapping, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command("Directory_SetMapping", new { id, mapping }, cancellationToken));

    /// <summary>Directories that were entered on the page or by REST, by name.</summary>
    public async Task<IReadOnlyList<DirectoryRow>> EnteredAsync(long orgId, CancellationToken cancellationToken) => await database.ReadAsync(
        async (connection, ct) => (await connection.QueryAsync<DirectoryRow>(Command("Directory_Entered", new { orgId }, ct))).AsList(), cancellationToken);

    /// <summary>Keeps the settings of an entered directory, its mapping and, unless it is null, its password; one that is to <paramref name="rest"/> runs only when it is asked to.</summary>
    internal async Task SetSettingsAsync(DbConnection connection, long id, string name, string settings, string? mapping, byte[]? secret, bool rest, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(Command("Directory_SetSettings", new { id, name, settings, settingsAt = time.GetUtcNow(), mapping, automatic = rest ? 0 : (long?)null }, cancellationToken));
        if (secret is not null)
        {
            await connection.ExecuteAsync(Command("Directory_SetPassword", new { id, secret }, cancellationToken));
        }
    }

    /// <summary>Ends the runs by the clock.</summary>
    internal Task RestAsync(DbConnection connection, long id, CancellationToken cancellationToken) => connection.ExecuteAsync(Command("Directory_Rest", new { id }, cancellationToken));

    /// <summary>Makes at most <paramref name="limit"/> people of a directory at hand; false when none is left.</summary>
    internal async Task<bool> LetGoAsync(DbConnection connection, long id, int limit, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(Command("Directory_LetPeopleGo", new { id, limit, now = time.GetUtcNow() }, cancellationToken));
        await connection.ExecuteAsync(Command("Directory_LetGroupsGo", new { id, limit }, cancellationToken));
        return await connection.ExecuteAsync(Command("Directory_DropLinks", new { id, limit }, cancellationToken)) == limit;
    }

    /// <summary>Makes an entered directory one that never was, and ends the claim on it.</summary>
    internal Task ForgetAsync(DbConnection connection, DirectoryRow claim, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command("Directory_Forget", new { id = claim.Id, node = claim.ClaimOwner, token = claim.ClaimToken }, cancellationToken));

    /// <summary>Ends the claim. Nulls leave what is kept as it is.</summary>
    internal Task ReleaseAsync(
        DbConnection connection, DirectoryRow claim, DateTimeOffset nextDue, long failures, bool? automatic, DateTimeOffset? fullAt, byte[]? print, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command(
            "Directory_Release",
            new { id = claim.Id, node = claim.ClaimOwner, token = claim.ClaimToken, nextDue, failures, automatic, fullAt, print }, cancellationToken));

    /// <summary>How far the parts were read.</summary>
    internal async Task<IReadOnlyList<PositionRow>> PositionsAsync(long id, CancellationToken cancellationToken) => await database.ReadAsync(
        async (connection, ct) => (await connection.QueryAsync<PositionRow>(Command("DirectoryPosition_List", new { id }, ct))).AsList(), cancellationToken);

    /// <summary>Keeps or forgets (null) how far a part was read.</summary>
    internal Task SetPositionAsync(DbConnection connection, long id, string part, string? method, byte[]? value, string? server, CancellationToken cancellationToken) =>
        method is null
            ? connection.ExecuteAsync(Command("DirectoryPosition_Drop", new { id, part }, cancellationToken))
            : connection.ExecuteAsync(Command("DirectoryPosition_Put", new { id, part, method, value, server }, cancellationToken));

    /// <summary>Makes the groups of a listing those that count.</summary>
    internal Task SetGenerationAsync(DbConnection connection, long id, long generation, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command("Directory_SetGeneration", new { id, generation }, cancellationToken));

    /// <summary>Begins a record; runs of the directory whose process died are closed, and what they left is removed.</summary>
    public async Task<RunRow> BeginRunAsync(DirectoryRow directory, string kind, string startedBy, CancellationToken cancellationToken)
    {
        var row = new RunRow { Id = ids.Next(), DirectoryId = directory.Id, Kind = kind, StartedBy = startedBy, StartedAt = time.GetUtcNow(), Outcome = "running", Phase = "connecting" };
        await database.WriteAsync(
            async (connection, ct) =>
            {
                await connection.ExecuteAsync(Command("DirectoryRun_CloseLeft", new { directoryId = directory.Id, now = row.StartedAt }, ct));
                await connection.ExecuteAsync(Command("DirectoryRun_LeftSeen", new { }, ct));
                await connection.ExecuteAsync(Command("DirectoryRun_Purge", new { directoryId = directory.Id, before = row.StartedAt - TimeSpan.FromDays(400) }, ct));
                return await connection.ExecuteAsync(Command(
                    "DirectoryRun_Add", new { id = row.Id, directoryId = directory.Id, orgId = directory.OrgId, kind, startedBy, startedAt = row.StartedAt }, ct));
            },
            cancellationToken);
        return row;
    }

    /// <summary>Brings a record up to date in the caller's transaction.</summary>
    internal Task PutRunAsync(DbConnection connection, RunRow run, CancellationToken cancellationToken) => connection.ExecuteAsync(Command("DirectoryRun_Put", run, cancellationToken));

    /// <summary>Records, the newest first, older than <paramref name="before"/> when given.</summary>
    public async Task<IReadOnlyList<RunRow>> RunsAsync(long directoryId, long? before, int limit, CancellationToken cancellationToken) => await database.ReadAsync(
        async (connection, ct) => (await connection.QueryAsync<RunRow>(Command("DirectoryRun_List", new { directoryId, before = before ?? long.MaxValue, limit }, ct))).AsList(), cancellationToken);

    private static long Micros(TimeSpan lease) => (long)lease.TotalMicroseconds;

    private Task WriteAsync(string name, object parameters, CancellationToken cancellationToken) =>
        database.WriteAsync((connection, ct) => connection.ExecuteAsync(Command(name, parameters, ct)), cancellationToken);

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
