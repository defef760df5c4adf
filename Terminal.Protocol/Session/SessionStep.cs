using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Session;

/// <summary>What one side has to do about a received line.</summary>
public abstract record SessionStep<TRequest, TNotification>
    where TRequest : class
    where TNotification : class
{
    private SessionStep() { }

    /// <summary>Carry out the request and answer it; it counts as in flight until then.</summary>
    public sealed record Handle(RequestId Id, TRequest Request) : SessionStep<TRequest, TNotification>;

    /// <summary>Take note.</summary>
    public sealed record Notify(TNotification Notification) : SessionStep<TRequest, TNotification>;

    /// <summary>Match the answer with a request of our own.</summary>
    public sealed record Match(RequestId Id, RpcOutcome Outcome) : SessionStep<TRequest, TNotification>;

    /// <summary>Answer with an error at once; with <see cref="ThenClose"/> the connection ends once that is written.</summary>
    public sealed record Refuse(RequestId? Id, RpcError Error, bool ThenClose) : SessionStep<TRequest, TNotification>;

    /// <summary>End the connection without a word: more than 32 requests are in flight.</summary>
    public sealed record Overrun : SessionStep<TRequest, TNotification>;

    /// <summary>Nothing to do.</summary>
    public sealed record Ignore : SessionStep<TRequest, TNotification>;
}
