using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Polling;

namespace CopyTrack.Server.Fleet;

/// <summary>
/// Brings messages of agents into ledger and inventory, those of one agent in order, shared among nodes by claims. A message is forgotten after all of it is kept; one that was applied in
/// part before a crash is applied again, and the mark in each device's state lets nothing count twice.
/// </summary>
internal sealed class MessageApplier(
    FleetInbox inbox, FleetRepository fleet, FleetDevices devices, IDeviceJournal journal, FleetInventory inventory, IDecisionContexts contexts, ParsedMessages parsed, FleetOptions options, TimeProvider time,
    ILogger<MessageApplier> logger) : BackgroundService
{
    private const int MessagesAtOnce = 8;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Purge = TimeSpan.FromHours(6);

    private readonly AgentLinks links = new(devices, options, time, logger);
    private DateTimeOffset _purged;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            do
            {
                try
                {
                    while (await RoundAsync(stoppingToken) > 0)
                    {
                        // As long as something was there to do.
                    }
                }
                catch (StorageUnavailableException e)
                {
                    logger.ApplyStorage(e.Message);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // One failed round must not end all the next ones.
                    logger.ApplyFailed(e);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>One round; gives how many agents it worked on.</summary>
    internal async Task<int> RoundAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _purged > Purge)
        {
            _purged = now;
            await fleet.PurgeAsync(now - options.RefusalsKept, cancellationToken);
            await inventory.PurgeAsync(now - options.Oldest, cancellationToken);
        }

        var claimed = await inbox.ClaimAsync(contexts.Node, now, options.Lease, options.Parallel, cancellationToken);
        await Task.WhenAll(claimed.Select(due => AgentAsync(due, cancellationToken)));
        return claimed.Count;
    }

    private async Task AgentAsync(DueAgent due, CancellationToken cancellationToken)
    {
        await Task.Yield();
        // In this order no message is of a newer key than the agent's row.
        var messages = await inbox.NextAsync(due.Id, MessagesAtOnce, cancellationToken);
        if (await fleet.GetAsync(due.Id, cancellationToken) is not { } agent)
        {
            return;
        }

        var (applied, again) = (agent.AppliedThrough, (DateTimeOffset?)null);
        foreach (var message in messages)
        {
            // Nothing more comes by a key that was replaced: what is kept of it is applied as it stands.
            var missing = message.Generation == agent.Generation && message.Sequence > applied + 1 ? (First: applied + 1, Last: message.Sequence - 1) : ((long First, long Last)?)null;
            // The agent says which is the lowest number that it still holds: what is below can't come any more.
            if (missing is { } gap && message.First <= gap.Last && message.ReceivedAt + options.GapWait > time.GetUtcNow())
            {
                again = message.ReceivedAt + options.GapWait;
                break;
            }

            if (!await MessageAsync(agent, message, missing, cancellationToken))
            {
                return;
            }

            applied = message.Generation == agent.Generation ? Math.Max(applied, message.Sequence) : applied;
        }

        await inbox.ReleaseAsync(due, contexts.Node, again ?? (messages.Count == MessagesAtOnce ? due.DueAt : null), cancellationToken);
    }

    private async Task<bool> MessageAsync(FleetAgentRow agent, FleetMessageRow row, (long First, long Last)? missing, CancellationToken cancellationToken)
    {
        IReadOnlyCollection<FleetDeviceNews> news = [];
        if (row.Body is { } body)
        {
            var message = parsed.Take(agent.Id, row) ?? await ReadAsync(agent, row, body, cancellationToken);
            // All devices at once: their changes share commits.
            news = [.. (await Task.WhenAll(message?.Devices.Select(d => RecordAsync(agent, row, d, cancellationToken)) ?? [])).OfType<FleetDeviceNews>()];
        }

        if (missing is { } gap)
        {
            logger.MessagesMissing(agent.Id, gap.First, gap.Last);
        }

        return await inbox.AppliedAsync(agent.Id, contexts.Node, options.Lease, row.Generation, row.Sequence, missing, time.GetUtcNow(), news, cancellationToken);
    }

    private async Task<FleetMessage?> ReadAsync(FleetAgentRow agent, FleetMessageRow row, byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            return FleetMessageReader.Read(FleetPacking.Unpack(body));
        }
        catch (FleetFormatException e)
        {
            // It was good when it was taken, by another version of this program.
            logger.MessageRefused(agent.Id, row.Sequence, e.Message);
            await fleet.RefusedAsync(agent.Id, row.Sequence, agent.Address, e.Message, cancellationToken);
            return null;
        }
    }

    private async Task<FleetDeviceNews?> RecordAsync(FleetAgentRow agent, FleetMessageRow row, FleetRecord record, CancellationToken cancellationToken)
    {
        try
        {
            return await KeepAsync(agent, row, record, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or StorageUnavailableException))
        {
            // One device whose values nobody foresaw must hold up neither its neighbours nor the next message; it is told to the administrator.
            if (await fleet.RefusedAsync(agent.Id, row.Sequence, agent.Address, $"device {record.Key}: {e.GetType().Name}", cancellationToken))
            {
                logger.RecordFailed(agent.Id, row.Sequence, e);
            }

            return null;
        }
    }

    private async Task<FleetDeviceNews?> KeepAsync(FleetAgentRow agent, FleetMessageRow row, FleetRecord record, CancellationToken cancellationToken)
    {
        var serial = record.Inventory?.Identity.Serial ?? record.Reading?.Serial;
        var link = await links.OfAsync(agent, new NewFleetDevice(record.Key, serial, record.Inventory?.Identity.Model, record.Inventory?.Identity.Location, record.Address) { Mac = record.Inventory?.Identity.MacAddress, Profile = record.Inventory?.Profile }, cancellationToken);
        if (link is null)
        {
            await fleet.RefusedAsync(agent.Id, row.Sequence, agent.Address, $"device {record.Key}: the agent has {options.MaxDevices} devices, the most that Fleet:MaxDevices allows", cancellationToken);
            return null;
        }

        DateTimeOffset? readAt = null;
        if (record.Reading is { } told)
        {
            var sent = At(told.SentAt);
            var reading = told with { SentAt = sent, At = At(told.At) };
            readAt = reading.At;
            var context = contexts.For(link.DeviceId) with { MeteredOnly = !link.Attended };
            await journal.Bulk.ApplyAsync(link.DeviceId, s => MeteredRules.Take(s, context, agent.Id, row.Generation, row.Sequence, reading), cancellationToken);
        }

        if (record.Inventory is { } report && !link.Monitored)
        {
            await inventory.KeepAsync(link.DeviceId, report, At(record.InventoryAt!.Value), cancellationToken);
        }

        return new FleetDeviceNews(
            record.Key, record.Address, serial, readAt, record.InventoryAt is { } seen ? At(seen) : null, record.SilentSince is { } silent ? At(silent) : null, record.Silent);

        DateTimeOffset At(DateTimeOffset time) => FleetTime.Corrected(time, TimeSpan.FromMilliseconds(row.CorrectionMs), row.ReceivedAt, options.Oldest);
    }
}
