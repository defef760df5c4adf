using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.WalkUp;

/// <summary>Pages made while a terminal was away that nobody claimed in time become panelBypass, with an alarm.</summary>
internal sealed class OfflineUpkeep(
    OfflineRepository rows, IDeviceJournal journal, DecisionContexts contexts, TerminalPolicy policy, OfflinePresence presence, TimeProvider time, ILogger<OfflineUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2), Pause = TimeSpan.FromMinutes(5);

    /// <summary>How long after the allowed hours an upload may still come.</summary>
    public static TimeSpan Grace { get; } = TimeSpan.FromDays(1);

    /// <summary>One round.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var allowed = TimeSpan.FromHours(policy.OfflineHours);
        foreach (var pages in await rows.UnclaimedAsync(contexts.Now - allowed - Grace, cancellationToken))
        {
            if (await journal.ReadAsync(pages.DeviceId, cancellationToken) is not { } state)
            {
                continue;
            }

            var entries = await rows.EntriesAsync(pages.DeviceId, pages.FirstAt.AddTicks(-TimeSpan.TicksPerMicrosecond), pages.LastAt, cancellationToken);
            var reversed = await journal.ApplyAsync(
                pages.DeviceId,
                s =>
                {
                    // An upload may have claimed some since they were looked at; the next round looks again.
                    if (s.Reversals != state.Reversals)
                    {
                        return (new DeviceChange(), 0);
                    }

                    var (change, outcome) = OfflineRules.Expire(s, contexts.At(), entries, allowed);
                    return (change, outcome.Reversed);
                },
                cancellationToken);
            if (reversed > 0)
            {
                logger.OfflineExpired(pages.DeviceId, reversed);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The answers of other nodes come by messages, which this one listens to by then.
        await Task.Delay(First, time, stoppingToken);
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                await presence.AskAsync();
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One failed round does not stop the next.
                logger.OfflineUpkeepFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
