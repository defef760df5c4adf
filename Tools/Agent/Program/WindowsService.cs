using System.Diagnostics;
using System.Runtime.Versioning;
using System.ServiceProcess;

namespace CopyTrack.Agent.Program;

/// <summary>The agent under the service control manager of Windows (docs/fleet.md, Platforms).</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsService : ServiceBase
{
    private const int Failed = 3;
    private static readonly TimeSpan s_end = TimeSpan.FromSeconds(10);

    private readonly Func<CancellationToken, Task> _run;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    private WindowsService(Func<CancellationToken, Task> run)
    {
        _run = run;
        ServiceName = "copytrack-agent";
        CanShutdown = true;
    }

    /// <summary>Runs until the service is stopped, or <paramref name="run"/> ends; gives the exit status, by which the control manager starts it again. A console gets a message of Windows.</summary>
    public static int Run(Func<CancellationToken, Task> run)
    {
        using var service = new WindowsService(run);
        Run(service);
        return service.ExitCode;
    }

    /// <inheritdoc/>
    protected override void OnStart(string[] args)
    {
        _running = Task.Run(() => _run(_stopping.Token));
        // What ends by itself takes the service along, after it has ended.
        _running.ContinueWith(Ended, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    protected override void OnStop()
    {
        _stopping.Cancel();
        // What waits is on the disk at any moment. The control manager takes the return of this for the end.
        ((IAsyncResult)_running).AsyncWaitHandle.WaitOne(s_end);
    }

    /// <inheritdoc/>
    protected override void OnShutdown() => OnStop();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stopping.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Ended(Task run)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        ExitCode = run.IsFaulted ? Failed : 0;
        if (run.Exception?.InnerException is { } cause)
        {
            EventLog.WriteEntry(cause.Message, EventLogEntryType.Error);
        }

        Stop();
    }
}
