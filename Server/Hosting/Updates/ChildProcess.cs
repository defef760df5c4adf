using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary>How a version is started: the program with what stands before its verb, and the version.</summary>
internal sealed record ChildProgram(string File, IReadOnlyList<string> Before, string Version);

/// <summary>One server that a supervisor runs: what it says on its output passes through, and tells how far it is.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int Terminate = 15, LongestTold = 300;

    // The server's own end takes ten seconds at most; a verb is left after thirty.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(25);

    private readonly Process _process;
    private Task _pump = Task.CompletedTask;
    private volatile bool _prepared, _ready;

    private ChildProcess(Process process) => _process = process;

    /// <summary>True once it said that only its listeners are missing.</summary>
    public bool IsPrepared => _prepared;

    /// <summary>True once it accepts connections.</summary>
    public bool IsReady => _ready;

    /// <summary>True when it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Its exit status, once it has ended.</summary>
    public int Status => _process.ExitCode;

    /// <summary>Completes when it has ended. One task for all who wait: each that is made stays with the process until its end.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Starts <c>serve</c>; null when there is nothing that could be started. <paramref name="trial"/>: see <see cref="SupervisedProcess.TrialVariable"/>.</summary>
    public static ChildProcess? Serve(ChildProgram program, IEnumerable<string> settings, string root, string? trial, TextWriter output)
    {
        var start = Start(program, root, ["serve", .. settings]);
        start.RedirectStandardInput = true;
        start.Environment[SupervisedProcess.TrialVariable] = trial ?? "";
        var child = new ChildProcess(new Process { StartInfo = start });
        try
        {
            child._process.Start();
        }
        catch (Win32Exception)
        {
            child._process.Dispose();
            return null;
        }

        child.Ended = child._process.WaitForExitAsync(CancellationToken.None);
        child._pump = child.PumpAsync(output);
        return child;
    }

    /// <summary>Runs a verb to its end; null when it can't be started or takes longer than <paramref name="patience"/>. Output and error are cut to some hundred letters.</summary>
    public static async Task<(int Status, string Output, string Error)?> RunAsync(ChildProgram program, IEnumerable<string> words, string root, TimeSpan patience, CancellationToken cancellationToken)
    {
        var start = Start(program, root, words);
        start.RedirectStandardError = true;
        using var process = new Process { StartInfo = start };
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(patience);
        try
        {
            process.Start();
            var (output, error) = (ShortAsync(process.StandardOutput, bound.Token), ShortAsync(process.StandardError, bound.Token));
            await Task.WhenAll(output, error, process.WaitForExitAsync(bound.Token));
            return (process.ExitCode, await output, await error);
        }
        catch (Win32Exception)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>Lets a version on trial open its listeners. One that has ended meanwhile is found out by its end.</summary>
    public async Task OpenAsync()
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(SupervisedProcess.OpenLine);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It has ended.
        }
    }

    /// <summary>Asks it to end as a service manager would, waits, and ends it when that takes too long. Gives its exit status.</summary>
    public async Task<int> EndAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, Terminate);
            await Task.WhenAny(Ended, Task.Delay(s_grace));
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            await Ended;
        }

        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        // Somebody whom it started may still hold the pipe; that is not waited for.
        await Task.WhenAny(_pump, Task.Delay(TimeSpan.FromSeconds(1)));
        _process.Dispose();
    }

    /// <summary>Asks a process to end.</summary>
    internal static void AskToEnd(int id) => _ = Kill(id, Terminate);

    private static ProcessStartInfo Start(ChildProgram program, string root, IEnumerable<string> words)
    {
        var start = new ProcessStartInfo(program.File, [.. program.Before, .. words]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[SupervisedProcess.RootVariable] = root;
        start.Environment[SupervisedProcess.VersionVariable] = program.Version;
        return start;
    }

    private static async Task<string> ShortAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var chunk = new char[LongestTold];
        var length = await reader.ReadBlockAsync(chunk, cancellationToken);
        var rest = new char[4096];
        while (await reader.ReadAsync(rest, cancellationToken) > 0)
        {
            // What is said beyond is read, so that it can be said, and not kept.
        }

        return new string(chunk, 0, length);
    }

    private async Task PumpAsync(TextWriter output)
    {
        try
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line == SupervisedProcess.PreparedLine)
                {
                    _prepared = true;
                    continue;
                }

                await output.WriteLineAsync(line);
                await output.FlushAsync();
                _ready |= line.StartsWith("ready ", StringComparison.Ordinal);
            }
        }
        catch (IOException)
        {
            // The pipe is gone with the process.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
