using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CopyTrack.Server.Data;

/// <summary>Which failures mean that storage is away, and what to tell the operator.</summary>
internal static class StorageErrors
{
    private const int SqliteBusy = 5, SqliteReadOnly = 8, SqliteIo = 10, SqliteCorrupt = 11, SqliteFull = 13, SqliteCantOpen = 14, SqliteNotADatabase = 26;

    /// <summary>The failure as others see it when it means that storage is away; null when it is about the call itself.</summary>
    public static StorageUnavailableException? Translate(Exception exception) => exception switch
    {
        StorageUnavailableException known => known,
        SqliteException sqlite => Describe(sqlite.SqliteErrorCode) is { } text ? new StorageUnavailableException(text, sqlite) : null,
        PostgresException pg => Describe(pg) is { } text ? new StorageUnavailableException(text, pg) : null,
        NpgsqlException npgsql => new StorageUnavailableException($"the database can't be reached ({npgsql.InnerException?.Message ?? npgsql.Message}): check that PostgreSQL runs and Data:ConnectionString names it", npgsql),
        SocketException socket => new StorageUnavailableException($"the database can't be reached ({socket.Message}): check that PostgreSQL runs and Data:ConnectionString names it", socket),
        _ => null,
    };

    /// <summary>True when the same work may succeed at once on a new transaction or connection.</summary>
    public static bool IsWorthRepeating(Exception exception) => exception switch
    {
        PostgresException pg => pg.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow,
        NpgsqlException => true,
        SocketException => true,
        _ => false,
    };

    private static string? Describe(int code) => code switch
    {
        SqliteFull => "the disk of the data directory is full: free some space, nothing was half written",
        SqliteIo => "the disk of the data directory fails to read or write: check the disk and the system log",
        SqliteBusy => "another program holds the database for too long: close it",
        SqliteReadOnly => "the data directory or its database can't be written: check owner, rights and mount",
        SqliteCantOpen => "the database file can't be opened: check Data:Directory, its owner and rights",
        SqliteCorrupt or SqliteNotADatabase => "the database file is damaged: stop the server and restore the backup",
        _ => null,
    };

    private static string? Describe(PostgresException pg) => pg.SqlState switch
    {
        PostgresErrorCodes.DiskFull => "the disk of the database server is full: free some space there",
        PostgresErrorCodes.ReadOnlySqlTransaction => "the database takes no writes (a standby, or read-only): Data:ConnectionString must name the primary",
        PostgresErrorCodes.TooManyConnections => "the database has no free connection: raise max_connections or lower Maximum Pool Size",
        PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.InsufficientResources => "the database server is out of memory or another resource: see its log",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => "the database server is stopping or starting: wait, or start it",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "the database refused the sign-in: check user and password in Data:ConnectionString",
        PostgresErrorCodes.InvalidCatalogName => "the database named in Data:ConnectionString does not exist: create it",
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => "the database could not order concurrent changes after several tries: try again",
        "58030" => "the disk of the database server fails to read or write: check it and the server's log",
        _ => pg.SqlState.StartsWith("08", StringComparison.Ordinal) ? "the connection to the database broke: check that PostgreSQL runs" : null,
    };
}
