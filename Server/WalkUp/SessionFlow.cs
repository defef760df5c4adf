using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>Requests that name an open session: logout, activity, projects (docs/terminal-protocol.md §3).</summary>
internal sealed class SessionFlow(
    IDeviceJournal journal, IDeviceMeters meters, ProjectRepository projects, SessionCredit credit, LiveDevices live, PanelControl panels, DecisionContexts contexts)
{
    private const int MostProjects = 100;
    private static readonly TimeSpan ActivityStep = TimeSpan.FromSeconds(5);

    /// <summary>session.logout: answers, locks the panel, lets the last pages settle. A session that is settling already gets the same answer again.</summary>
    public async Task LogoutAsync(ConnectedTerminal terminal, RequestId id, LogoutRequest request, CancellationToken cancellationToken)
    {
        if (SessionText.Parse(request.Session) is not { } session)
        {
            terminal.Link.Fail(id, Unknown);
            return;
        }

        var outcome = await journal.ApplyAsync(
            terminal.DeviceId,
            s => Owns(terminal, s.Open, session)
                ? WalkUpRules.End(s, contexts.At(unlocked: panels.AckOf(s)), session, SessionText.Logout(request.Reason))
                : (new DeviceChange(), new EndOutcome(s, null)),
            cancellationToken);
        if (outcome.Ended is null && !Owns(terminal, outcome.After.Settling, session))
        {
            terminal.Link.Fail(id, Unknown);
            return;
        }

        panels.Forget(session);
        terminal.Link.Reply(id, new LogoutResult(request.Session, "settling"));
        panels.LockHere(terminal.Link, request.Session, "logout");
        live.Follow(outcome.After);
    }

    /// <summary>session.activity. Kept at most every few seconds: what a crash may forget is less than a heartbeat.</summary>
    public async Task ActivityAsync(ConnectedTerminal terminal, string sessionText, CancellationToken cancellationToken)
    {
        if (SessionText.Parse(sessionText) is { } session
            && live.StateOf(terminal.DeviceId)?.Open is { } open && open.Record.Id == session
            && contexts.Now - open.Record.LastActivityAt >= ActivityStep)
        {
            var outcome = await journal.ApplyAsync(
                terminal.DeviceId, s => WalkUpRules.Activity(s, contexts.At(), session, contexts.Now), cancellationToken);
            live.Follow(outcome.After);
        }
    }

    /// <summary>session.projects: a search among the projects the person may use.</summary>
    public async Task ProjectsAsync(ConnectedTerminal terminal, RequestId id, ProjectsRequest request, CancellationToken cancellationToken)
    {
        if (await OpenAsync(terminal, request.Session, cancellationToken) is not { } open)
        {
            terminal.Link.Fail(id, Unknown);
            return;
        }

        var found = await projects.SearchAsync(terminal.OrgId, open.Record.PersonId, request.Query, Math.Clamp(request.Limit, 1, MostProjects), cancellationToken);
        await ActivityAsync(terminal, request.Session, cancellationToken);
        terminal.Link.Reply(id, new ProjectsResult([.. found.Select(SessionReplies.Project)]));
    }

    /// <summary>session.project: pages until now stay with the project before, the panel is freed if it waited for one.</summary>
    public async Task ProjectAsync(ConnectedTerminal terminal, RequestId id, ProjectRequest request, CancellationToken cancellationToken)
    {
        if (await OpenAsync(terminal, request.Session, cancellationToken) is not { } open)
        {
            terminal.Link.Fail(id, Unknown);
            return;
        }

        var project = await projects.FindForPersonAsync(terminal.OrgId, open.Record.PersonId, request.Project, cancellationToken);
        if (project is null)
        {
            terminal.Link.Fail(id, new RpcError(ErrorCodes.UnknownProject, "no such project for this person"));
            return;
        }

        if (open.Record.ProjectId is { } before && before != project.Id)
        {
            await BorderAsync(terminal.DeviceId, cancellationToken);
            open = live.StateOf(terminal.DeviceId)?.Open is { } now && now.Record.Id == open.Record.Id ? now : open;
        }

        var hold = await credit.ForProjectAsync(open, project.Id, cancellationToken);
        if (!hold.IsGood)
        {
            terminal.Link.Fail(id, new RpcError(ErrorCodes.UnknownProject, "the budget of this project, or your own, is used up; choose another"));
            return;
        }

        var outcome = await journal.ApplyAsync(
            terminal.DeviceId, s => WalkUpRules.Project(s, contexts.At(unlocked: panels.AckOf(s)), open.Record.Id, project.Id, hold.Ceiling), cancellationToken);
        if (outcome.After.Open?.Record.Id != open.Record.Id)
        {
            terminal.Link.Fail(id, Unknown);
            return;
        }

        terminal.Link.Reply(id, new ProjectResult(SessionReplies.Project(project)));
        live.Follow(outcome.After);
        await projects.UsedAsync(open.Record.PersonId, project.Id, contexts.Now, cancellationToken);
    }

    /// <summary>A session answers to the terminal where its login took place; another one of the same device knows nothing of it.</summary>
    private static bool Owns(ConnectedTerminal terminal, LiveSession? session, long id) =>
        session?.Record.Id == id && session.Record.TerminalId == terminal.Link.TerminalId;

    private static RpcError Unknown { get; } = new(ErrorCodes.UnknownSession, "no such open session at this terminal");

    private async Task<LiveSession?> OpenAsync(ConnectedTerminal terminal, string sessionText, CancellationToken cancellationToken)
    {
        var session = SessionText.Parse(sessionText);
        var state = live.StateOf(terminal.DeviceId) ?? await journal.ReadAsync(terminal.DeviceId, cancellationToken);
        return session is { } id && state?.Open is { } open && Owns(terminal, open, id) ? open : null;
    }

    private async Task BorderAsync(long deviceId, CancellationToken cancellationToken)
    {
        var token = live.StateOf(deviceId)?.ClaimToken ?? 0;
        if (await meters.ReadAsync(deviceId, ReadingTrigger.Project, token, cancellationToken) is MeterRead.Taken taken)
        {
            var outcome = await journal.ApplyAsync(deviceId, s => WalkUpRules.Reading(s, contexts.At(), taken.Reading), cancellationToken);
            live.Follow(outcome.After);
        }
    }
}
