using System.Threading.Channels;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Polling;

namespace CopyTrack.Server.WalkUp;

/// <summary>
/// Looks after one device from a login until everything has settled: start reading, watching, time-outs, settling, handover. All that matters is
/// in the journal; the runner only knows when to look next, so it may be lost at any moment and taken up by any node.
/// </summary>
internal sealed class DeviceRunner(long deviceId, DecisionContexts contexts, IDeviceJournal journal, IDeviceMeters meters, PanelControl panels, TimeProvider time, ILogger logger, SessionCredit? credit = null)
{
    private static readonly TimeSpan HandoverRead = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SettleStep = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock gate = new();
    private DeviceState? state;
    private DateTimeOffset lastRead = DateTimeOffset.MinValue;
    private int failures;
    private (long Session, long Spent)? asked;
    private (long Session, bool UsedUp)? told;
    private DateTimeOffset failingSince;

    /// <summary>The device.</summary>
    public long DeviceId => deviceId;

    /// <summary>Tells the runner of a newer state of its device; older ones are dropped.</summary>
    public void Update(DeviceState after)
    {
        lock (gate)
        {
            if (state is not null && after.Version < state.Version)
            {
                return;
            }

            state = after;
        }

        Wake();
    }

    /// <summary>The newest state known here.</summary>
    public DeviceState? State
    {
        get
        {
            lock (gate)
            {
                return state;
            }
        }
    }

    /// <summary>Runs until nothing of the device is live, this node has lost the device, or the server stops.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (State is { } now && (now.Open is not null || now.Settling is not null) && now.ClaimOwner == contexts.Node)
        {
            try
            {
                if (!await StepAsync(now, cancellationToken))
                {
                    return;
                }
            }
            catch (StorageUnavailableException e)
            {
                logger.RunnerStorage(deviceId, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    private async Task<bool> StepAsync(DeviceState now, CancellationToken cancellationToken)
    {
        panels.Ensure(now, Wake);
        var due = Due(now);
        var wait = due - contexts.Now;
        if (wait > TimeSpan.Zero)
        {
            await WaitAsync(wait, cancellationToken);
            return true;
        }

        if (panels.Expired(now, contexts.Now))
        {
            return Took(await EndLockedAsync(now, cancellationToken));
        }

        if (panels.AckOf(now) is { } && contexts.Now >= panels.AckDue(now))
        {
            Update(await journal.ApplyAsync(
                deviceId, s => IsOurs(s) ? WalkUpRules.Unlocked(s, contexts.At(unlocked: now.Open!.Record.Id)) : (new DeviceChange(), s), cancellationToken));
            return true;
        }

        return now.Open is { Started: false } ? await BeginAsync(now, cancellationToken)
            : now.Settling is not null ? await ReadAsync(now, ReadingTrigger.Settle, handover: false, cancellationToken)
            : await WatchAsync(now, cancellationToken);
    }

    /// <summary>When the next thing is to be done for the state as it is.</summary>
    private DateTimeOffset Due(DeviceState now)
    {
        var due = now.Settling is not null ? lastRead + Pause(SettleStep)
            : now.Open is { Started: false } ? (failures == 0 ? DateTimeOffset.MinValue : lastRead + Pause(SettleStep))
            : lastRead + Pause(contexts.Options.Watch);
        if (now.Open is { } open)
        {
            due = Earlier(due, WalkUpRules.NextTick(open, contexts.Options));
            due = Earlier(due, panels.NextDue(now));
            if (!open.Started)
            {
                due = Earlier(due, StartDeadline(now, open));
            }
        }

        return due;
    }

    private DateTimeOffset StartDeadline(DeviceState now, LiveSession open) =>
        now.Settling is not null ? open.Record.OpenedAt + contexts.Options.Handover
        : contexts.Options.Strict ? DateTimeOffset.MaxValue
        : open.Record.OpenedAt + contexts.Options.StartReading;

    private TimeSpan Pause(TimeSpan step)
    {
        var pause = step * (1 << Math.Min(failures, 5));
        return pause > LongestStep ? LongestStep : pause;
    }

    /// <summary>The open session waits for its start: for the settling of the one before, or for its own first reading.</summary>
    private async Task<bool> BeginAsync(DeviceState now, CancellationToken cancellationToken)
    {
        var open = now.Open!;
        var deadline = StartDeadline(now, open);
        if (now.Settling is not null)
        {
            // The next person waits for the counters, never for a device that does not answer.
            var handover = contexts.Now >= deadline;
            var trigger = handover ? ReadingTrigger.Handover : ReadingTrigger.Settle;
            var settling = meters.ReadAsync(deviceId, trigger, now.ClaimToken, cancellationToken);
            if (!await DoneWithinAsync(settling, (handover ? TimeSpan.Zero : deadline - contexts.Now) + HandoverRead, cancellationToken))
            {
                await StartBareAsync(cancellationToken);
            }

            return await ApplyAsync(now, await settling, trigger, handover, cancellationToken);
        }

        var read = meters.ReadAsync(deviceId, ReadingTrigger.Login, now.ClaimToken, cancellationToken);
        if (!contexts.Options.Strict && !await DoneWithinAsync(read, deadline - contexts.Now, cancellationToken))
        {
            await StartBareAsync(cancellationToken);
        }

        return await ApplyAsync(now, await read, ReadingTrigger.Login, handover: false, cancellationToken);
    }

    private async Task<bool> WatchAsync(DeviceState now, CancellationToken cancellationToken)
    {
        // A read first: a meter that moved is activity, and the end must not cut off pages already counted.
        if (!await ReadAsync(now, ReadingTrigger.Watch, handover: false, cancellationToken))
        {
            return false;
        }

        await StepCreditAsync(cancellationToken);
        var ended = await journal.ApplyAsync(
            deviceId, s => IsOurs(s) ? WalkUpRules.Tick(s, contexts.At(unlocked: panels.AckOf(s))) : NothingEnded(s), cancellationToken);
        return Took(ended);
    }

    /// <summary>Asks the limits for more before their end is taken for the end of the session; once for what it has spent by now.</summary>
    private async Task StepCreditAsync(CancellationToken cancellationToken)
    {
        if (credit is null || State is not { Open: { } open } now || asked == (open.Record.Id, open.SpentMicros) || !credit.IsDue(open))
        {
            return;
        }

        var (hold, after) = await credit.NextAsync(now, cancellationToken);
        Update(after);
        asked = (open.Record.Id, open.SpentMicros);
        if (hold is { Left: { } left } && (hold.IsWarning || !hold.IsGood) && told != (open.Record.Id, !hold.IsGood))
        {
            told = (open.Record.Id, !hold.IsGood);
            await credit.TellAsync(open, left, hold.IsWarning, cancellationToken);
        }
    }

    private async Task<bool> ReadAsync(DeviceState now, ReadingTrigger trigger, bool handover, CancellationToken cancellationToken) =>
        await ApplyAsync(now, await meters.ReadAsync(deviceId, trigger, now.ClaimToken, cancellationToken), trigger, handover, cancellationToken);

    private async Task<bool> ApplyAsync(DeviceState now, MeterRead read, ReadingTrigger trigger, bool handover, CancellationToken cancellationToken)
    {
        lastRead = contexts.Now;
        if (read is not MeterRead.Taken taken)
        {
            await FailedAsync(now, cancellationToken);
            return true;
        }

        failures = 0;
        if (trigger == ReadingTrigger.Settle && WalkUpRules.SaysNothing(now, contexts.At(), taken.Reading, handover))
        {
            return true;
        }

        var outcome = await journal.ApplyAsync(
            deviceId, s => WalkUpRules.Reading(s, contexts.At(unlocked: panels.AckOf(s)), taken.Reading, handover), cancellationToken);
        Update(outcome.After);
        if (outcome is { Verdict: ReadingVerdict.Evidence, After.Open: { Started: false } waiting })
        {
            // What the device says can't be a border: as good as no answer for whoever waits at the panel, and no reason to ask again at once.
            failures = 1;
            if (contexts.Now >= StartDeadline(outcome.After, waiting))
            {
                await StartBareAsync(cancellationToken);
            }
        }

        if (outcome.Verdict == ReadingVerdict.Unconfirmed && trigger != ReadingTrigger.Confirm)
        {
            await Task.Delay(SettleStep, time, cancellationToken);
            return await ReadAsync(outcome.After, ReadingTrigger.Confirm, handover, cancellationToken);
        }

        return outcome.After.ClaimOwner == contexts.Node;
    }

    private async Task FailedAsync(DeviceState now, CancellationToken cancellationToken)
    {
        failingSince = failures == 0 ? contexts.Now : failingSince;
        failures++;
        if (failures == 2)
        {
            Update(await journal.ApplyAsync(
                deviceId, s => IsOurs(s) ? WalkUpRules.Unreachable(s, contexts.At(), failingSince) : (new DeviceChange(), s), cancellationToken));
        }

        if (now.Open is { Started: false } open && contexts.Now >= StartDeadline(now, open))
        {
            await StartBareAsync(cancellationToken);
        }
    }

    private async Task StartBareAsync(CancellationToken cancellationToken)
    {
        var outcome = await journal.ApplyAsync(
            deviceId,
            s => IsOurs(s) ? WalkUpRules.StartWithoutReading(s, contexts.At()) : (new DeviceChange(), new ReadingOutcome(s, ReadingVerdict.Evidence, false, null)),
            cancellationToken);
        Update(outcome.After);
        panels.Ensure(outcome.After, Wake);
    }

    /// <summary>Ends the session whose panel did not answer here, unless it has answered another node since.</summary>
    private async Task<EndOutcome> EndLockedAsync(DeviceState now, CancellationToken cancellationToken) => await journal.ApplyAsync(
        deviceId, s => IsOurs(s) && s.Open is not { UnlockedAt: not null } ? WalkUpRules.End(s, contexts.At(), now.Open?.Record.Id, EndReason.Error) : NothingEnded(s), cancellationToken);

    /// <summary>
    /// False once another node has taken the device: a process that was held for a while comes back with time-outs that mean nothing any more.
    /// Readings need no such look, their token tells.
    /// </summary>
    private bool IsOurs(DeviceState current) => current.ClaimOwner == contexts.Node;

    private static (DeviceChange Change, EndOutcome Outcome) NothingEnded(DeviceState current) => (new DeviceChange(), new EndOutcome(current, null));

    private bool Took(EndOutcome outcome)
    {
        Update(outcome.After);
        if (outcome.Ended is { } ended)
        {
            panels.Lock(ended);
        }

        return true;
    }

    private async Task<bool> DoneWithinAsync(Task task, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (limit > TimeSpan.Zero)
        {
            await task.WaitAsync(limit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return task.IsCompleted;
    }

    // The timer wakes as everybody else does: no race of tasks whose loser has to be cancelled, on a path that every device with a session walks twice a second.
    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        await using var timer = time.CreateTimer(static runner => ((DeviceRunner)runner!).Wake(), this, wait < LongestStep ? wait : LongestStep, Timeout.InfiniteTimeSpan);
        await signal.Reader.WaitToReadAsync(cancellationToken);
        signal.Reader.TryRead(out _);
    }

    private void Wake() => signal.Writer.TryWrite(true);

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
