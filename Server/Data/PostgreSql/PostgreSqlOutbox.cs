using CopyTrack.Server.Data.Outbox;
using Npgsql;

namespace CopyTrack.Server.Data.PostgreSql;

/// <summary>
/// The outbox over LISTEN and NOTIFY. Device changes wake listeners through <see cref="EventsWritten"/> outside their transactions; a
/// subscriber also looks by itself every second, because a node may die between commit and notice.
/// </summary>
internal sealed class PostgreSqlOutbox : OutboxBase, IAsyncDisposable
{
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(100);

    private readonly PostgreSqlDatabase _database;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _written = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public PostgreSqlOutbox(PostgreSqlDatabase database, TimeProvider time, ILogger logger)
        : base(database, time, logger)
    {
        (_database, _logger) = (database, logger);
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Says that a committed change put events into the outbox; many calls may become one notice.</summary>
    public void EventsWritten()
    {
        try
        {
            if (_written.CurrentCount == 0)
            {
                _written.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another lane was quicker; one notice is enough for both.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _written.Dispose();
    }

    protected override async Task<OutboxSignal> OpenSignalAsync(CancellationToken cancellationToken)
    {
        var connection = await _database.OpenListenerAsync(cancellationToken);
        await using var command = new NpgsqlCommand("listen copytrack_outbox", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return new Signal(connection);
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                await _written.WaitAsync(_stop.Token);
                // A notice costs a transaction here and a look at every node, so that events of a busy moment share one.
                await Task.Delay(s_gather, _stop.Token);
                try
                {
                    await using var command = _database.Source.CreateCommand(_database.Sql["Outbox_Notify"]);
                    await command.ExecuteNonQueryAsync(_stop.Token);
                }
                catch (NpgsqlException ex)
                {
                    // Listeners look by themselves within a second.
                    _logger.OutboxPaused(ex.Message, ex);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private sealed class Signal(NpgsqlConnection connection) : OutboxSignal
    {
        public override async Task<bool> WaitAsync(CancellationToken cancellationToken)
        {
            await connection.WaitAsync(TimeSpan.FromSeconds(1), cancellationToken);
            return true;
        }

        public override ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
