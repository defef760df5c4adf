using System.Collections.Concurrent;
using System.Threading.Channels;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Api;

/// <summary>
/// Follows the outbox and hands what is new to every listener. A listener that is too slow is dropped with its channel completed: it comes back
/// with the last id it saw. Reads again what is younger than a few seconds, because ids may become visible out of order.
/// </summary>
internal sealed class EventFeed(IDatabase database, TimeProvider time, ILogger<EventFeed> logger) : BackgroundService
{
    private const int Buffered = 256;
    private const int Chunk = 500;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<Channel<OutboxView>, byte> _listeners = new();
    private readonly Dictionary<long, DateTimeOffset> _seen = [];
    private long _settled = -1;

    /// <summary>A channel of what comes from now on; give it back with <see cref="Leave"/>.</summary>
    public Channel<OutboxView> Listen()
    {
        Channel<OutboxView> channel = Channel.CreateBounded<OutboxView>(new BoundedChannelOptions(Buffered) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
        _listeners[channel] = 0;
        return channel;
    }

    public void Leave(Channel<OutboxView> channel)
    {
        _listeners.TryRemove(channel, out _);
        channel.Writer.TryComplete();
    }

    /// <summary>Messages after <paramref name="id"/> that are already there, at most a bounded number.</summary>
    public Task<OutboxView[]> AfterAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<OutboxView>(new CommandDefinition(database.Sql["Outbox_After"], new { id, limit = Chunk }, cancellationToken: ct))).ToArray(), cancellationToken);

    /// <summary>One look at the outbox; called by the loop and by tests.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        if (_settled < 0)
        {
            _settled = await database.ReadAsync((connection, ct) => connection.ExecuteScalarAsync<long>(new CommandDefinition(database.Sql["Outbox_Last"], cancellationToken: ct)), cancellationToken);
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        foreach (OutboxView message in await AfterAsync(_settled, cancellationToken))
        {
            if (_seen.TryAdd(message.Id, now))
            {
                Tell(message);
            }
        }

        foreach ((long id, DateTimeOffset at) in _seen.Where(s => now - s.Value > Overlap).ToArray())
        {
            _settled = Math.Max(_settled, id);
            _seen.Remove(id);
        }

        // A burst larger than one look must not stand still until its first half has aged.
        if (_seen.Count >= Chunk)
        {
            _settled = _seen.Keys.Max();
            _seen.Clear();
        }
    }

    /// <summary>Remembers where the outbox stands before the first listener can come.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
        }
        catch (StorageUnavailableException e)
        {
            // The loop begins where the outbox stands when the database is back.
            logger.EventsFailed(e);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Every, time);
        bool failing = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
                failing = false;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The database may be away; the next look tries again, and one log line is enough.
                if (!failing)
                {
                    logger.EventsFailed(e);
                }

                failing = true;
            }
        }
    }

    private void Tell(OutboxView message)
    {
        foreach (Channel<OutboxView> channel in _listeners.Keys)
        {
            if (!channel.Writer.TryWrite(message))
            {
                Leave(channel);
            }
        }
    }
}
