using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace CopyTrack.Server.Data;

/// <summary>What a start of this program would do to the schema, without doing it.</summary>
internal static class PendingMigrations
{
    /// <summary>
    /// How many migrations would run; all of them where there is no database. Makes nothing. Throws <see cref="DatabaseVersionException"/> when the database is newer or was made by other
    /// migrations, and <see cref="StorageUnavailableException"/> when it is not reached.
    /// </summary>
    public static async Task<int> CountAsync(DataOptions options, CancellationToken cancellationToken)
    {
        var known = Migration.For(options.GetDialect());
        if (await DatabasePresence.AbsenceAsync(options, NullLogger.Instance, cancellationToken) is not null)
        {
            return known.Length;
        }

        await using var database = DataServices.Open(options, NullLogger.Instance);
        var rows = await database.ReadAsync((connection, ct) => connection.QueryAsync<Recorded>(new CommandDefinition(database.Sql["Migration_List"], cancellationToken: ct)), cancellationToken);
        return Migration.Pending(known, rows.ToDictionary(r => (int)r.Number, r => r.Hash)).Count;
    }

    private sealed record Recorded
    {
        public required long Number { get; init; }
        public required string Hash { get; init; }
    }
}
