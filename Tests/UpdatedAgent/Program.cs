using System.Globalization;
using System.Runtime.InteropServices;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Agent;
using CopyTrack.Agent.Updates;

// updated-agent run SETTINGS: the engine with the launcher, as a version that a file beside the program names. The file "fault" makes it a broken one.
var beside = AppContext.BaseDirectory;
var version = ReleaseVersion.Parse(File.ReadAllText(Path.Combine(beside, "version")).Trim());
var fault = File.Exists(Path.Combine(beside, "fault")) ? File.ReadAllText(Path.Combine(beside, "fault")).Trim() : "";
var settings = AgentSettings.Load(args[1]);
File.AppendAllText(Path.Combine(settings.State, "..", "starts"), string.Create(CultureInfo.InvariantCulture, $"{version} {Environment.ProcessId}\n"));
switch (fault)
{
    case "crash":
        return 9;
    case "hang":
        await Task.Delay(Timeout.Infinite);
        break;
}

using var stopping = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stopping.Cancel();
});
using var keys = ReleaseKeys.FromPem(File.ReadAllText(Path.Combine(beside, "keys.pem")));
var program = new AgentProgram(version, "test-x64", "updated-agent", keys) { OnTrial = Environment.GetEnvironmentVariable(AgentProgram.TrialVariable) is not null };
var observer = new Lines();
await new AgentLauncher(program, settings, args, observer, TimeProvider.System)
    .RunAsync((updates, ct) => new AgentHost(settings, observer, TimeProvider.System, updates).RunAsync(ct), stopping.Token);
return 0;

internal sealed class Lines : IAgentObserver
{
    public void Told(string line) => Console.Error.WriteLine(line);

    public void Kept(FleetMessage message)
    {
        // The manager has it.
    }
}
