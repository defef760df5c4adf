using System.Text.Json.Nodes;
using CopyTrack.MfpSimulator.Device;

namespace CopyTrack.MfpSimulator.Scripts;

/// <summary>Obeys the lines of the script language, one JSON line for each: <c>{"ok":true,...}</c> or <c>{"ok":false,"error":"..."}</c>. Thread-safe.</summary>
/// <param name="simulator">Whose devices obey.</param>
/// <param name="later">Gets the answers of commands that were scheduled with <c>at</c> when they have run; may be null.</param>
public sealed class CommandInterpreter(Simulator simulator, Action<string>? later = null)
{
    private OfficeTraffic? traffic;

    /// <summary>Obeys one line and gives its answer; null for an empty line or a comment. <c>settle</c> comes back when all devices are quiet, everything else at once. Never throws for a bad line.</summary>
    public async Task<string?> ExecuteAsync(string line, CancellationToken cancellationToken = default)
    {
        ScriptCommand? command;
        try
        {
            command = ScriptCommand.Parse(line);
        }
        catch (FormatException e)
        {
            return Failure(e.Message);
        }

        switch (command)
        {
            case null:
                return null;
            case { At: { } delay }:
                simulator.After(delay, () => later?.Invoke(Execute(command)));
                return new JsonObject { ["ok"] = true, ["scheduledIn"] = delay.TotalSeconds }.ToJsonString();
            case { Verb: "settle" }:
                await simulator.WhenQuietAsync(cancellationToken);
                return new JsonObject { ["ok"] = true, ["command"] = "settle" }.ToJsonString();
            default:
                return Execute(command);
        }
    }

    /// <summary>Obeys all lines of a script in order; the answers of those that failed.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(IEnumerable<string> lines, CancellationToken cancellationToken = default)
    {
        List<string> failures = [];
        foreach (var line in lines)
            if (await ExecuteAsync(line, cancellationToken) is { } answer && answer.StartsWith("{\"ok\":false", StringComparison.Ordinal)) failures.Add($"{line}: {answer}");
        return failures;
    }

    private string Execute(ScriptCommand command)
    {
        try
        {
            var devices = Devices(command);
            return command.Verb switch
            {
                "traffic" => Answer(command, Traffic(command, devices)),
                "truth" => Answer(command, StatusCommands.Truth(simulator.Truth, command)),
                "jobs" => Answer(command, StatusCommands.Jobs(simulator.Truth, command)),
                _ => All(command, devices),
            };
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            return Failure(e.Message);
        }
    }

    private static string All(ScriptCommand command, IReadOnlyList<SimulatedMfp> devices)
    {
        var results = devices.Select(d => (JsonNode)One(d, command)).ToArray();
        if (results.Length == 1) return Answer(command, (JsonObject)results[0]);
        var ok = results.All(r => r["ok"] is null);
        return Answer(command, new JsonObject { ["results"] = new JsonArray(results) }, ok);
    }

    private static JsonObject One(SimulatedMfp device, ScriptCommand command)
    {
        var result = JobCommands.Try(device, command) ?? DeviceCommands.Try(device, command) ?? NetworkCommands.Try(device, command) ?? StatusCommands.Try(device, command)
            ?? throw new FormatException($"'{command.Verb}' is no command.");
        result.Insert(0, "device", device.Number);
        return result;
    }

    /// <summary><c>traffic [every=TIME] [kinds=print,copy] [users=a,b]</c> and <c>traffic off</c>.</summary>
    private JsonObject Traffic(ScriptCommand command, IReadOnlyList<SimulatedMfp> devices)
    {
        Interlocked.Exchange(ref traffic, null)?.Stop();
        if (command.Words is ["off"]) return [];
        string[] kinds = (command.Text("kinds") ?? "print").Split(',', StringSplitOptions.RemoveEmptyEntries);
        traffic = new OfficeTraffic(simulator, devices, command.Time("every", TimeSpan.FromSeconds(20)), [.. kinds.Select(JobCommands.Function)],
            (command.Text("users") ?? "ann,ben,cleo,dan,eva").Split(',', StringSplitOptions.RemoveEmptyEntries));
        return [];
    }

    private IReadOnlyList<SimulatedMfp> Devices(ScriptCommand command)
    {
        var all = simulator.Devices;
        if (command.Devices is not { } range) return all;
        return range.Last <= all.Count ? [.. all.Skip(range.First - 1).Take(range.Last - range.First + 1)] : throw new FormatException($"There are {all.Count} devices.");
    }

    private static string Answer(ScriptCommand command, JsonObject result, bool ok = true)
    {
        ok &= result["ok"] is null;
        result.Remove("ok");
        result.Insert(0, "ok", ok);
        result.Insert(1, "command", command.Verb);
        return result.ToJsonString();
    }

    private static string Failure(string error) => new JsonObject { ["ok"] = false, ["error"] = error }.ToJsonString();
}
