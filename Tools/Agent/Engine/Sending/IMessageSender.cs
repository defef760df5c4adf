namespace CopyTrack.Agent.Sending;

/// <summary>Brings messages that wait to the manager.</summary>
internal interface IMessageSender
{
    /// <summary>Messages that the manager has by its signed word, since the start.</summary>
    long Delivered { get; }

    /// <summary>Bytes of messages sent, since the start.</summary>
    long BytesSent { get; }

    /// <summary>Why nothing can be sent because of this machine; null when it can.</summary>
    string? Fault { get; }

    /// <summary>How often a message that waits was sent on a way that tells nothing of its arrival.</summary>
    int Times(long sequence);

    /// <summary>Sends until it is cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
