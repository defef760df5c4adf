using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace CopyTrack.Server.Data.Sqlite;

/// <summary>The embedded database: one file in the data directory in WAL mode, one writer, pooled read-only connections.</summary>
internal sealed class SqliteDatabase : IDatabase
{
    /// <summary>Name of the database file in the data directory.</summary>
    public const string FileName = "copytrack.db";

    // KiB of pages that a stream keeps: an export goes through the ledger by time and so from device to device; with less it reads each page of the file again and again.
    private const string StreamCache = "pragma cache_size = -32768";

    private const int Young = 50_000;

    private static readonly string[] s_given = ["entry", "reading", "session", "login_attempt", "outbox"];

    private readonly string _readers;
    private readonly string _streams;

    /// <summary>Opens or makes the database. Throws <see cref="StorageUnavailableException"/> when its directory can't be used. <paramref name="inline"/>: see <see cref="SqliteWriter"/>.</summary>
    public SqliteDatabase(string directory, ILogger logger, bool inline = false)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException($"Data:Directory can't be made ({ex.Message}): check its owner and rights", ex);
        }

        var path = Path.Combine(Path.GetFullPath(directory), FileName);
        Writer = new SqliteWriter(path, logger, inline);
        _readers = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = true, DefaultTimeout = 30 }.ToString();
        _streams = new SqliteConnectionStringBuilder(_readers) { Pooling = false }.ToString();
    }

    /// <summary>The queue of all that writes.</summary>
    public SqliteWriter Writer { get; }

    public Dialect Dialect => Dialect.Sqlite;

    public SqlText Sql { get; } = new(Dialect.Sqlite);

    public async Task<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(_readers, cancellationToken);
            return await read(connection, cancellationToken);
        }
        catch (SqliteException ex) when (StorageErrors.Translate(ex) is { } unavailable)
        {
            throw unavailable;
        }
    }

    public Task<T> WriteAsync<T>(Func<DbConnection, CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        Writer.RunAsync(write, cancellationToken);

    /// <summary>As the interface says; its memory goes with it.</summary>
    public async Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(_streams, cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = StreamCache;
        await command.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }

    /// <summary>
    /// Lets SQLite count tables that have grown or shrunk much since it last did, so that it knows which index is worth it; takes some milliseconds. True when it learned something: pooled
    /// connections, which know only what was known when they opened, are then let go.
    /// </summary>
    public async Task<bool> UpdateStatisticsAsync(CancellationToken cancellationToken)
    {
        var learned = await Writer.RunAsync(
            async (connection, ct) =>
            {
                var before = await StatisticsAsync(connection, ct);
                foreach (var analyze in await connection.QueryAsync<string>(new CommandDefinition(Sql["Statistics_Wanted"], cancellationToken: ct)))
                {
                    if (!await IsYoungAsync(connection, analyze, ct))
                    {
                        await connection.ExecuteAsync(new CommandDefinition(analyze, cancellationToken: ct));
                    }
                }

                return before != await StatisticsAsync(connection, ct);
            },
            cancellationToken);
        if (learned)
        {
            await using var connection = new SqliteConnection(_readers);
            SqliteConnection.ClearPool(connection);
        }

        return learned;
    }

    /// <summary>True for a table that the migrations gave the figures of a site, as long as it is small: its own figures would let plans begin that are bad when it has grown.</summary>
    private static async Task<bool> IsYoungAsync(SqliteConnection connection, string analyze, CancellationToken cancellationToken) =>
        s_given.FirstOrDefault(t => analyze.EndsWith($"\"{t}\"", StringComparison.Ordinal)) is { } table
        && await connection.ExecuteScalarAsync<long?>(new CommandDefinition($"select 1 from {table} limit 1 offset {Young}", cancellationToken: cancellationToken)) is null;

    private Task<string?> StatisticsAsync(SqliteConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<string?>(new CommandDefinition(Sql["Statistics_All"], cancellationToken: cancellationToken));

    private static async Task<SqliteConnection> OpenAsync(string text, CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(text);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (SqliteException ex) when (StorageErrors.Translate(ex) is { } unavailable)
        {
            await connection.DisposeAsync();
            throw unavailable;
        }
    }

    public bool IsUniqueViolation(Exception exception) => exception is SqliteException { SqliteExtendedErrorCode: 2067 or 1555 };

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        await using var connection = new SqliteConnection(_readers);
        SqliteConnection.ClearPool(connection);
    }
}
