using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using CopyTrack.Server.WalkUp;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.Tests.Gateway;

/// <summary>Answers as a walk-up would, without a database: card <c>hang</c> is never answered, <c>throw</c> fails, <c>big</c> gets too long a reply.</summary>
internal sealed class RecordingWalkUp : ITerminalRequests
{
    private readonly Channel<ITerminalLink> gone = Channel.CreateUnbounded<ITerminalLink>();
    private readonly Channel<TerminalNotification> notified = Channel.CreateUnbounded<TerminalNotification>();

    public ConcurrentQueue<TerminalRequest> Requests { get; } = new();

    public ChannelReader<ITerminalLink> Gone => gone.Reader;

    public ChannelReader<TerminalNotification> Notified => notified.Reader;

    public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task HandleAsync(ITerminalLink link, RequestId id, TerminalRequest request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        switch (request)
        {
            case HelloRequest { Vendor: "slow" }:
                await Task.Yield();
                link.Reply(id, Hello(link));
                break;
            case HelloRequest { Vendor: "refuse" }:
                link.Fail(id, RpcError.Of(ErrorCodes.NotReady));
                break;
            case HelloRequest:
                link.Reply(id, Hello(link));
                break;
            case LoginRequest { Credential: Credential.Card { Number: "hang" } }:
                await Release.Task.WaitAsync(cancellationToken);
                link.Fail(id, RpcError.Of(ErrorCodes.UnknownCard));
                break;
            case LoginRequest { Credential: Credential.Card { Number: "throw" } }:
                throw new InvalidOperationException("a secret of the inside");
            case LoginRequest { Credential: Credential.Card { Number: "big" } }:
                link.Reply(id, new ProjectsResult([.. Enumerable.Range(0, 2_000).Select(i => new ProjectInfo("1", "2", new string('x', 64)))]));
                break;
            case LoginRequest login:
                var session = ((Credential.Card)login.Credential).Number;
                link.Reply(id, new LoginResult(session, new UserInfo("u", "U", null), ["copy"], new ProjectChoice(false, []), 180, null));
                _ = link.RequestAsync(new PanelUnlock(session, ["copy"]), TimeSpan.FromSeconds(5), cancellationToken);
                break;
            default:
                link.Reply(id, new PingResult(DateTimeOffset.UnixEpoch));
                break;
        }
    }

    public Task NotifiedAsync(ITerminalLink link, TerminalNotification notification, CancellationToken cancellationToken) =>
        notified.Writer.WriteAsync(notification, cancellationToken).AsTask();

    public Task DisconnectedAsync(ITerminalLink link) => gone.Writer.WriteAsync(link).AsTask();

    private static HelloResult Hello(ITerminalLink link) => new(
        link.TerminalId, new DeviceInfo("1", "copier", ""), DateTimeOffset.UnixEpoch, 30, 180, ImmutableArray.Create("card"), new OfflinePolicy(false, 0), null);
}
