using CopyTrack.Agent;

namespace CopyTrack.Server.Hosting;

/// <summary>Gives back what starting took, once the first devices have been read: a server that then waits for people would hold it for hours.</summary>
internal sealed class StartupMemory(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_loaded = TimeSpan.FromSeconds(10), s_rested = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(s_loaded, time, stoppingToken);
            var loaded = ProcessMemory.UnwrittenFiles();
            await Task.Delay(s_rested, time, stoppingToken);
            ProcessMemory.GiveBack(loaded);
        }
        catch (OperationCanceledException)
        {
            // The server ends before it has come to rest.
        }
    }
}
