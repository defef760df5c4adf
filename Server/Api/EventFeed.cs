using System.Collections.Concurrent;
using System.Threading.Channels;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Api;

/// <summary>
/// Listens to the outbox once and hands what is new to every listener. A listener that is too slow is dropped with its channel completed: it comes back
/// with the last id it saw.
/// </summary>
internal sealed class EventFeed(IDatabase database, IOutbox outbox, TimeProvider time, ILogger<EventFeed> logger) : BackgroundService
{
    /// <summary>Most messages of one <see cref="AfterAsync"/>.</summary>
    public const int Chunk = 500;

    private const string ReadyTopic = "feed.ready";
    private const int Buffered = 256, Knocks = 20;
    private static readonly TimeSpan Knock = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentDictionary<Channel<OutboxView>, byte> _listeners = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Topics that the interface tells of.</summary>
    public static bool IsTold(string topic) => topic is "session.opened" or "session.settled" or "alert";

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

    /// <summary>Messages after <paramref name="id"/> that are already there, at most <see cref="Chunk"/>.</summary>
    public Task<OutboxView[]> AfterAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<OutboxView>(new CommandDefinition(database.Sql["Outbox_After"], new { id, limit = Chunk }, cancellationToken: ct))).ToArray(), cancellationToken);

    /// <summary>Comes back when the subscription stands, so that the first listener misses nothing: a message of our own tells.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        try
        {
            for (int i = 0; i < Knocks && !_ready.Task.IsCompleted; i++)
            {
                await outbox.PublishAsync(ReadyTopic, null, "{}", cancellationToken);
                await Task.WhenAny(_ready.Task, Task.Delay(Knock, time, cancellationToken));
            }
        }
        catch (StorageUnavailableException e)
        {
            // The subscription begins when the database is back.
            logger.EventsFailed(e);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await foreach (OutboxMessage message in outbox.SubscribeAsync(stoppingToken))
            {
                _ready.TrySetResult();
                if (IsTold(message.Topic) && !_listeners.IsEmpty)
                {
                    await TellAsync(message.Id, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task TellAsync(long id, CancellationToken cancellationToken)
    {
        OutboxView? view;
        try
        {
            view = await database.ReadAsync((connection, ct) =>
                connection.QuerySingleOrDefaultAsync<OutboxView>(new CommandDefinition(database.Sql["Outbox_View"], new { id }, cancellationToken: ct)), cancellationToken);
        }
        catch (StorageUnavailableException e)
        {
            // Nobody may miss it silently: all come back with the last id they saw.
            logger.EventsFailed(e);
            foreach (Channel<OutboxView> channel in _listeners.Keys)
            {
                Leave(channel);
            }

            return;
        }

        foreach (Channel<OutboxView> channel in view is null ? [] : _listeners.Keys)
        {
            if (!channel.Writer.TryWrite(view!))
            {
                Leave(channel);
            }
        }
    }
}
