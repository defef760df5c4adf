namespace CopyTrack.Agent;

/// <summary>Brings messages that wait to the manager.</summary>
internal interface IMessageSender
{
    /// <summary>Messages that the manager has by its signed word, since the start.</summary>
    long Delivered { get; }

    /// <summary>Bytes of messages sent, since the start.</summary>
    long BytesSent { get; }

    /// <summary>Sends until it is cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
