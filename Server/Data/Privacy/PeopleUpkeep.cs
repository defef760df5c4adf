using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Data.Privacy;

/// <summary>Regular work on people: what has served its time is forgotten, and whoever was merged follows the department of whom they were merged into.</summary>
internal sealed class PeopleUpkeep(PersonMergeRepository merges, Retention retention, TimeProvider time, ILogger<PeopleUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await merges.FollowAsync(stoppingToken);
                await retention.RunAsync(stoppingToken);
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                // One failed round does not stop the next.
                logger.UpkeepFailed(ex);
            }
        }
    }
}
