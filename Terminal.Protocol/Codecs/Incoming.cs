using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>
/// One received line, decoded (docs/terminal-protocol.md §2). The server sees <c>Incoming&lt;TerminalRequest, TerminalNotification&gt;</c>,
/// the terminal <c>Incoming&lt;ServerRequest, ServerNotification&gt;</c>.
/// </summary>
public abstract record Incoming<TRequest, TNotification>
    where TRequest : class
    where TNotification : class
{
    private Incoming() { }

    /// <summary>Not JSON in UTF-8: answered with -32700 and <c>id: null</c>, then the connection is closed.</summary>
    public sealed record NotJson : Incoming<TRequest, TNotification>;

    /// <summary>JSON, but no request, notification or reply: answered with -32600; the connection goes on.</summary>
    public sealed record Malformed(RequestId? Id) : Incoming<TRequest, TNotification>;

    /// <summary>A request with good parameters.</summary>
    public sealed record Request(RequestId Id, TRequest Body) : Incoming<TRequest, TNotification>;

    /// <summary>
    /// A request object whose method is unknown (-32601) or whose parameters are bad (-32602). Kept apart because the check whether hello is done comes before.
    /// </summary>
    public sealed record BadRequest(RequestId Id, RpcError Error, bool IsHello) : Incoming<TRequest, TNotification>;

    /// <summary>A notification with good parameters.</summary>
    public sealed record Notification(TNotification Body) : Incoming<TRequest, TNotification>;

    /// <summary>A notification that is unknown or has bad parameters: nobody may answer it.</summary>
    public sealed record UnusableNotification : Incoming<TRequest, TNotification>;

    /// <summary>An answer to a request of ours; <see cref="Id"/> is null when the other side could not read our id.</summary>
    public sealed record Reply(RequestId? Id, RpcOutcome Outcome) : Incoming<TRequest, TNotification>;
}
