using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace CopyTrack.Server.Data.Sqlite;

/// <summary>
/// The one writer of the embedded database. Waiting items share a commit, a savepoint each, so that an item's failure undoes only itself;
/// nobody is answered before the commit. When the commit or the whole transaction fails, the items are repeated one by one.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int Waiting = 4096, PerCommit = 256;

    private readonly Channel<Item> _queue;
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Task _loop;
    private SqliteConnection? _connection;
    private SqliteStatements? _statements;

    /// <summary>Opens the file. With <paramref name="inline"/> work runs on the thread that queues it, for a host of one thread that must do the same things in the same order each time.</summary>
    public SqliteWriter(string path, ILogger logger, bool inline = false)
    {
        (_path, _logger) = (path, logger);
        _queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(Waiting) { SingleReader = true, AllowSynchronousContinuations = inline });
        _connection = Open();
        _loop = inline ? LoopAsync() : Task.Run(LoopAsync);
    }

    /// <summary>Prepared statements of the writer's connection; for use inside queued work only.</summary>
    public SqliteStatements Statements => _statements ??= new SqliteStatements(_connection!);

    /// <summary>Queues <paramref name="work"/> and returns its result after the commit that holds it.</summary>
    public async Task<T> RunAsync<T>(Func<SqliteConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var item = new Item<T>(work, cancellationToken);
        try
        {
            await _queue.Writer.WriteAsync(item, cancellationToken);
        }
        catch (ChannelClosedException ex)
        {
            throw new StorageUnavailableException("the database is closed: the server is stopping", ex);
        }

        return await item.Task;
    }

    /// <summary>Takes no more items, finishes those that wait, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        Close();
    }

    private async Task LoopAsync()
    {
        var batch = new List<Item>(PerCommit);
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < PerCommit && _queue.Reader.TryRead(out var item))
            {
                batch.Add(item);
            }

            if (!await CommitAsync(batch, last: batch.Count == 1) && batch.Count > 1)
            {
                foreach (var item in batch)
                {
                    await CommitAsync([item], last: true);
                }
            }
        }
    }

    /// <summary>Runs and commits the items. False when the transaction as a whole failed; its items are then failed if this was their last try.</summary>
    private async Task<bool> CommitAsync(List<Item> items, bool last)
    {
        try
        {
            var connection = _connection ??= Open();
            Run("begin immediate");
            foreach (var item in items)
            {
                await RunOneAsync(connection, item);
            }

            Run("commit");
        }
        catch (Exception ex)
        {
            // Whatever it was (disk full, damaged file), the loop must live on and every caller must hear of it.
            Abandon(ex);
            if (last)
            {
                var told = StorageErrors.Translate(ex) ?? ex;
                _logger.StorageUnavailable(told.Message, ex);
                items.ForEach(item => item.Fail(told));
            }
            else
            {
                _logger.BatchFailed(items.Count, ex);
            }

            return false;
        }

        items.ForEach(item => item.Complete());
        return true;
    }

    private async Task RunOneAsync(SqliteConnection connection, Item item)
    {
        Run("savepoint item");
        try
        {
            await item.RunAsync(connection);
        }
        catch (Exception ex) when (StorageErrors.Translate(ex) is null && !IsAutoCommit(connection))
        {
            // The item's own failure: it alone is undone, and told when the others have been committed.
            Run("rollback to item");
            item.Remember(ex);
        }

        Run("release item");
    }

    private void Run(string sql) => Statements.Get(sql).ExecuteNonQuery();

    private static bool IsAutoCommit(SqliteConnection connection) => SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) != 0;

    private void Abandon(Exception reason)
    {
        try
        {
            if (_connection is not null && !IsAutoCommit(_connection))
            {
                Execute(_connection, "rollback");
            }
        }
        catch (SqliteException)
        {
            // A connection that can't even roll back is thrown away; SQLite rolls back when it closes.
            Close();
        }

        if (reason is SqliteException { SqliteErrorCode: 10 or 11 or 14 or 26 })
        {
            Close();
        }
    }

    private void Close()
    {
        _statements?.Dispose();
        _connection?.Dispose();
        (_statements, _connection) = (null, null);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _path, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            connection.Open();
            Execute(connection, "pragma busy_timeout = 30000");
            Execute(connection, "pragma journal_mode = wal");
            Execute(connection, "pragma synchronous = full");
            Execute(connection, "pragma foreign_keys = on");
            Execute(connection, "pragma cache_size = -65536");
            // Rows of an index that are looked at when tables are counted.
            Execute(connection, "pragma analysis_limit = 400");
            return connection;
        }
        catch (SqliteException ex)
        {
            connection.Dispose();
            throw StorageErrors.Translate(ex) ?? (Exception)ex;
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private abstract class Item
    {
        protected Exception? Failure { get; private set; }

        public void Remember(Exception exception) => Failure = exception;

        public abstract Task RunAsync(SqliteConnection connection);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Item<T>(Func<SqliteConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken) : Item
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Task => _done.Task;

        public override async Task RunAsync(SqliteConnection connection)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _result = await work(connection, CancellationToken.None);
        }

        public override void Complete()
        {
            switch (Failure)
            {
                case null: _done.SetResult(_result); break;
                case OperationCanceledException: _done.TrySetCanceled(cancellationToken); break;
                default: _done.SetException(Failure); break;
            }
        }

        public override void Fail(Exception exception) => _done.TrySetException(exception);
    }
}
