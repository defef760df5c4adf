using System.Data.Common;

namespace CopyTrack.Server.Data;

/// <summary>
/// The way to rows for everything but the hot paths. Both methods throw <see cref="StorageUnavailableException"/> when the database can't be
/// reached or can't write, and let every other exception of the callback through. Safe for use by many threads.
/// </summary>
public interface IDatabase : IAsyncDisposable
{
    /// <summary>What the database speaks.</summary>
    Dialect Dialect { get; }

    /// <summary>The statements of this dialect by name.</summary>
    SqlText Sql { get; }

    /// <summary>
    /// Runs <paramref name="read"/> on a pooled connection that must not write, and returns its result. The connection is valid until the
    /// callback's task ends. It sees everything that was acknowledged before the call.
    /// </summary>
    Task<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken);

    /// <summary>
    /// Runs <paramref name="write"/> inside a transaction and returns its result once that is durable; an exception keeps nothing of it.
    /// The callback may run more than once and awaits nothing but commands on its connection (SQLite has one writer, which waits for it).
    /// </summary>
    Task<T> WriteAsync<T>(Func<DbConnection, CancellationToken, Task<T>> write, CancellationToken cancellationToken);

    /// <summary>Opens a connection for reading that the caller disposes; for streams that outlive a callback.</summary>
    Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken);

    /// <summary>True when <paramref name="exception"/> says that a unique key was taken already.</summary>
    bool IsUniqueViolation(Exception exception);
}
