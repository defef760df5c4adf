using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>Lock-out states, one row each; a forgotten one stays as an empty text until it is old.</summary>
internal sealed class LockoutRepository(IDatabase database) : ILockoutStore
{
    public Task ChangeAsync(long orgId, string kind, string name, DateTimeOffset now, Func<string?, string?> change, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (connection, ct) =>
            {
                var key = new { orgId, kind, name, now };
                var before = await connection.ExecuteScalarAsync<string>(new CommandDefinition(database.Sql["Lockout_Lock"], key, cancellationToken: ct));
                var after = change(string.IsNullOrEmpty(before) ? null : before) ?? "";
                return after == before
                    ? 0
                    : await connection.ExecuteAsync(new CommandDefinition(database.Sql["Lockout_Put"], new { orgId, kind, name, state = after }, cancellationToken: ct));
            },
            cancellationToken);

    /// <summary>Forgets states that nothing touched since <paramref name="before"/>; returns how many.</summary>
    public Task<int> PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, ct) => connection.ExecuteAsync(new CommandDefinition(database.Sql["Lockout_Purge"], new { before }, cancellationToken: ct)), cancellationToken);
}
