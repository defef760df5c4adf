using System.Runtime.InteropServices;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent;
using CopyTrack.Agent.Local;
using CopyTrack.Agent.Page;
using CopyTrack.Agent.Program;
using CopyTrack.Agent.Updates;

const string Usage = """
    copytrack-agent run   [--config FILE]        reads the devices of the site and tells the manager
    copytrack-agent service --config FILE        the same as a service of Windows; only its control manager starts it
    copytrack-agent enrol CODE [--config FILE]   exchanges a one-time code of the manager for the agent's identity; '-' reads the code from standard input
    copytrack-agent check [--config FILE]        tells whether the settings are good
    copytrack-agent password                     reads a password from standard input and prints its hash for the settings of the page
    copytrack-agent update status|accept VERSION|FILE [--config FILE]
                                                 shows how updates stand; has a version installed that the manager offers; has a package installed that was brought here
    copytrack-agent acknowledge FILE [--config FILE]
                                                 takes the manager's acknowledgement that was brought here as a file; for agents that send by mail
    copytrack-agent local [--config FILE]        a LocalAgent: reads USB printers of this PC for the site's agent; usual file /etc/copytrack/local.json
    """;

ProcessMemory.LimitArenas(1);
try
{
    var at = Array.IndexOf(args, "--config");
    var file = at < 0 ? "/etc/copytrack/agent.json" : at + 1 < args.Length ? args[at + 1] : throw new AgentException("--config needs a file");
    string[] words = [.. args.Where((_, i) => at < 0 || (i != at && i != at + 1))];
    using var stopping = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    switch (words)
    {
        case ["run"]:
            await LaunchAsync(file, args, stopping.Token);
            return 0;
        case ["service"] when OperatingSystem.IsWindows():
            // Other versions are started beside this one, by it and not by the control manager.
            return WindowsService.Run(ct => LaunchAsync(file, ["run", "--config", file], ct));
        case ["enrol", var code]:
            var settings = AgentSettings.Load(file);
            Console.WriteLine(await FleetAgent.EnrolAsync(settings, code == "-" ? await Console.In.ReadLineAsync(stopping.Token) ?? "" : code, stopping.Token));
            return 0;
        case ["local"]:
            using (var local = new LocalAgent(LocalSettings.Load(at < 0 ? "/etc/copytrack/local.json" : file), new ConsoleObserver(), TimeProvider.System))
            {
                await local.RunAsync(stopping.Token);
            }

            return 0;
        case ["password"]:
            var password = await Console.In.ReadLineAsync(stopping.Token) ?? "";
            Console.WriteLine(password.Length is >= PagePassword.Least and <= PagePassword.Most ? PagePassword.Hash(password) : throw new AgentException($"a password has {PagePassword.Least} to {PagePassword.Most} characters"));
            return 0;
        case ["update", .. var what]:
            return await UpdateVerbs.RunAsync(what, AgentSettings.Load(file), AgentProgram.BuiltIn(), Console.Out, stopping.Token) ?? Unknown();
        case ["acknowledge", var brought]:
            Console.WriteLine($"the manager has messages up to {FleetAgent.BringAcknowledgement(AgentSettings.Load(file), brought)}; a running agent forgets them within a minute");
            return 0;
        case ["check"]:
            AgentSettings.Load(file);
            return 0;
        case ["--help" or "-h"]:
            Unknown();
            return 0;
        default:
            return Unknown();
    }

    static int Unknown()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }

    static Task LaunchAsync(string file, string[] arguments, CancellationToken cancellationToken)
    {
        var settings = AgentSettings.Load(file);
        return new AgentLauncher(AgentProgram.BuiltIn(), settings, arguments, new ConsoleObserver(), TimeProvider.System).RunAsync((updates, ct) => RunAsync(settings, updates, ct), cancellationToken);
    }

    static async Task RunAsync(AgentSettings settings, AgentUpdates updates, CancellationToken cancellationToken)
    {
        if (settings.Page is not { } page)
        {
            await new AgentHost(settings, new ConsoleObserver(), TimeProvider.System, updates).RunAsync(cancellationToken);
            return;
        }

        var memory = new AgentMemory(new ConsoleObserver());
        var host = new AgentHost(settings, memory, TimeProvider.System, updates);
        await using var shown = await AgentPage.StartAsync(page, memory, host, TimeProvider.System, cancellationToken);
        await host.RunAsync(cancellationToken);
    }

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stopping.Cancel();
    }
}
catch (OperationCanceledException)
{
    return 0;
}
catch (AgentException e)
{
    await Console.Error.WriteLineAsync($"copytrack-agent: {e.Message}");
    return 2;
}
catch (Exception e) when (e is ManagerAwayException or FleetFormatException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"copytrack-agent: {e.Message}");
    return 3;
}

/// <summary>Tells the owner on standard error, and gives memory back in the pauses.</summary>
internal sealed class ConsoleObserver : IAgentObserver
{
    // Work comes in pieces, one after the other; the last of them ends the wait.
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(2);
    private static readonly Timer s_pause = new(static _ => Rest());
    private static IReadOnlySet<(nint Start, nuint Length)>? s_loaded;

    public void Told(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
        catch (IOException)
        {
            // A log on a full disk takes no line; the agent goes on.
        }
    }

    public void Kept(FleetMessage message)
    {
        // One line for each round would only fill the log.
    }

    public void Rested() => s_pause.Change(s_quiet, Timeout.InfiniteTimeSpan);

    private static void Rest()
    {
        var before = s_loaded;
        var now = before is null ? ProcessMemory.UnwrittenFiles() : ProcessMemory.GiveBack(before);
        s_loaded = now;
        // What came since the last look goes at the next one, and that is not left to the next piece of work, which may be hours away.
        if (before is null || !now.IsSubsetOf(before))
        {
            s_pause.Change(s_quiet, Timeout.InfiniteTimeSpan);
        }
    }
}
