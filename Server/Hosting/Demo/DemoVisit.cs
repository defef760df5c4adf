using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.Hosting.Demo;

/// <summary>One person at one copier, from the badge to the logout.</summary>
internal sealed class DemoVisit(DemoMachine machine, DemoPerson person, DemoNews news)
{
    /// <summary>A second badge sooner than this is a bounce of the reader, no logout.</summary>
    private static readonly TimeSpan Bounce = TimeSpan.FromSeconds(2.5);

    private readonly DemoTerminal terminal = machine.Terminal!;
    private string? session;
    private DateTime since;

    /// <summary>Badge, project where one is required, unlocked panel. False when the badge was a logout.</summary>
    public async Task<bool> ArriveAsync(CancellationToken cancellationToken)
    {
        var before = machine.Forgot;
        machine.Forgot = null;
        news.Tell($"{machine.Copier.Name}: {person.DisplayName} ({person.Department}) puts a badge on the reader{(before is null || before == person ? "" : $", and {before.DisplayName}, who forgot to log out, is logged out")}");
        since = DateTime.UtcNow;
        if (await terminal.BadgeAsync(person.Card, cancellationToken) is not LoginResult login)
        {
            news.Tell($"{machine.Copier.Name}: {person.DisplayName} had forgotten to log out and now is");
            return false;
        }

        session = login.Session;
        if (login.Projects.Required && await terminal.AskAsync(new ProjectsRequest(session, "", 20), cancellationToken) is ProjectsResult { Projects.Length: > 0 } projects)
        {
            var project = projects.Projects[Random.Shared.Next(projects.Projects.Length)];
            await terminal.AskAsync(new ProjectRequest(session, project.Code), cancellationToken);
            news.Tell($"{machine.Copier.Name}: {person.DisplayName} must name a project and chooses {project.Code} {project.Name}");
        }

        await terminal.WhenUnlockedAsync(cancellationToken);
        return true;
    }

    /// <summary>Logs out, with the badge or the key.</summary>
    public async Task LeaveAsync(bool byCard, CancellationToken cancellationToken)
    {
        if (byCard)
        {
            var rest = since + Bounce - DateTime.UtcNow;
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, cancellationToken);
        }

        terminal.Lock();
        await terminal.AskAsync(byCard ? new LoginRequest(new Credential.Card(person.Card), null) : new LogoutRequest(session!, "user"), cancellationToken);
        session = null;
        news.Tell($"{machine.Copier.Name}: {person.DisplayName} logs out{(byCard ? " with the badge" : "")}");
    }

    /// <summary>Walks away; the next person or the idle time ends the session.</summary>
    public Task ForgetAsync()
    {
        machine.Forgot = person;
        news.Tell($"{machine.Copier.Name}: {person.DisplayName} walks away without logging out");
        return Task.CompletedTask;
    }

    /// <summary>Logs out because the demo ends; a server that is gone already ends the session later.</summary>
    public async Task SweepAsync()
    {
        if (session is null)
        {
            return;
        }

        try
        {
            terminal.Lock();
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await terminal.AskAsync(new LogoutRequest(session, "user"), soon.Token);
        }
        catch (Exception e) when (e is DemoRefusal or IOException or TimeoutException or OperationCanceledException)
        {
            // The next start adopts the session.
        }
    }
}
