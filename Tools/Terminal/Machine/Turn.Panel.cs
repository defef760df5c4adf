using System.Collections.Immutable;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Machine;

/// <content>The panel: the server's requests, the relay's answers, the terminal's own locking.</content>
internal sealed partial class Turn
{
    private static readonly TimeSpan PanelRetry = TimeSpan.FromSeconds(3);

    private void TakeRequest(RequestId id, ServerRequest request)
    {
        switch (request)
        {
            case PanelUnlock unlock: UnlockAsked(id, unlock); break;
            case PanelLock ask: LockAsked(id, ask); break;
            case PanelMessage message:
                Tell("message", new Fact("text", message.Text), new Fact("level", message.Level), new Fact("seconds", message.Seconds));
                Out(new TerminalOutput.Respond(id, null, null));
                break;
            case CardSign sign: SignAsked(id, sign); break;
            case ServerPing: Out(new TerminalOutput.Respond(id, null, null)); break;
            default: Out(new TerminalOutput.Respond(id, null, new RpcError(ErrorCodes.MethodNotFound, "not offered by this terminal"))); break;
        }
    }

    private void UnlockAsked(RequestId id, PanelUnlock unlock)
    {
        if (State.Stopping || State.Session?.Id != unlock.Session)
        {
            Out(new TerminalOutput.Respond(id, null, new RpcError(ErrorCodes.UnknownSession, "this session is not open at this terminal")));
            return;
        }
        State = State with { Session = State.Session with { AwaitingProject = false, Functions = unlock.Functions } };
        Apply(unlock.Functions, null, id, unlock.Session);
    }

    private void LockAsked(RequestId id, PanelLock ask)
    {
        if (ask.Session is { } named && State.Session is { } open && open.Id != named)
        {
            // The session named is not the one at the panel: its panel is locked already, and the person there now keeps theirs.
            Out(new TerminalOutput.Respond(id, "locked", null));
            return;
        }
        var ended = State.Session?.Id ?? ask.Session;
        State = State with { Session = null };
        Lock(ask.Reason, id, ended);
    }

    private void Lock(string? reason, RequestId? request, string? session = null) => Apply([], reason, request, session);

    private void Apply(ImmutableArray<string> functions, string? reason, RequestId? request, string? session)
    {
        var serial = State.PanelSerial + 1;
        State = State with
        {
            PanelSerial = serial, PanelWish = functions, PanelRetryAt = null,
            PanelTasks = State.PanelTasks.Add(new PanelTask(serial, functions, request, session, reason)),
        };
        Out(new TerminalOutput.ApplyPanel(serial, functions));
    }

    private void TakePanel(TerminalInput.PanelDone done)
    {
        if (State.PanelTasks.FirstOrDefault(task => task.Serial == done.Serial) is not { } task)
        {
            return;
        }
        var latest = task.Serial == State.PanelSerial;
        var before = State.Panel;
        var after = done.Fault is not null ? PanelIs.Fault : task.Functions.IsEmpty ? PanelIs.Locked : PanelIs.Unlocked;
        State = State with { PanelTasks = State.PanelTasks.Remove(task), Panel = after };
        if (done.Fault is { } fault)
        {
            PanelFailed(task, fault, before, latest);
            return;
        }
        var name = task.Functions.IsEmpty ? "locked" : "unlocked";
        if (task.Request is { } request)
        {
            Out(new TerminalOutput.Respond(request, name, null));
        }
        else if (State.Link == LinkPhase.Ready && (before != after || task.Reason is not null))
        {
            Out(new TerminalOutput.Notify(new PanelStateNotification(name, task.Reason)));
        }
        if (task.Functions.IsEmpty && task.Reason is not null)
        {
            Tell("locked", new Fact("reason", task.Reason), new Fact("session", task.Session));
        }
        else if (!task.Functions.IsEmpty)
        {
            Tell("unlocked", new Fact("session", task.Session), new Fact("functions", task.Functions), new Fact("offline", State.OfflineLogin is not null), new Fact("user", State.Session?.User));
        }
    }

    private void PanelFailed(PanelTask task, string fault, PanelIs before, bool latest)
    {
        if (task.Request is { } request)
        {
            Out(new TerminalOutput.Respond(request, null, new RpcError(ErrorCodes.InternalError, "the panel relay failed")));
        }
        if (before != PanelIs.Fault || task.Request is not null)
        {
            Tell("panelFault", new Fact("detail", fault));
            if (State.Link == LinkPhase.Ready)
            {
                Out(new TerminalOutput.Notify(new PanelStateNotification("fault", fault)));
            }
        }
        if (latest)
        {
            // Whatever was wished, a relay that can't be trusted is told to lock until it obeys.
            State = State with { PanelWish = [], PanelRetryAt = now + PanelRetry };
        }
    }

    private void DuePanel()
    {
        if (State.PanelRetryAt is { } at && now >= at)
        {
            Lock(null, null);
        }
        // §5: the terminal itself locks after three heartbeats of silence; the session stays the server's to end.
        if (State is { Session: { } session, Link: not LinkPhase.Ready, PanelWish.IsEmpty: false, OfflineLogin: null } && now >= State.LastHeard + (3 * State.Heartbeat))
        {
            Lock("silence", null, session.Id);
        }
    }
}
