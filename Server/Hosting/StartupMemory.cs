using CopyTrack.Server.Gateway;

namespace CopyTrack.Server.Hosting;

/// <summary>Gives back what starting took, once the first devices have been read: a server that then waits for people would hold it for hours.</summary>
internal sealed class StartupMemory(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_started = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(s_started, time, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeMemory.GiveBack();
        MappedCode.GiveBack();
    }
}
