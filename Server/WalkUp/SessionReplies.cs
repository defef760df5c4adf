using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>Makes the result of a login from its session, at the login itself and again for a hello or a resend.</summary>
internal sealed class SessionReplies(
    WalkUpRepository rows, ProjectRepository projects, OfflineTokens offlineTokens, TerminalPolicy policy, DecisionContexts contexts)
{
    private const int RecentProjects = 5;

    /// <summary>
    /// The result for a person already known; looks projects up only when one is required. A terminal that may work offline gets a token that is good
    /// from the login on.
    /// </summary>
    public async Task<LoginResult> ForAsync(ConnectedTerminal terminal, SessionRecord session, UserInfo user, CancellationToken cancellationToken)
    {
        var recent = session.ProjectRequired ? await projects.RecentAsync(terminal.OrgId, session.PersonId, RecentProjects, cancellationToken) : [];
        var offlineToken = terminal.Offline
            ? offlineTokens.Seal(session.PersonId, terminal.OrgId, session.Functions, session.OpenedAt, policy.OfflineHours)
            : null;
        return new LoginResult(
            SessionText.Of(session.Id), user, [.. session.Functions.Split(';', StringSplitOptions.RemoveEmptyEntries)],
            new ProjectChoice(session.ProjectRequired, [.. recent.Select(Project)]), (int)contexts.Options.Idle.TotalSeconds, offlineToken);
    }

    /// <summary>The result with its state, for the hello of a terminal that owns the session.</summary>
    public async Task<LoginResult> AgainAsync(ConnectedTerminal terminal, SessionRecord session, CancellationToken cancellationToken)
    {
        var person = await rows.FindPersonAsync(session.PersonId, cancellationToken);
        var user = new UserInfo(person?.UserName ?? "", person?.DisplayName ?? person?.UserName ?? "", person?.Language);
        return await ForAsync(terminal, session, user, cancellationToken) with { State = SessionText.State(session.State) };
    }

    /// <summary>A project as a panel shows it.</summary>
    public static ProjectInfo Project(ProjectRow project) => new(SessionText.Of(project.Id), project.Code, project.Name);
}
