using System.Collections.Concurrent;
using System.Security.Cryptography;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.WalkUp;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.Panels;

/// <summary>
/// The pages on one device's own panel as a terminal: what a page asks goes through the same flows as a box beside the copier, and what the server asks of the
/// panel is kept here for the next page. Safe for use by many requests.
/// </summary>
internal sealed class EmbeddedPanel(string terminalId, long deviceId, string deviceName) : ITerminalLink
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<long, TaskCompletionSource<(TerminalResult? Result, RpcError? Error)>> waiting = new();
    private readonly Lock gate = new();
    private long nextId;
    private LoginResult? session;
    private ProjectInfo? project;
    private bool unlocked;

    /// <inheritdoc/>
    public string TerminalId => terminalId;

    /// <summary>The device.</summary>
    public long DeviceId => deviceId;

    /// <summary>Name of the device.</summary>
    public string DeviceName => deviceName;

    /// <inheritdoc/>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Stands in every form: a page of another site does not know it.</summary>
    public string FormKey { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>When a page was asked for last.</summary>
    public DateTimeOffset SeenAt { get; set; }

    /// <summary>What the hello said; null before.</summary>
    public HelloResult? Hello { get; private set; }

    /// <summary>The session at the panel, its project, and whether the panel is free for it.</summary>
    public (LoginResult? Session, ProjectInfo? Project, bool Unlocked) State
    {
        get
        {
            lock (gate)
            {
                return (session, project, unlocked);
            }
        }
    }

    /// <summary>
    /// Takes what the journal says of this panel's open session (null: there is none): a session that ended elsewhere is gone here too, and one that may have the panel has it.
    /// False when the session is not known here; a hello tells of it.
    /// </summary>
    public bool Follow(LiveSession? open)
    {
        lock (gate)
        {
            if (open is null)
            {
                (session, project, unlocked) = (null, null, false);
                return true;
            }

            if (session is null || session.Session != SessionText.Of(open.Record.Id))
            {
                return false;
            }

            unlocked |= open.UnlockedAt is not null;
            return true;
        }
    }

    /// <summary>The session's project as the journal has it.</summary>
    public void Chose(ProjectInfo chosen)
    {
        lock (gate)
        {
            project = session is null ? null : chosen;
        }
    }

    /// <summary>Asks the server; both null when it did not answer in time.</summary>
    public async Task<(TerminalResult? Result, RpcError? Error)> AskAsync(ITerminalRequests server, TerminalRequest request, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref nextId);
        var answer = new TaskCompletionSource<(TerminalResult?, RpcError?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = answer;
        try
        {
            await server.HandleAsync(this, new RequestId(null, id), request, cancellationToken);
            var (result, error) = await answer.Task.WaitAsync(s_answer, cancellationToken);
            Take(result);
            return (result, error);
        }
        catch (TimeoutException)
        {
            return (null, null);
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    /// <inheritdoc/>
    public void Reply(RequestId id, TerminalResult result)
    {
        // Before whatever the server asks next: an unlock names the session of this answer.
        Take(result);
        Answer(id, (result, null));
    }

    /// <inheritdoc/>
    public void Fail(RequestId id, RpcError error) => Answer(id, (null, error));

    /// <inheritdoc/>
    public Task<RpcOutcome?> RequestAsync(ServerRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            switch (request)
            {
                case PanelUnlock unlock when session?.Session == unlock.Session:
                    unlocked = true;
                    break;
                case PanelUnlock:
                    return Task.FromResult<RpcOutcome?>(new RpcOutcome(null, new RpcError(ErrorCodes.UnknownSession, "not at this panel")));
                case PanelLock locked when locked.Session is null || locked.Session == session?.Session:
                    (session, project, unlocked) = (null, null, false);
                    break;
                default:
                    break;
            }
        }

        return Task.FromResult<RpcOutcome?>(new RpcOutcome(null, null));
    }

    /// <inheritdoc/>
    public void Close(string reason, int? retryAfterSeconds) => IsOpen = false;

    private void Take(TerminalResult? result)
    {
        lock (gate)
        {
            switch (result)
            {
                case HelloResult hello:
                    Hello = hello;
                    (session, project, unlocked) = (hello.Session, null, hello.Session is { State: "active" });
                    break;
                case LoginResult login when login.Session != session?.Session:
                    (session, project, unlocked) = (login, null, false);
                    break;
                case ProjectResult chosen:
                    project = chosen.Project;
                    break;
                case LogoutResult or LoggedOutResult:
                    (session, project, unlocked) = (null, null, false);
                    break;
                default:
                    break;
            }
        }
    }

    private void Answer(RequestId id, (TerminalResult?, RpcError?) answer)
    {
        if (waiting.TryGetValue(id.Number, out var one))
        {
            one.TrySetResult(answer);
        }
    }
}
