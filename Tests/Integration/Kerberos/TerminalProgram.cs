using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using CopyTrack.Integration.Live;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>The reference terminal as a process, in simulated mode: commands in, events and answers out.</summary>
internal sealed class TerminalProgram : IAsyncDisposable
{
    private readonly Process process;
    private readonly Channel<JsonNode> lines = Channel.CreateUnbounded<JsonNode>();
    private readonly StringBuilder all = new();

    private TerminalProgram(string config, Dictionary<string, string> environment)
    {
        process = Process.Start(Command(["run", "--config", config], environment))!;
        process.OutputDataReceived += (_, e) => Took(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Everything
    {
        get
        {
            lock (all)
            {
                return all.ToString();
            }
        }
    }

    /// <summary>Enrols a terminal beside the copier and starts it; returns when it is connected.</summary>
    public static async Task<TerminalProgram> StartAsync(LiveSite site, string name, string module, Dictionary<string, string> environment, int pinWaitSeconds = 20)
    {
        var code = JsonNode.Parse(await site.GoodAsync("terminal", "enrol-code", name, "--device", "hall"))!;
        var config = site.Write(name + ".json", new JsonObject
        {
            ["server"] = new JsonObject
            {
                ["host"] = "localhost", ["port"] = site.TerminalsPort, ["enrolmentUrl"] = $"https://localhost:{site.HttpsPort}", ["caFingerprint"] = code["caFingerprint"]!.GetValue<string>(),
            },
            ["terminal"] = new JsonObject { ["id"] = code["terminal"]!.GetValue<string>(), ["keyFolder"] = name + "-keys" },
            ["behaviour"] = new JsonObject { ["offline"] = false, ["pinWaitSeconds"] = pinWaitSeconds },
            ["smartCards"] = new JsonObject { ["module"] = module },
            ["simulated"] = new JsonObject { ["enabled"] = true },
        }.ToJsonString());
        var (status, told) = await EnrolAsync(config, code["code"]!.GetValue<string>(), environment);
        Assert.That(status, Is.Zero, told);
        return await RunAsync(config, environment);
    }

    /// <summary>Enrols by a configuration file and a code, as somebody does at the terminal; returns the status and what the program told.</summary>
    public static async Task<(int Status, string Told)> EnrolAsync(string config, string code, Dictionary<string, string> environment)
    {
        using var enrol = Process.Start(Command(["enrol", "--config", config, "--code", code], environment))!;
        var told = enrol.StandardOutput.ReadToEndAsync();
        var error = await enrol.StandardError.ReadToEndAsync();
        await enrol.WaitForExitAsync();
        return (enrol.ExitCode, error + await told);
    }

    /// <summary>Starts an enrolled terminal by its configuration file; returns when it is connected.</summary>
    public static async Task<TerminalProgram> RunAsync(string config, Dictionary<string, string> environment)
    {
        var terminal = new TerminalProgram(config, environment);
        await terminal.HearAsync("event", "connected");
        return terminal;
    }

    public async Task CommandAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>The next line of this kind and name; others before it are passed over.</summary>
    public async Task<JsonNode> HearAsync(string kind, string name)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            while (true)
            {
                var line = await lines.Reader.ReadAsync(patience.Token);
                if (line[kind]?.GetValue<string>() == name)
                {
                    return line;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new AssertionException($"no {kind} {name} came:\n{Everything}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static ProcessStartInfo Command(string[] arguments, Dictionary<string, string> environment)
    {
        var output = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        var root = output;
        while (!File.Exists(Path.Combine(root.FullName, "CopyTrack.sln")))
        {
            root = root.Parent!;
        }

        var program = Path.Combine(root.FullName, "Tools", "Terminal", "bin", output.Parent!.Name, output.Name, "copytrack-terminal.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private void Took(string? line)
    {
        Keep(line);
        if (line is null)
        {
            lines.Writer.TryComplete();
        }
        else if (line.StartsWith('{'))
        {
            lines.Writer.TryWrite(JsonNode.Parse(line)!);
        }
    }

    private void Keep(string? line)
    {
        lock (all)
        {
            all.AppendLine(line);
        }
    }
}
