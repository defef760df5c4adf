using System.Threading.Channels;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data.Journal;
using Npgsql;

namespace CopyTrack.Server.Data.PostgreSql;

/// <summary>
/// One writer of device changes. What waits when it is free becomes one transaction: lock, decide in memory, write everything, commit, and
/// only then answer. After a failure that is not a lost conflict or connection the items are repeated one by one.
/// </summary>
internal sealed class JournalLane : IAsyncDisposable
{
    /// <summary>Items of a transaction where somebody waits for each.</summary>
    public const int PerCommit = 64;

    private const int Waiting = 4096, Tries = 5;

    private readonly Channel<JournalItem> _queue = Channel.CreateBounded<JournalItem>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    private readonly PostgreSqlDatabase _database;
    private readonly IdGenerator _ids;
    private readonly DataOptions _options;
    private readonly ILogger _logger;
    private readonly Action _eventsWritten;
    private readonly int _perCommit;
    private readonly PostgreSqlChangeWriter _writer;
    private readonly Task _loop;

    /// <param name="eventsWritten">Called after each commit that put something into the outbox.</param>
    /// <param name="perCommit">The most items of a transaction.</param>
    public JournalLane(PostgreSqlDatabase database, IdGenerator ids, DataOptions options, ILogger logger, Action eventsWritten, int perCommit)
    {
        (_database, _ids, _options, _logger, _eventsWritten, _perCommit) = (database, ids, options, logger, eventsWritten, perCommit);
        _writer = new PostgreSqlChangeWriter(database.Sql);
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Queues an item; waits while the queue is full.</summary>
    public async ValueTask QueueAsync(JournalItem item, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(item, cancellationToken);
        }
        catch (ChannelClosedException ex)
        {
            throw new StorageUnavailableException("the database is closed: the server is stopping", ex);
        }
    }

    /// <summary>Takes no more items and finishes those that wait.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task LoopAsync()
    {
        var batch = new List<JournalItem>(_perCommit);
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < _perCommit && _queue.Reader.TryRead(out var item))
            {
                if (item.IsCancelled)
                {
                    item.Fail(new OperationCanceledException());
                }
                else
                {
                    batch.Add(item);
                }
            }

            await RunAsync(batch);
        }
    }

    private async Task RunAsync(List<JournalItem> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            await RepeatAsync(batch);
        }
        catch (Exception ex) when (batch.Count > 1 && !StorageErrors.IsWorthRepeating(ex))
        {
            // One item's rows were refused, or the disk is full: alone, only the guilty fail.
            _logger.BatchFailed(batch.Count, ex);
            foreach (var item in batch)
            {
                await RunAsync([item]);
            }

            return;
        }
        catch (PostgresException ex) when (StorageErrors.Translate(ex) is null)
        {
            // The call's rows were refused; what it means is its caller's to know.
            batch[0].Fail(ex.SqlState == PostgresErrorCodes.UniqueViolation && ex.TableName == "login_attempt"
                ? new AttemptExistsException("this attempt of the terminal is answered already")
                : ex);
            return;
        }
        catch (Exception ex)
        {
            // The loop must live on whatever happened, and every caller must hear of it.
            var told = StorageErrors.Translate(ex) ?? ex;
            _logger.StorageUnavailable(told.Message, ex);
            foreach (var item in batch)
            {
                item.Fail(told);
            }

            return;
        }

        foreach (var item in batch)
        {
            item.Complete();
        }
    }

    private async Task RepeatAsync(List<JournalItem> batch)
    {
        var versions = new HashSet<long>();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await CommitAsync(batch, versions);
                return;
            }
            catch (Exception ex) when (attempt < Tries && StorageErrors.IsWorthRepeating(ex))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 << attempt)));
            }
        }
    }

    /// <summary>
    /// One transaction in two round trips: begin and lock, write and commit. Whatever ends it before the commit leaves the connection in a
    /// transaction, which is rolled back when the pool takes it. <paramref name="versions"/> holds the version numbers of earlier tries: a row that
    /// carries one of them says that a commit whose answer was lost did happen, and that the items are done.
    /// </summary>
    private async Task CommitAsync(List<JournalItem> items, HashSet<long> versions)
    {
        await using var connection = await _database.WalkUps.OpenConnectionAsync();
        var devices = items.Select(i => i.DeviceId).Distinct().ToArray();
        var loaded = await LockAsync(connection, devices, begins: true);
        if (loaded.Count < devices.Length)
        {
            await AdoptAsync(connection, devices);
            loaded = await LockAsync(connection, devices, begins: false);
        }

        if (loaded.Values.Any(row => versions.Contains(row.Version)))
        {
            return;
        }

        var set = Decide(items, loaded);
        if (set.States.Count == 0)
        {
            return;
        }

        var version = _ids.Next();
        versions.Add(version);
        if (PostgreSqlChangeWriter.IsMany(set))
        {
            await _writer.CopyEntriesAsync(connection, set);
        }

        await using var batch = new NpgsqlBatch(connection);
        _writer.Write(batch, set, version, (long)_options.ClaimLength.TotalMicroseconds);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await batch.ExecuteNonQueryAsync();
        if (set.Events.Count > 0)
        {
            _eventsWritten();
        }
    }

    private static ChangeSet Decide(List<JournalItem> items, Dictionary<long, (long OrgId, long Version, DeviceState State)> loaded)
    {
        var set = new ChangeSet();
        foreach (var item in items)
        {
            if (!loaded.TryGetValue(item.DeviceId, out var row))
            {
                item.Refuse(new UnknownDeviceException(item.DeviceId));
            }
            else if (item.Decide(row.State) is { State: { } state } change)
            {
                set.Add(row.OrgId, item.DeviceId, change);
                loaded[item.DeviceId] = row with { State = state };
            }
        }

        return set;
    }

    private async Task<Dictionary<long, (long OrgId, long Version, DeviceState State)>> LockAsync(NpgsqlConnection connection, long[] devices, bool begins)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (begins)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        }

        var command = new NpgsqlBatchCommand(_database.Sql["Journal_Lock"]);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = devices });
        batch.BatchCommands.Add(command);
        await using var row = await batch.ExecuteReaderAsync();
        var loaded = new Dictionary<long, (long, long, DeviceState)>(devices.Length);
        while (await row.ReadAsync())
        {
            var deviceId = row.GetInt64(0);
            var state = StateDocument.Read(deviceId, row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4), row.GetInt64(5));
            loaded.Add(deviceId, (row.GetInt64(1), row.GetInt64(2), state));
        }

        return loaded;
    }

    private async Task AdoptAsync(NpgsqlConnection connection, long[] devices)
    {
        await using var command = new NpgsqlCommand(_database.Sql["Journal_Adopt"], connection);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = devices });
        await command.ExecuteNonQueryAsync();
    }
}
