using System.Collections.Immutable;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Machine;

/// <summary>One step of the machine: the state as it becomes and the outputs so far. Lives for one call.</summary>
internal sealed partial class Turn(TerminalState state, DateTimeOffset now, TerminalPolicy policy)
{
    /// <summary>How often a running offline login leaves a mark in the journal, so that a power cut loses at most this much.</summary>
    internal static readonly TimeSpan SeenEvery = TimeSpan.FromSeconds(30);

    private readonly ImmutableArray<TerminalOutput>.Builder outputs = ImmutableArray.CreateBuilder<TerminalOutput>();

    /// <summary>The state so far.</summary>
    internal TerminalState State { get; private set; } = state;

    /// <summary>The outputs so far.</summary>
    internal ImmutableArray<TerminalOutput> Outputs => outputs.ToImmutable();

    /// <summary>Takes one input.</summary>
    internal void Take(TerminalInput input)
    {
        switch (input)
        {
            case TerminalInput.Started started: Start(started); break;
            case TerminalInput.Tick: break;
            case TerminalInput.Stop: BeginStop(); break;
            case TerminalInput.LinkOpened: Greet(); break;
            case TerminalInput.LinkClosed closed: LinkLost(closed.Reason); break;
            case TerminalInput.Heard: Alive(); break;
            case TerminalInput.Replied replied: Alive(); TakeReply(replied); break;
            case TerminalInput.Asked asked: Alive(); TakeRequest(asked.Id, asked.Request); break;
            case TerminalInput.Closing closing: Alive(); TakeClosing(closing); break;
            case TerminalInput.CardShown card: TakeCard(card); break;
            case TerminalInput.SmartCardRead read: TakeSmartCard(read); break;
            case TerminalInput.SmartCardGone gone: TakeSmartCardGone(gone.Tag); break;
            case TerminalInput.CardSigned signed: TakeSigned(signed); break;
            case TerminalInput.NameAndPassword typed: BeginLogin(new Credential.Password(typed.Name, typed.Password), typed.Tag); break;
            case TerminalInput.CardAndPinShown both: BeginLogin(new Credential.CardAndPin(both.Card, both.Pin), both.Tag); break;
            case TerminalInput.Typed typed: TakeTyped(typed); break;
            case TerminalInput.Typing typing: TakeTyping(typing.Count); break;
            case TerminalInput.DeviceNotice notice: Tell("device", new("device", notice.Device), new("text", notice.Text), new("fault", notice.Fault)); break;
            case TerminalInput.Activity activity: TakeActivity(activity.Tag); break;
            case TerminalInput.Logout logout: TakeLogout(logout.Reason, logout.Tag); break;
            case TerminalInput.ChooseProject choose: TakeProject(choose); break;
            case TerminalInput.FindProjects find: TakeSearch(find); break;
            case TerminalInput.Register register: TakeRegister(register.Card, register.Code, register.Tag); break;
            case TerminalInput.Disconnect disconnect: HoldDown(disconnect.Tag); break;
            case TerminalInput.Reconnect reconnect: LetGo(reconnect.Tag); break;
            case TerminalInput.Status status: TellStatus(status.Tag); break;
            case TerminalInput.PanelDone done: TakePanel(done); break;
            case TerminalInput.OfflineAnswer answer: TakeOfflineAnswer(answer); break;
            case TerminalInput.JournalWritten written: TakeJournal(written); break;
        }
    }

    /// <summary>Does what time alone asks for.</summary>
    internal void Due()
    {
        DueLink();
        DuePanel();
        DueSign();
        DueLogin();
        DueOffline();
        DueStop();
    }

    private void Out(TerminalOutput output) => outputs.Add(output);

    private void Tell(string name, params ReadOnlySpan<Fact> facts) => Out(new TerminalOutput.Tell(name, [.. facts]));

    private void Good(string? tag, params ReadOnlySpan<Fact> facts)
    {
        if (tag is not null)
        {
            Out(new TerminalOutput.Answer(tag, true, [.. facts]));
        }
    }

    private void Bad(string? tag, int? code, string message)
    {
        if (tag is not null)
        {
            Out(new TerminalOutput.Answer(tag, false, [new("code", code), new("message", message)]));
        }
    }

    private void Start(TerminalInput.Started started)
    {
        State = State with
        {
            Heartbeat = policy.Heartbeat, LastHeard = now, DownSince = now, ReconnectAt = now, Uploads = [.. started.Uploads], UploadAt = now,
            Logouts = [.. started.Logouts.Select(logout => new QueuedLogout(logout, null))],
        };
        Lock(null, null);
    }

    private void BeginStop()
    {
        if (State.Stopping)
        {
            return;
        }
        State = State with { Stopping = true, StopBy = now + TimeSpan.FromSeconds(3), ReconnectAt = null, Waiting = null, NextCard = null, TypedName = null };
        EndOffline("stop");
        if (State.Login is { } login)
        {
            FailLogin(login, null, "stopping");
        }
        if (State.Session is not null)
        {
            EndSession("error", "stop");
        }
        Lock("stop", null);
    }

    private void DueStop()
    {
        var quiet = State.PanelTasks.IsEmpty && State.Logouts.All(logout => logout.SentAs is null);
        if (State.Stopping && (quiet || now >= State.StopBy))
        {
            State = State with { StopBy = null };
            Out(new TerminalOutput.CloseLink("stop"));
            Out(new TerminalOutput.Finished());
        }
    }

    private void TellStatus(string? tag) => Good(tag,
        new("link", State.Link.ToString().ToLowerInvariant()), new("panel", State.Panel.ToString().ToLowerInvariant()), new("session", State.Session?.Id),
        new("functions", State.PanelWish), new("awaitingProject", State.Session?.AwaitingProject ?? false), new("offline", State.OfflineLogin is not null),
        new("uploads", State.Uploads.Count), new("logouts", State.Logouts.Count), new("loginMethods", State.LoginMethods));
}
