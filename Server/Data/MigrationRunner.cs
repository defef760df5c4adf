using Dapper;

namespace CopyTrack.Server.Data;

/// <summary>Brings an empty or older database up to this program's version. Safe to repeat, and from several processes at once.</summary>
internal sealed class MigrationRunner(IDatabase database, TimeProvider time, IReadOnlyList<Migration>? migrations = null)
{
    private readonly IReadOnlyList<Migration> _known = migrations ?? Migration.For(database.Dialect);

    /// <summary>
    /// Runs what is missing, all of it in one transaction, and returns the numbers that ran (none when the database is up to date).
    /// Throws <see cref="DatabaseVersionException"/> and changes nothing when the database is newer or was made by other migrations.
    /// </summary>
    public Task<IReadOnlyList<int>> RunAsync(CancellationToken cancellationToken) => database.WriteAsync<IReadOnlyList<int>>(
        async (connection, ct) =>
        {
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["Migration_Prepare"], cancellationToken: ct));
            var rows = await connection.QueryAsync<Recorded>(new CommandDefinition(database.Sql["Migration_List"], cancellationToken: ct));
            var pending = Migration.Pending(_known, rows.ToDictionary(r => (int)r.Number, r => r.Hash));
            foreach (var migration in pending)
            {
                await connection.ExecuteAsync(new CommandDefinition(migration.Text, commandTimeout: 0, cancellationToken: ct));
                await connection.ExecuteAsync(new CommandDefinition(
                    database.Sql["Migration_Record"],
                    new { number = (long)migration.Number, name = migration.Name, hash = migration.Hash, at = time.GetUtcNow() },
                    cancellationToken: ct));
            }

            return [.. pending.Select(m => m.Number)];
        },
        cancellationToken);

    private sealed record Recorded
    {
        public required long Number { get; init; }
        public required string Hash { get; init; }
    }
}
