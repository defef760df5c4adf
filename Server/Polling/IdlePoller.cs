using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Polling;

/// <summary>
/// Reads devices without a session, a little at a time, sharing them with other nodes by claims; adopts devices whose session nobody looks after.
/// </summary>
internal sealed class IdlePoller(
    IPollingClaims claims, IDeviceJournal journal, IDeviceMeters meters, ILiveDevices live, DeviceCatalog catalog, InventoryReader inventory, ReadRequests requests, IDecisionContexts contexts,
    PollingOptions options, TimeProvider time, ILogger<IdlePoller> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ConfirmAfter = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim slots = new(options.Parallel);
    private readonly LiveClaims sessions = new(claims, live, contexts, options);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        do
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (StorageUnavailableException e)
            {
                logger.RoundFailed(e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
        while (await NextAsync(timer, stoppingToken));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        slots.Dispose();
        base.Dispose();
    }

    /// <summary>One round: keeps the claims on what is live here, claims what is due, and starts reading it.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        await sessions.KeepAsync(cancellationToken);
        if (slots.CurrentCount == 0)
        {
            return;
        }

        var due = await claims.ClaimDueAsync(contexts.Node, slots.CurrentCount, options.Lease, contexts.Now, cancellationToken);
        for (var i = 0; i < due.Count; i++)
        {
            await slots.WaitAsync(cancellationToken);
            // Not all at once: people log in between.
            _ = RunAsync(due[i], Tick * i / due.Count, cancellationToken);
        }
    }

    private async Task RunAsync(PollingClaim claim, TimeSpan pause, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await Task.Delay(pause, time, cancellationToken);
            await PollAsync(claim, cancellationToken);
        }
        catch (StorageUnavailableException e)
        {
            logger.PollStorage(claim.DeviceId, e.Message);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
        catch (Exception e)
        {
            // One device must not stop the reading of the others.
            logger.PollFailed(claim.DeviceId, e);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task PollAsync(PollingClaim claim, CancellationToken cancellationToken)
    {
        if (live.IsLive(claim.DeviceId))
        {
            requests.Tell(claim.DeviceId, new ReadNow.InSession());
            return;
        }

        if (await journal.ReadAsync(claim.DeviceId, cancellationToken) is { } state && (state.Open is not null || state.Settling is not null))
        {
            live.Adopt(state with { ClaimOwner = contexts.Node, ClaimToken = claim.Token });
            requests.Tell(claim.DeviceId, new ReadNow.InSession());
            return;
        }

        if (catalog.Find(claim.DeviceId) is null)
        {
            await catalog.LoadAsync(cancellationToken);
        }

        // What somebody waits for is read in full, whether it ever moved or not.
        var wanted = requests.IsWanted(claim.DeviceId);
        var (outcome, answered) = await ReadAsync(claim, wanted ? ReadingTrigger.Admin : ReadingTrigger.Idle, cancellationToken);
        var pause = answered ? options.NextIdle() : options.NextTry(claim.FailedPolls);
        await claims.DoneAsync(claim.DeviceId, contexts.Node, claim.Token, contexts.Now, contexts.Now + pause, !answered, cancellationToken);
        requests.Tell(claim.DeviceId, outcome);
        if (answered)
        {
            await inventory.ReadWhenDueAsync(claim.DeviceId, cancellationToken);
        }
    }

    /// <summary>Reads the device and books what moved.</summary>
    private async Task<(ReadNow Outcome, bool Answered)> ReadAsync(PollingClaim claim, ReadingTrigger trigger, CancellationToken cancellationToken)
    {
        var asked = contexts.Now;
        switch (await meters.ReadAsync(claim.DeviceId, trigger, claim.Token, cancellationToken))
        {
            case MeterRead.Taken taken:
                var outcome = await journal.ApplyAsync(
                    claim.DeviceId, s => WalkUpRules.Reading(s, contexts.For(claim.DeviceId), taken.Reading), cancellationToken);
                if (outcome.Verdict == ReadingVerdict.Unconfirmed && trigger != ReadingTrigger.Confirm)
                {
                    await Task.Delay(ConfirmAfter, time, cancellationToken);
                    return await ReadAsync(claim, ReadingTrigger.Confirm, cancellationToken);
                }

                return (new ReadNow.Taken(taken.Reading, outcome.Verdict), true);
            case MeterRead.Failed failed:
                if (claim.FailedPolls == 1)
                {
                    logger.Unreachable(claim.DeviceId, failed.Reason);
                    // Only under the claim: a process that was held for a while missed the answers itself.
                    await journal.ApplyAsync(
                        claim.DeviceId, s => s.ClaimToken == claim.Token ? WalkUpRules.Unreachable(s, contexts.For(claim.DeviceId), asked) : (new DeviceChange(), s), cancellationToken);
                }

                return (new ReadNow.Failed(failed.Reason), false);
            default:
                throw new InvalidOperationException("a meter read without a case");
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
