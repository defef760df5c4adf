using CopyTrack.Server.Data;

namespace CopyTrack.Server.Reports.Schedules;

/// <summary>Looks each minute what is due, and makes one run after the other; claims share the work among nodes.</summary>
internal sealed class ReportRounds(ReportSchedules schedules, ReportDeliverer deliverer, TimeProvider time, ILogger<ReportRounds> logger) : BackgroundService
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(15);

    /// <summary>How long runs are told: two years, so that last year's can be looked at.</summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromDays(731);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(s_tick, time);
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
                    logger.SchedulesWait(e.Message);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // The loop must outlive any one run; its claim ends by itself and it is tried again.
                    logger.RunBroke(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>Records what is due and makes all that waits. Returns how many runs were made.</summary>
    internal async Task<int> RoundAsync(CancellationToken cancellationToken)
    {
        if (await schedules.RecordDueAsync(cancellationToken) > 0)
        {
            await schedules.PurgeAsync(time.GetUtcNow() - s_kept, cancellationToken);
        }

        int made = 0;
        while (await schedules.ClaimAsync(cancellationToken) is { } run)
        {
            await deliverer.DeliverAsync(run, cancellationToken);
            made++;
        }

        return made;
    }
}
