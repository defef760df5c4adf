using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>The terminal as a process. Every line that it writes is kept, and the secrets that went in must not be among them.</summary>
internal sealed class TerminalProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Channel<JsonObject> events = Channel.CreateUnbounded<JsonObject>(), answers = Channel.CreateUnbounded<JsonObject>();
    private readonly StringBuilder all = new();
    private readonly List<string> secrets = [];
    private readonly Lock gate = new();

    private TerminalProcess(string[] arguments, Dictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, e) => Took(e.Data, true);
        process.ErrorDataReceived += (_, e) => Took(e.Data, false);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    internal static string Program
    {
        get
        {
            var output = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
            return Path.Combine(Root, "Tools", "Terminal", "bin", output.Parent!.Name, output.Name, "copytrack-terminal.dll");
        }
    }

    /// <summary>The folder of the solution.</summary>
    internal static string Root
    {
        get
        {
            var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "CopyTrack.sln")))
            {
                folder = folder.Parent!;
            }
            return folder.FullName;
        }
    }

    internal static TerminalProcess Run(string config, Dictionary<string, string>? environment = null) => new(["run", "--config", config, "--events"], environment);

    /// <summary>Runs a verb to its end.</summary>
    internal static async Task<(int Status, string Output, string Errors)> FinishAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Program);
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, await errors);
    }

    internal string Everything
    {
        get
        {
            lock (gate)
            {
                return all.ToString();
            }
        }
    }

    /// <summary>This text must appear nowhere in what the process writes.</summary>
    internal void Secret(string text) => secrets.Add(text);

    /// <summary>Writes a command; cards and PINs in it become secrets of this run.</summary>
    internal async Task CommandAsync(string line)
    {
        var words = line.Split(' ');
        if (words[0] is "card" or "pin" or "card+pin" or "register")
        {
            secrets.AddRange(words[1..]);
        }
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>The next event of this name; other events before it are passed over.</summary>
    internal Task<JsonObject> EventAsync(string name, int seconds = 20) => NextAsync(events, "event", name, seconds);

    /// <summary>The next answer to this command.</summary>
    internal Task<JsonObject> AnswerAsync(string command, int seconds = 20) => NextAsync(answers, "answer", command, seconds);

    internal async Task TerminateAsync(string signal = "TERM")
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    internal async Task<int> ExitAsync(int seconds = 15)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }
        await process.WaitForExitAsync();
        process.Dispose();
        foreach (var secret in secrets)
        {
            Assert.That(Everything, Does.Not.Contain(secret), "a secret was written");
        }
    }

    private async Task<JsonObject> NextAsync(Channel<JsonObject> lines, string kind, string name, int seconds)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            while (true)
            {
                var line = await lines.Reader.ReadAsync(deadline.Token);
                if (line[kind]?.GetValue<string>() == name)
                {
                    return line;
                }
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or ChannelClosedException)
        {
            throw new AssertionException($"no {kind} {name} came; there was:\n{Everything}");
        }
    }

    private void Took(string? line, bool isOutput)
    {
        if (line is null)
        {
            if (isOutput)
            {
                events.Writer.TryComplete();
                answers.Writer.TryComplete();
            }
            return;
        }
        lock (gate)
        {
            all.AppendLine(line);
        }
        if (isOutput)
        {
            var message = JsonNode.Parse(line)!.AsObject();
            (message.ContainsKey("event") ? events : answers).Writer.TryWrite(message);
        }
    }
}
