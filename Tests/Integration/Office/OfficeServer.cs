using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace CopyTrack.Integration.Office;

/// <summary>One node: the real program as a process on ports of its own, killed and started again on the same data.</summary>
internal sealed class OfficeServer(string name, string logFile, int httpsPort, int terminalsPort, IReadOnlyList<string> settings) : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private Process? process;

    /// <summary>Name of the node in texts.</summary>
    public string Name => name;

    /// <summary>HTTPS port, the same after each start.</summary>
    public int HttpsPort => httpsPort;

    /// <summary>Terminals' port, the same after each start.</summary>
    public int TerminalsPort => terminalsPort;

    /// <summary>Starts it and waits until it accepts connections.</summary>
    public async Task StartAsync()
    {
        var started = Process.Start(Command(["serve", $"--Https:Port={httpsPort}", $"--Terminals:Port={terminalsPort}", .. settings]))!;
        process = started;
        var log = new StreamWriter(logFile, append: true) { AutoFlush = true };
        started.ErrorDataReceived += (_, line) =>
        {
            lock (gate)
            {
                if (line.Data is { } text)
                {
                    log.WriteLine(text);
                }
                else
                {
                    log.Dispose();
                }
            }
        };
        started.BeginErrorReadLine();
        var ready = await started.StandardOutput.ReadLineAsync().WaitAsync(StartTime);
        if (ready is null || !ready.StartsWith("ready ", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{name} did not start: {ready}; see {logFile}");
        }
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (process is { } running)
        {
            process = null;
            running.Kill();
            await running.WaitForExitAsync();
            running.Dispose();
        }
    }

    /// <summary>Holds every thread of it, then lets it go on.</summary>
    public async Task StopForAsync(TimeSpan time)
    {
        var pid = process!.Id;
        Signal(pid, 19);
        try
        {
            await Task.Delay(time);
        }
        finally
        {
            Signal(pid, 18);
        }
    }

    /// <summary>Runs a verb beside the server; throws unless its exit status is one of <paramref name="allowed"/>. Returns its standard output.</summary>
    public async Task<string> RunAsync(IReadOnlyList<string> words, params int[] allowed)
    {
        using var verb = Process.Start(Command([.. words, .. settings.Where(s => s.StartsWith("--Data:", StringComparison.Ordinal) || s.StartsWith("--Secrets:", StringComparison.Ordinal) || s.StartsWith("--Site:", StringComparison.Ordinal))]))!;
        var error = verb.StandardError.ReadToEndAsync();
        var output = await verb.StandardOutput.ReadToEndAsync();
        await verb.WaitForExitAsync();
        return verb.ExitCode == 0 || allowed.Contains(verb.ExitCode)
            ? output
            : throw new InvalidOperationException($"{string.Join(' ', words)} ended with {verb.ExitCode.ToString(CultureInfo.InvariantCulture)}: {await error}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await KillAsync();

    private static ProcessStartInfo Command(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "copytrack.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = new UTF8Encoding(false),
        };
        return start;
    }

    private static void Signal(int pid, int signal)
    {
        if (Kill(pid, signal) != 0)
        {
            throw new InvalidOperationException($"signal {signal} did not reach {pid}");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
