using System.Runtime.CompilerServices;
using Dapper;

namespace CopyTrack.Server.Data.Outbox;

/// <summary>What both outboxes share: the reading of messages. How a subscriber is woken is the database's.</summary>
internal abstract class OutboxBase(IDatabase database, TimeProvider time, ILogger logger) : IOutbox
{
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>The database.</summary>
    protected IDatabase Database { get; } = database;

    /// <summary>The clock of pauses.</summary>
    protected TimeProvider Time { get; } = time;

    public Task PublishAsync(string topic, long? deviceId, string payloadJson, CancellationToken cancellationToken) => Database.WriteAsync(
        async (connection, ct) =>
        {
            var parameters = new { at = Time.GetUtcNow(), topic, deviceId, payload = payloadJson };
            await connection.ExecuteAsync(new CommandDefinition(Database.Sql["Outbox_Add"], parameters, cancellationToken: ct));
            if (Database.Dialect == Dialect.PostgreSql)
            {
                await connection.ExecuteAsync(new CommandDefinition(Database.Sql["Outbox_Notify"], cancellationToken: ct));
            }

            return 0;
        },
        cancellationToken);

    public async IAsyncEnumerable<OutboxMessage> SubscribeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        OutboxPosition? position = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await using var signal = await TryAsync(OpenSignalAsync, cancellationToken);
            while (signal is not null)
            {
                position ??= await TryAsync(BeginAsync, cancellationToken);
                var messages = position is null ? null : await TryAsync(ct => ReadAsync(position, ct), cancellationToken);
                if (messages is null)
                {
                    break;
                }

                foreach (var message in messages)
                {
                    yield return message;
                }

                if (messages.Count == 0 && await TryAsync(async ct => await signal.WaitAsync(ct) ? this : null, cancellationToken) is null)
                {
                    break;
                }
            }

            await Task.Delay(s_pauseAfterFailure, Time, cancellationToken);
        }
    }

    /// <summary>Opens what tells of new messages; from then on none is missed.</summary>
    protected abstract Task<OutboxSignal> OpenSignalAsync(CancellationToken cancellationToken);

    private async Task<T?> TryAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
        where T : class?
    {
        try
        {
            return await work(cancellationToken);
        }
        catch (Exception ex) when (StorageErrors.Translate(ex) is { } unavailable)
        {
            // The subscription outlives the database; what was missed is read when it is back.
            logger.OutboxPaused(unavailable.Message, unavailable);
            return null;
        }
    }

    private async Task<OutboxPosition> BeginAsync(CancellationToken cancellationToken)
    {
        var last = await Database.ReadAsync(
            (connection, ct) => connection.ExecuteScalarAsync<long>(new CommandDefinition(Database.Sql["Outbox_Last"], cancellationToken: ct)), cancellationToken);
        var position = new OutboxPosition(last, Time.GetUtcNow());
        var there = await FetchAsync(last, position.Gaps, cancellationToken);
        position.Skip(there.Where(m => m.Id <= last).Select(m => m.Id));
        return position;
    }

    private async Task<List<OutboxMessage>> ReadAsync(OutboxPosition position, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        var messages = await FetchAsync(position.Last, position.Gaps, cancellationToken);
        position.Forget(now);
        return [.. messages.Where(m => position.Take(m.Id, now))];
    }

    private Task<IEnumerable<OutboxMessage>> FetchAsync(long last, long[] gaps, CancellationToken cancellationToken) => Database.ReadAsync(
        (connection, ct) => connection.QueryAsync<OutboxMessage>(new CommandDefinition(Database.Sql["Outbox_Read"], new { last, gaps }, cancellationToken: ct)),
        cancellationToken);
}

/// <summary>Tells that there may be new messages.</summary>
internal abstract class OutboxSignal : IAsyncDisposable
{
    /// <summary>Ends when there may be new messages, or after a while. False when the signal is broken and must be opened again.</summary>
    public abstract Task<bool> WaitAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
