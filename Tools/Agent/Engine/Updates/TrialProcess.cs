using System.ComponentModel;
using System.Diagnostics;
using CopyTrack.Accounting.Fleet.Updates;

namespace CopyTrack.Agent.Updates;

/// <summary>How a trial ended.</summary>
internal enum TrialOutcome
{
    /// <summary>It reported; the process has ended, to be started for good.</summary>
    Works,

    /// <summary>It did not report in time.</summary>
    Silent,

    /// <summary>It ended by itself.</summary>
    Ended,

    /// <summary>There is nothing that could be started.</summary>
    NotStarted,

    /// <summary>The owner ended both.</summary>
    Cancelled,
}

/// <summary>A version on trial, as a process of its own. It ends when its standard input does, so that it never outlives who watches it.</summary>
internal static class TrialProcess
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200), Grace = TimeSpan.FromSeconds(10);

    /// <summary>Starts it and waits for one of the outcomes; the process is gone afterwards.</summary>
    public static async Task<TrialOutcome> RunAsync(
        string program, IReadOnlyList<string> arguments, ReleaseVersion version, Func<bool> works, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, UseShellExecute = false };
        start.Environment[AgentProgram.TrialVariable] = version.ToString();
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return TrialOutcome.NotStarted;
        }

        var until = time.GetUtcNow() + patience;
        try
        {
            while (true)
            {
                if (works())
                {
                    return TrialOutcome.Works;
                }

                if (process.HasExited)
                {
                    return TrialOutcome.Ended;
                }

                if (time.GetUtcNow() >= until)
                {
                    return TrialOutcome.Silent;
                }

                await Task.Delay(Look, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            return TrialOutcome.Cancelled;
        }
        finally
        {
            await EndAsync(process);
        }
    }

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        using var grace = new CancellationTokenSource(Grace);
        try
        {
            await process.WaitForExitAsync(grace.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
