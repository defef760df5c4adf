namespace CopyTrack.Server.Data;

/// <summary>A message in the outbox. <see cref="Payload"/> is JSON; no secret ever stands in it.</summary>
public sealed record OutboxMessage
{
    /// <summary>Its number; grows, with gaps, and not strictly in the order of arrival.</summary>
    public required long Id { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it is about, as <c>session.settled</c> or <c>terminal.revoked</c>.</summary>
    public required string Topic { get; init; }

    /// <summary>The device that it is about, if any.</summary>
    public long? DeviceId { get; init; }

    /// <summary>The rest, a JSON object.</summary>
    public required string Payload { get; init; }
}

/// <summary>Messages between nodes, and from a command-line verb to the server that runs. Events of device changes come here by their own transaction.</summary>
public interface IOutbox
{
    /// <summary>Keeps a message; when the task completes it is durable and subscribers have been woken. Throws <see cref="StorageUnavailableException"/>.</summary>
    Task PublishAsync(string topic, long? deviceId, string payloadJson, CancellationToken cancellationToken);

    /// <summary>
    /// Messages that are committed after the first one is asked for, each once for every subscriber, from all nodes including this one; usually within
    /// 200 ms. Never ends by itself; goes on by itself after the database was away (messages are kept for some minutes). Each call holds a
    /// connection: subscribe once for a purpose and share.
    /// </summary>
    IAsyncEnumerable<OutboxMessage> SubscribeAsync(CancellationToken cancellationToken);
}
