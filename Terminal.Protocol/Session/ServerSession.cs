using CopyTrack.Terminal.Protocol.Codecs;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Protocol.Session;

using Line = Incoming<TerminalRequest, TerminalNotification>;
using Step = SessionStep<TerminalRequest, TerminalNotification>;

/// <summary>How far the first exchange is.</summary>
public enum HelloState
{
    /// <summary>No good hello yet: every other method gets -32014.</summary>
    Awaited,

    /// <summary>A hello came and waits for its answer: further lines are not to be looked at until then.</summary>
    Pending,

    /// <summary>Hello was answered well.</summary>
    Done,
}

/// <summary>
/// The server's rules for one terminal connection (docs/terminal-protocol.md §2, §3), in the order of checks: JSON, request object, hello done,
/// method known, parameters. Pure: no I/O and no clock. Not thread-safe.
/// </summary>
public sealed class ServerSession
{
    private static readonly Step Ignore = new Step.Ignore();

    private readonly RequestWindow window = new();
    private RequestId helloId;

    /// <summary>How far the first exchange is.</summary>
    public HelloState Hello { get; private set; }

    /// <summary>Requests of the terminal not yet answered.</summary>
    public int InFlight => window.Count;

    /// <summary>What to do about one line; the caller answers each <c>Handle</c> exactly once and tells <see cref="TryAnswer"/>.</summary>
    public Step Receive(Line line) => line switch
    {
        Line.NotJson => new Step.Refuse(null, RpcError.Of(ErrorCodes.ParseError), true),
        Line.Malformed bad => new Step.Refuse(bad.Id, RpcError.Of(ErrorCodes.InvalidRequest), false),
        Line.Request { Body: HelloRequest hello } request => ReceiveHello(request.Id, hello),
        Line.Request request => Hello == HelloState.Done ? Open(request.Id, request.Body) : NotReady(request.Id),
        Line.BadRequest { IsHello: true } bad => Hello == HelloState.Awaited ? Refuse(bad.Id, bad.Error) : SecondHello(bad.Id),
        Line.BadRequest bad => Hello == HelloState.Done ? Refuse(bad.Id, bad.Error) : NotReady(bad.Id),
        Line.Notification notification => Hello == HelloState.Done ? new Step.Notify(notification.Body) : Ignore,
        Line.Reply { Id: { } id } reply => new Step.Match(id, reply.Outcome),
        _ => Ignore,
    };

    /// <summary>Counts an answer; <paramref name="good"/> tells a result from an error. False when this request was answered already or never came.</summary>
    public bool TryAnswer(RequestId id, bool good)
    {
        if (!window.TryClose(id))
        {
            return false;
        }
        if (Hello == HelloState.Pending && id == helloId)
        {
            Hello = good ? HelloState.Done : HelloState.Awaited;
        }
        return true;
    }

    private Step ReceiveHello(RequestId id, HelloRequest hello)
    {
        if (Hello != HelloState.Awaited)
        {
            return SecondHello(id);
        }
        if (hello.Protocol != WireNames.ProtocolVersion)
        {
            return new Step.Refuse(id, new RpcError(ErrorCodes.InvalidParams, "protocol is not supported", """{"supported":[1]}"""), true);
        }
        var step = Open(id, hello);
        if (step is Step.Handle)
        {
            Hello = HelloState.Pending;
            helloId = id;
        }
        return step;
    }

    private Step Open(RequestId id, TerminalRequest request)
    {
        if (window.Contains(id))
        {
            return Refuse(id, new RpcError(ErrorCodes.InvalidRequest, "a request with this id is in flight"));
        }
        return window.TryOpen(id) ? new Step.Handle(id, request) : new Step.Overrun();
    }

    private static Step.Refuse NotReady(RequestId id) => Refuse(id, RpcError.Of(ErrorCodes.NotReady));

    private static Step.Refuse SecondHello(RequestId id) => Refuse(id, new RpcError(ErrorCodes.InvalidRequest, "hello was said already"));

    private static Step.Refuse Refuse(RequestId id, RpcError error) => new(id, error, false);
}
