using System.Collections.Immutable;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Machine;

/// <content>Sessions: restoring, logging out, projects, activity.</content>
internal sealed partial class Turn
{
    private void Restore(LoginResult? given)
    {
        if (given is null)
        {
            if (State.Session is { } gone)
            {
                State = State with { Session = null };
                Lock("ended", null, gone.Id);
            }
            return;
        }
        if (State.OfflineLogin is not null && State.Logouts.All(logout => logout.What.Session != given.Session))
        {
            // Someone else's time at the panel lies between: that session is over for whoever opened it.
            QueueLogout(given.Session, "error");
        }
        if (State.Logouts.Any(logout => logout.What.Session == given.Session))
        {
            State = State with { Session = null };
            return;
        }
        var known = State.Session?.Id == given.Session ? State.Session : null;
        var waiting = given.State == "awaitingProject";
        var open = given.State == "active" && !given.Functions.IsEmpty;
        if (!open && !State.PanelWish.IsEmpty && (waiting || known is null))
        {
            Lock("ended", null, State.Session?.Id);
        }
        State = State with { Session = new OpenSession(given.Session, given.User.Name, given.Functions, waiting, known?.Card) };
        if (open && !State.PanelWish.SequenceEqual(given.Functions))
        {
            Apply(given.Functions, null, null, given.Session);
        }
        if (waiting)
        {
            TellProjects(given);
        }
    }

    private void TellProjects(LoginResult login) => Tell("projectRequired", new Fact("session", login.Session), new Fact("recent", login.Projects.Recent.Select(Facts).ToImmutableArray()));

    private static ImmutableArray<Fact> Facts(ProjectInfo project) => [new("id", project.Id), new("code", project.Code), new("name", project.Name)];

    private void TakeLogout(string reason, string? tag)
    {
        State = State with { Waiting = null, NextCard = null, TypedName = null };
        if (State.OfflineLogin is { LocalId: var localId })
        {
            EndOffline("logout");
            Good(tag, new Fact("localId", localId));
            return;
        }
        if (State.Login is { } login)
        {
            if (login.SentAs is null)
            {
                FailLogin(login, null, "cancelled");
            }
            else
            {
                State = State with { Login = login with { Cancelled = true } };
            }
            Good(tag);
            return;
        }
        if (State.Session is not { } session)
        {
            Bad(tag, null, "no session is open");
            return;
        }
        EndSession(reason, "logout");
        Good(tag, new Fact("session", session.Id), new Fact("sent", State.Link == LinkPhase.Ready));
    }

    /// <summary>Locks at once and tells the server, now or when it is back (§4: on session.logout the terminal locks at once by itself).</summary>
    private void EndSession(string reason, string told)
    {
        if (State.Session is not { } session)
        {
            return;
        }
        State = State with { Session = null };
        Lock(told, null, session.Id);
        QueueLogout(session.Id, reason);
        if (State.Link == LinkPhase.Ready)
        {
            Request(new Flight.Logout(session.Id), new LogoutRequest(session.Id, reason));
        }
    }

    private void QueueLogout(string session, string reason)
    {
        State = State with { Logouts = State.Logouts.Add(new QueuedLogout(new PendingLogout(session, reason), null)) };
        Out(new TerminalOutput.KeepLogouts([.. State.Logouts.Select(logout => logout.What)]));
    }

    private void LogoutAnswered(string session, RpcError? error)
    {
        if (error is { Code: ErrorCodes.NotReady or ErrorCodes.InternalError })
        {
            State = State with { Logouts = [.. State.Logouts.Select(queued => queued.What.Session == session ? queued with { SentAs = null } : queued)] };
            return;
        }
        State = State with { Logouts = State.Logouts.RemoveAll(queued => queued.What.Session == session) };
        Out(new TerminalOutput.KeepLogouts([.. State.Logouts.Select(logout => logout.What)]));
        Tell("loggedOut", new Fact("session", session), new Fact("code", error?.Code));
    }

    private void TakeActivity(string? tag)
    {
        if (State.OfflineLogin is { } offline)
        {
            State = State with { OfflineLogin = offline with { LastActivity = now } };
            Good(tag);
        }
        else if (State is { Session: { } session, Link: LinkPhase.Ready })
        {
            Out(new TerminalOutput.Notify(new ActivityNotification(session.Id)));
            Good(tag);
        }
        else
        {
            Bad(tag, null, State.Session is null ? "no session is open" : "the server is away");
        }
    }

    private void TakeProject(TerminalInput.ChooseProject choose)
    {
        if (State is { Session: { } session, Link: LinkPhase.Ready } && Request(new Flight.Project(session.Id, choose.Tag), new ProjectRequest(session.Id, choose.Project)))
        {
            return;
        }
        Bad(choose.Tag, null, State.Session is null ? "no session is open" : "the server is away");
    }

    private void ProjectAnswered(Flight.Project flight, ProjectResult? result, RpcError? error)
    {
        if (result is null)
        {
            Tell("projectError", new Fact("code", error?.Code), new Fact("message", error?.Message));
            Bad(flight.Tag, error?.Code, error?.Message ?? "the answer can't be read");
            return;
        }
        Tell("project", [.. Facts(result.Project)]);
        Good(flight.Tag, [.. Facts(result.Project)]);
    }

    private void TakeSearch(TerminalInput.FindProjects find)
    {
        if (State is { Session: { } session, Link: LinkPhase.Ready } && Request(new Flight.Projects(find.Tag), new ProjectsRequest(session.Id, find.Query, 20)))
        {
            return;
        }
        Bad(find.Tag, null, State.Session is null ? "no session is open" : "the server is away");
    }

    private void ProjectsAnswered(string? tag, ProjectsResult? result, RpcError? error)
    {
        if (result is null)
        {
            Bad(tag, error?.Code, error?.Message ?? "the answer can't be read");
            return;
        }
        Good(tag, new Fact("projects", result.Projects.Select(Facts).ToImmutableArray()));
    }

    private void TakeRegister(string card, string code, string? tag)
    {
        if (State.Link != LinkPhase.Ready || !Request(new Flight.Register(tag), new CardRegisterRequest(card, new Credential.ActivationCode(code))))
        {
            Bad(tag, null, "the server is away");
        }
    }

    private void RegisterAnswered(string? tag, CardRegisterResult? result, RpcError? error)
    {
        if (result is null)
        {
            Tell("registerError", new Fact("code", error?.Code), new Fact("message", error?.Message));
            Bad(tag, error?.Code, error?.Message ?? "the answer can't be read");
            return;
        }
        Tell("registered", new Fact("user", result.Name), new Fact("displayName", result.DisplayName));
        Good(tag, new Fact("user", result.Name));
    }
}
