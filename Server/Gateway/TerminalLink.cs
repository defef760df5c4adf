using System.IO.Pipelines;
using CopyTrack.Server.WalkUp;
using CopyTrack.Terminal.Protocol.Codecs;
using CopyTrack.Terminal.Protocol.Framing;
using CopyTrack.Terminal.Protocol.Messages;
using CopyTrack.Terminal.Protocol.Session;

namespace CopyTrack.Server.Gateway;

using Line = Incoming<TerminalRequest, TerminalNotification>;
using Step = SessionStep<TerminalRequest, TerminalNotification>;

/// <summary>
/// One connection: protocol state, requests in flight and what is to be written, all behind one lock. What is queued keeps its order, because the order
/// of answers, locks and unlocks is part of the protocol (docs/terminal-protocol.md §4, §5).
/// </summary>
internal sealed class TerminalLink : ITerminalLink
{
    private enum LinkState { Open, Draining, Closing, Gone }

    private readonly Lock gate = new();
    private readonly ServerSession session = new();
    private readonly OutgoingRequests<TaskCompletionSource<RpcOutcome?>?> requests = new();
    private readonly Heartbeat heartbeat;
    private readonly LinkWriter writer;
    private readonly Action wake;
    private readonly Action abort;
    private readonly GatewayOptions options;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private volatile LinkState state;
    private long loginAt;
    private RequestId? ping;
    private string? cause;

    /// <param name="identity">Who it is.</param>
    /// <param name="output">Where lines go; used by one write at a time.</param>
    /// <param name="wake">Ends the reading loop after the last line was written.</param>
    /// <param name="abort">Cuts the connection at once.</param>
    /// <param name="options">Limits.</param>
    /// <param name="metrics">Where the time from a login to its unlock is told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    public TerminalLink(
        TerminalIdentity identity, PipeWriter output, Action wake, Action abort, GatewayOptions options, GatewayMetrics metrics, TimeProvider time, ILogger logger)
    {
        Identity = identity;
        this.wake = wake;
        this.abort = abort;
        this.options = options;
        this.time = time;
        this.logger = logger;
        heartbeat = new Heartbeat(options.HeartbeatSeconds, Now());
        writer = new LinkWriter(gate, output, options.MaxQueuedBytes, Now, heartbeat.Sent, login => metrics.Unlocked(time.GetElapsedTime(login)), WriterEnded);
    }

    /// <summary>Who it is.</summary>
    public TerminalIdentity Identity { get; }

    public string TerminalId => Identity.TerminalId;

    public bool IsOpen => state is LinkState.Open or LinkState.Draining;

    /// <summary>Whether the connection has said hello with success.</summary>
    public bool HelloDone
    {
        get
        {
            lock (gate)
            {
                return session.Hello == HelloState.Done;
            }
        }
    }

    /// <summary>Whether reading goes on.</summary>
    public bool Reads => state is LinkState.Open or LinkState.Draining;

    /// <summary>Why it ended, in one word or two.</summary>
    public string Cause => Volatile.Read(ref cause) ?? "closed by the terminal";

    /// <summary>Ends when the last line of a closing connection was handed to the transport, or can't be any more.</summary>
    public Task WhenWritten
    {
        get
        {
            lock (gate)
            {
                return writer.WhenFinished;
            }
        }
    }

    /// <summary>
    /// Null while little waits to be written; else what to await before more is read: a terminal that asks faster than it reads is slowed, not cut.
    /// </summary>
    public Task? BackPressure()
    {
        lock (gate)
        {
            return writer.BackPressure();
        }
    }

    /// <summary>Takes one decoded line through the rules; refusals and matches are carried out here, the rest is the caller's.</summary>
    public Step Receive(Line line)
    {
        TaskCompletionSource<RpcOutcome?>? waiting = null;
        Step step;
        lock (gate)
        {
            heartbeat.Heard(Now());
            step = session.Receive(line);
            if (step is Step.Handle { Request: LoginRequest or ProjectRequest } begun)
            {
                // A person who chooses a project takes their time, which is not ours.
                loginAt = begun.Request is LoginRequest ? time.GetTimestamp() : 0;
            }
            switch (step)
            {
                case Step.Handle { Id: var id } when state == LinkState.Draining:
                    session.TryAnswer(id, false);
                    QueueError(id, RpcError.Of(ErrorCodes.NotReady));
                    step = new Step.Ignore();
                    break;
                case Step.Refuse refused:
                    QueueError(refused.Id, refused.Error);
                    if (refused.ThenClose)
                    {
                        CloseWith("protocol error");
                    }
                    break;
                case Step.Match match when requests.TryTake(match.Id, out waiting):
                    if (ping == match.Id)
                    {
                        ping = null;
                    }
                    break;
                case Step.Overrun:
                    CloseWith("too many requests in flight");
                    break;
                default:
                    break;
            }
        }
        if (step is Step.Match matched)
        {
            waiting?.TrySetResult(matched.Outcome);
        }
        return step;
    }

    public void Reply(RequestId id, TerminalResult result)
    {
        lock (gate)
        {
            if (!session.TryAnswer(id, true) || state is LinkState.Closing or LinkState.Gone)
            {
                return;
            }
            var before = writer.Queue.Count;
            ServerLineEncoder.Result(writer.Queue, id, result);
            if (writer.Queue.Count - before > LineFraming.MaxLineBytes)
            {
                writer.Queue.Rewind(before);
                logger.UnsendableMessage(TerminalId, result.GetType().Name);
                QueueError(id, RpcError.Of(ErrorCodes.InternalError));
                return;
            }
            Queued();
        }
    }

    public void Fail(RequestId id, RpcError error)
    {
        lock (gate)
        {
            if (session.TryAnswer(id, false) && state is LinkState.Open or LinkState.Draining)
            {
                QueueError(id, error);
            }
        }
    }

    public async Task<RpcOutcome?> RequestAsync(ServerRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var waiting = new TaskCompletionSource<RpcOutcome?>(TaskCreationOptions.RunContinuationsAsynchronously);
        RequestId id;
        lock (gate)
        {
            if (state is LinkState.Closing or LinkState.Gone || !requests.TryAdd(waiting, out id))
            {
                return null;
            }
            if (request is PanelUnlock)
            {
                (writer.Mark, loginAt) = (loginAt, 0);
            }
            QueueRequest(id, request);
        }
        try
        {
            return await waiting.Task.WaitAsync(timeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            lock (gate)
            {
                requests.TryTake(id, out _);
            }
        }
    }

    public void Close(string reason, int? retryAfterSeconds)
    {
        lock (gate)
        {
            if (state is LinkState.Open or LinkState.Draining)
            {
                if (state == LinkState.Open)
                {
                    ServerLineEncoder.Notification(writer.Queue, new TerminalClosing(reason, retryAfterSeconds));
                }
                CloseWith(reason);
            }
        }
    }

    /// <summary>Queues panel.lock of whatever session there is, before the line is cut; nobody waits for the answer. Does nothing before the hello.</summary>
    public void LockPanel(string reason)
    {
        if (HelloDone)
        {
            _ = RequestAsync(new PanelLock(null, reason), TimeSpan.FromSeconds(options.WriteSeconds), CancellationToken.None);
        }
    }

    /// <summary>Tells the terminal that the server ends; requests in flight are still answered, new ones get -32014. Ends by <see cref="EndDrain"/>.</summary>
    public void BeginDrain(int retryAfterSeconds)
    {
        lock (gate)
        {
            if (state == LinkState.Open)
            {
                ServerLineEncoder.Notification(writer.Queue, new TerminalClosing("shutdown", retryAfterSeconds));
                state = LinkState.Draining;
                Queued();
            }
        }
    }

    /// <summary>Ends a draining connection when nothing is in flight, or in any case when forced; true when it has ended.</summary>
    public bool EndDrain(bool force)
    {
        lock (gate)
        {
            if (state == LinkState.Draining && (force || session.InFlight == 0))
            {
                CloseWith("shutdown");
            }
            return state is LinkState.Closing or LinkState.Gone;
        }
    }

    /// <summary>One look of the common ticker: pings, and cuts what is silent or does not read.</summary>
    public void Tick()
    {
        var silent = false;
        lock (gate)
        {
            var now = Now();
            if (state == LinkState.Gone)
            {
                return;
            }
            if (now - writer.WritingSince >= options.WriteSeconds * 1_000L)
            {
                cause = "does not read";
                silent = true;
            }
            else
            {
                switch (heartbeat.Check(now))
                {
                    case HeartbeatVerdict.Silent:
                        cause = "silent for three heartbeats";
                        silent = true;
                        break;
                    case HeartbeatVerdict.PingDue when state == LinkState.Open && session.Hello == HelloState.Done:
                        QueuePing();
                        break;
                    default:
                        break;
                }
            }
        }
        if (silent)
        {
            abort();
        }
    }

    /// <summary>Marks the connection as gone: whoever waits for an answer gets null.</summary>
    public void Gone()
    {
        IReadOnlyList<TaskCompletionSource<RpcOutcome?>?> waiting;
        lock (gate)
        {
            state = LinkState.Gone;
            waiting = requests.TakeAll();
            writer.Cut();
        }
        foreach (var one in waiting)
        {
            one?.TrySetResult(null);
        }
    }

    /// <summary>Ends the connection for a reason that the other side is not told.</summary>
    public void Break(string why)
    {
        lock (gate)
        {
            CloseWith(why);
        }
    }

    private void WriterEnded()
    {
        lock (gate)
        {
            state = LinkState.Gone;
        }
        wake();
    }

    private void QueuePing()
    {
        if (ping is { } old)
        {
            requests.TryTake(old, out _);
        }
        if (requests.TryAdd(null, out var id))
        {
            ping = id;
            QueueRequest(id, new ServerPing());
        }
    }

    private void QueueRequest(RequestId id, ServerRequest request)
    {
        ServerLineEncoder.Request(writer.Queue, id, request);
        Queued();
    }

    private void QueueError(RequestId? id, RpcError error)
    {
        ServerLineEncoder.Error(writer.Queue, id, error);
        Queued();
    }

    private void CloseWith(string why)
    {
        if (state is LinkState.Closing or LinkState.Gone)
        {
            return;
        }
        cause ??= why;
        state = LinkState.Closing;
        writer.Finish();
    }

    private void Queued()
    {
        if (!writer.IsTooLong)
        {
            writer.Start();
            return;
        }
        cause = "does not read";
        state = LinkState.Gone;
        writer.Cut();
        // Off this lock: aborting runs code of the transport.
        ThreadPool.UnsafeQueueUserWorkItem(static cut => cut(), abort, preferLocal: false);
    }

    private long Now() => time.GetTimestamp() / (time.TimestampFrequency / 1_000);
}
