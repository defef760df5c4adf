namespace CopyTrack.Server.Data;

/// <summary>A message to all nodes: an event of a device, or what a command-line verb wants a running server to know.</summary>
public sealed record OutboxMessage(long Id, DateTimeOffset At, string Topic, long? DeviceId, string Payload);

/// <summary>Messages between nodes, kept in the database. Events of devices come here with the change that made them.</summary>
public interface IOutbox
{
    /// <summary>Keeps a message and tells every node that listens. <paramref name="payload"/> is JSON without secrets.</summary>
    Task PublishAsync(string topic, long? deviceId, string payload, CancellationToken cancellationToken);

    /// <summary>Messages kept after the call, in order, each at least once; ends with the token. A lost connection is taken up again without a gap.</summary>
    IAsyncEnumerable<OutboxMessage> SubscribeAsync(CancellationToken cancellationToken);
}
