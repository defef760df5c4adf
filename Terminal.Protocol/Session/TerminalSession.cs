using CopyTrack.Terminal.Protocol.Codecs;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Session;

using Line = Incoming<ServerRequest, ServerNotification>;
using Step = SessionStep<ServerRequest, ServerNotification>;

/// <summary>The terminal's rules for its connection (docs/terminal-protocol.md §2, §4). Pure: no I/O and no clock. Not thread-safe.</summary>
public sealed class TerminalSession
{
    private static readonly Step Ignore = new Step.Ignore();

    private readonly RequestWindow window = new();

    /// <summary>Requests of the server not yet answered.</summary>
    public int InFlight => window.Count;

    /// <summary>What to do about one line; the caller answers each <c>Handle</c> exactly once and tells <see cref="TryAnswer"/>.</summary>
    public Step Receive(Line line) => line switch
    {
        Line.NotJson => new Step.Refuse(null, RpcError.Of(ErrorCodes.ParseError), true),
        Line.Malformed bad => new Step.Refuse(bad.Id, RpcError.Of(ErrorCodes.InvalidRequest), false),
        Line.Request request when window.Contains(request.Id) => new Step.Refuse(request.Id, RpcError.Of(ErrorCodes.InvalidRequest), false),
        Line.Request request => window.TryOpen(request.Id) ? new Step.Handle(request.Id, request.Body) : new Step.Overrun(),
        Line.BadRequest bad => new Step.Refuse(bad.Id, bad.Error, false),
        Line.Notification notification => new Step.Notify(notification.Body),
        Line.Reply { Id: { } id } reply => new Step.Match(id, reply.Outcome),
        _ => Ignore,
    };

    /// <summary>Counts an answer; false when this request was answered already or never came.</summary>
    public bool TryAnswer(RequestId id) => window.TryClose(id);
}
