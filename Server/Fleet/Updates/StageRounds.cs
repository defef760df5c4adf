using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;

namespace CopyTrack.Server.Fleet.Updates;

/// <summary>Lets stages of updates go up by themselves when their time has passed.</summary>
internal sealed class StageRounds(FleetStages stages, FleetOptions options, TimeProvider time, ILogger<StageRounds> logger) : BackgroundService
{
    // A step takes hours; some minutes more are nothing.
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <summary>One look; gives how many stages went up.</summary>
    internal async Task<int> RoundAsync(CancellationToken cancellationToken)
    {
        var raised = await stages.StepAsync(time.GetUtcNow(), options.Stale, cancellationToken);
        if (raised > 0)
        {
            logger.StagesRaised(raised);
        }

        return raised;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RoundAsync(stoppingToken);
                }
                catch (StorageUnavailableException e)
                {
                    logger.StagesWait(e.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
