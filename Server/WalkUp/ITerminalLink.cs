using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>One connected terminal as the walk-up sees it. Safe for use by many threads; what is sent keeps its order.</summary>
public interface ITerminalLink
{
    /// <summary>Id out of the certificate.</summary>
    string TerminalId { get; }

    /// <summary>False once the connection is gone; sends are then dropped and requests fail.</summary>
    bool IsOpen { get; }

    /// <summary>Queues the answer to a request of the terminal. Exactly one of this and <see cref="Fail"/> is called for each request.</summary>
    void Reply(RequestId id, TerminalResult result);

    /// <summary>Queues an error answer.</summary>
    void Fail(RequestId id, RpcError error);

    /// <summary>
    /// Queues a request to the terminal; completes with its answer, with the terminal's error, or with null when the time-out passed or the connection went.
    /// </summary>
    Task<RpcOutcome?> RequestAsync(ServerRequest request, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Queues terminal.closing and ends the connection once it is written.</summary>
    void Close(string reason, int? retryAfterSeconds);
}

/// <summary>What the gateway hands over; implemented by the walk-up. Every method answers through the link and does not throw for bad input.</summary>
public interface ITerminalRequests
{
    /// <summary>A request after hello whose parameters are well formed; answers it through <paramref name="link"/>. Hello itself comes here too, first.</summary>
    Task HandleAsync(ITerminalLink link, RequestId id, TerminalRequest request, CancellationToken cancellationToken);

    /// <summary>A notification (session.activity, panel.state).</summary>
    Task NotifiedAsync(ITerminalLink link, TerminalNotification notification, CancellationToken cancellationToken);

    /// <summary>The connection of a terminal that had said hello is gone.</summary>
    Task DisconnectedAsync(ITerminalLink link);
}
