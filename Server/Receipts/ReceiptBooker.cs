using System.Collections.Concurrent;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;
using CopyTrack.Server.WalkUp;

namespace CopyTrack.Server.Receipts;

/// <summary>
/// Books receipts once the meters have shown their time: a moment after they came, reads the device, and lets the rules claim their pages. What waits longer is
/// found in the database, by any node.
/// </summary>
internal sealed class ReceiptBooker(
    ReceiptRepository rows, AccountNames names, IDeviceJournal journal, IDeviceMeters meters, LiveDevices live, DecisionContexts contexts, TimeProvider time, ILogger<ReceiptBooker> logger, PriceGroups? groups = null)
    : BackgroundService, IReceiptBooking
{
    private const int MostDue = 20_000, AtOnce = 200, Tries = 5, Parallel = 8, MostFound = 2_000;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250), Look = TimeSpan.FromSeconds(30), FirstAgain = TimeSpan.FromSeconds(3), LongestAgain = TimeSpan.FromMinutes(5), Old = TimeSpan.FromSeconds(10), ConfirmAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, DateTimeOffset> due = new();
    private readonly ConcurrentDictionary<long, int> misses = new();
    private readonly SemaphoreSlim slots = new(Parallel);

    /// <inheritdoc/>
    public void Wake(long deviceId, DateTimeOffset now)
    {
        if (due.Count < MostDue)
        {
            due.TryAdd(deviceId, now + TimeSpan.FromMilliseconds(live.StateOf(deviceId)?.LagMs ?? new DeviceState { DeviceId = deviceId }.LagMs));
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        slots.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        var looked = DateTimeOffset.MinValue;
        while (await NextAsync(timer, stoppingToken))
        {
            var now = contexts.Now;
            try
            {
                if (now - looked >= Look)
                {
                    looked = now;
                    foreach (var device in await rows.WaitingDevicesAsync(now - Old, MostFound, stoppingToken))
                    {
                        due.TryAdd(device, now);
                    }
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One failed look does not stop the next.
                logger.LookFailed(e);
            }

            foreach (var (device, at) in due.Where(d => d.Value <= now).OrderBy(d => d.Value).ToList())
            {
                await slots.WaitAsync(stoppingToken);
                due.TryRemove(KeyValuePair.Create(device, at));
                _ = RunAsync(device, stoppingToken);
            }
        }
    }

    /// <summary>Books what can be booked of one device now; returns when to look again, null when nothing waits.</summary>
    internal async Task<DateTimeOffset?> BookAsync(long deviceId, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            var waiting = await rows.WaitingAsync(deviceId, AtOnce, cancellationToken);
            if (waiting.Count == 0)
            {
                return null;
            }

            var state = await ShownAsync(deviceId, waiting[^1].To, cancellationToken);
            List<StoredReceipt> ready = state is null ? [] : [.. waiting.Where(r => ReceiptRules.IsShown(state, r.To))];
            if (ready.Count == 0)
            {
                var shown = waiting[0].To + TimeSpan.FromMilliseconds(state?.LagMs ?? 0);
                return shown > contexts.Now ? shown : contexts.Now + Later(misses.AddOrUpdate(deviceId, 1, (_, n) => n + 1));
            }

            if (await BookAsync(state!, ready, cancellationToken) && ready.Count == waiting.Count && waiting.Count < AtOnce)
            {
                return null;
            }
        }

        return contexts.Now + Tick;
    }

    /// <summary>Sooner at first, for a reading may have lost a race with another; ever later for a device that does not answer.</summary>
    private static TimeSpan Later(int misses)
    {
        var pause = FirstAgain * Math.Pow(2, Math.Min(misses - 1, 10));
        return pause < LongestAgain ? pause : LongestAgain;
    }

    /// <summary>True when all were closed; false when the device's ledger changed meanwhile.</summary>
    private async Task<bool> BookAsync(DeviceState state, List<StoredReceipt> ready, CancellationToken cancellationToken)
    {
        var receipts = new List<WaitingReceipt>(ready.Count);
        foreach (var r in ready)
        {
            var owner = await names.OwnerAsync(r.OrgId, state.DeviceId, r.Receipt, cancellationToken);
            var (from, to) = ReceiptTimes.Within(owner, r.From, r.To);
            receipts.Add(new WaitingReceipt(r.Id, r.Receipt, from, to, r.ReceivedAt, owner));
        }

        var intervals = await rows.IntervalsAsync(
            state.DeviceId, receipts.Min(r => r.From) - ReceiptRules.Nearby, receipts.Max(r => r.To) + ReceiptRules.Nearby, cancellationToken);
        var named = groups is null ? null
            : await groups.OfAsync(receipts.Select(r => r.Owner.PersonId).Concat(intervals.SelectMany(i => i.Live.Select(e => e.PersonId))).OfType<long>(), cancellationToken);
        var (after, closed) = await journal.ApplyAsync(
            state.DeviceId,
            s =>
            {
                // Entries that came or went since they were looked at would be missed or taken back twice.
                if (s.Reversals != state.Reversals || s.EntrySeq != state.EntrySeq || s.Epoch != state.Epoch)
                {
                    return (new DeviceChange(), (s, 0));
                }

                var (change, outcome) = ReceiptRules.Book(s, contexts.At() with { PriceGroups = named }, intervals, receipts);
                return (change, (outcome.After, outcome.Closed.Length));
            },
            cancellationToken);
        if (live.IsLive(state.DeviceId))
        {
            live.Follow(after);
        }

        return closed == receipts.Count;
    }

    /// <summary>The device's state with a border late enough for <paramref name="to"/>, reading it when needed; the state as it is when that can't be had now.</summary>
    private async Task<DeviceState?> ShownAsync(long deviceId, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var state = await journal.ReadAsync(deviceId, cancellationToken);
        if (state is not null && (ReceiptRules.IsShown(state, to) || contexts.Now < to + TimeSpan.FromMilliseconds(state.LagMs)))
        {
            return state;
        }

        var trigger = ReadingTrigger.Receipt;
        for (var tries = 0; tries < 2; tries++)
        {
            switch (await meters.ReadAsync(deviceId, trigger, state?.ClaimToken ?? 0, cancellationToken))
            {
                case MeterRead.Taken taken:
                    var outcome = await journal.ApplyAsync(
                        deviceId, s => WalkUpRules.Reading(s, contexts.For(deviceId), taken.Reading with { Trigger = ReadingTrigger.Receipt }), cancellationToken);
                    state = outcome.After;
                    if (live.IsLive(deviceId))
                    {
                        live.Follow(state);
                    }

                    if (outcome.Verdict != ReadingVerdict.Unconfirmed)
                    {
                        return state;
                    }

                    trigger = ReadingTrigger.Confirm;
                    await Task.Delay(ConfirmAfter, time, cancellationToken);
                    break;
                case MeterRead.Failed failed:
                    logger.BookingWaits(deviceId, failed.Reason);
                    return state;
                default:
                    throw new InvalidOperationException("a meter read without a case");
            }
        }

        return state;
    }

    private async Task RunAsync(long deviceId, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            if (await BookAsync(deviceId, cancellationToken) is { } again)
            {
                due.TryAdd(deviceId, again);
            }
            else
            {
                misses.TryRemove(deviceId, out _);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; what waits stands in the database.
        }
        catch (Exception e)
        {
            // One device must not stop the booking of the others; the next look finds it again.
            logger.BookingFailed(deviceId, e);
        }
        finally
        {
            slots.Release();
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
