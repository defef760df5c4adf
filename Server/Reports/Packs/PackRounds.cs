namespace CopyTrack.Server.Reports.Packs;

/// <summary>Lets <see cref="UsagePacker"/> and then <see cref="FirstSums"/> look some minutes apart, and keeps them to a fifth of one core while they have much to do.</summary>
internal sealed class PackRounds(UsagePacker packer, FirstSums sums, TimeProvider time, ILogger<PackRounds> logger) : BackgroundService
{
    private const int MostDays = 2000, Rest = 4;

    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(20), s_pause = TimeSpan.FromMinutes(5);

    private DateOnly given;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(s_first, time, stoppingToken);
            using PeriodicTimer timer = new(s_pause, time);
            do
            {
                try
                {
                    await packer.RunAsync(MostDays, (took, ct) => Task.Delay(took * Rest, time, ct), stoppingToken);
                    if (await sums.RunAsync((took, ct) => Task.Delay(took * Rest, time, ct), stoppingToken) > 0)
                    {
                        GiveBack();
                    }
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Reports add up what is not packed; the next round tries again.
                    logger.PackingBroke(e);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>
    /// What sums grew through while they were made is two or three times what is kept of them, and in a server that rests nothing else asks for its collection. Once a day, since everything stands
    /// still for it: after the first round, and in the night when a day has been packed.
    /// </summary>
    private void GiveBack()
    {
        DateOnly today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (today != given)
        {
            given = today;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
