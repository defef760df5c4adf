using System.Collections.Concurrent;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Polling;

/// <summary>Reads what idle devices say of themselves, each as often as it is wanted, keeps it, and notices what changed since the last look.</summary>
internal sealed class InventoryReader(
    DeviceCatalog catalog, DeviceAddresses addresses, ISnmpClient client, ProfileLibrary library, InventoryRepository inventories, PollingOptions options, TimeProvider time, ILogger<InventoryReader> logger)
{
    // Far more than a device that answers needs; one that stops in the middle holds a place among those that are read.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<long, DateTimeOffset> due = new();

    /// <summary>Reads the device if its time has come. Never throws for what the device does.</summary>
    public async Task ReadWhenDueAsync(long deviceId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (due.TryGetValue(deviceId, out var next) && now < next)
        {
            return;
        }

        // Whatever comes of it, the next look at the database is some time away.
        due[deviceId] = now + options.Idle;
        if (catalog.Find(deviceId) is not { } device || await inventories.DueAsync(deviceId, cancellationToken) is not { } wanted)
        {
            return;
        }

        var interval = wanted.Seconds is { } own ? TimeSpan.FromSeconds(own) : options.Inventory;
        if (interval <= TimeSpan.Zero)
        {
            due[deviceId] = now + TimeSpan.FromHours(1);
            return;
        }

        if (wanted.ReadAt is { } readAt && readAt + interval > now)
        {
            due[deviceId] = readAt + interval;
            return;
        }

        due[deviceId] = now + interval;
        await ReadAsync(device, now, cancellationToken);
    }

    /// <summary>Reads the device whatever its turn is; null when it was kept, else why not in words for an administrator. Never throws for what the device does.</summary>
    public async Task<string?> ReadNowAsync(long deviceId, CancellationToken cancellationToken)
    {
        if (catalog.Find(deviceId) is null)
        {
            await catalog.LoadAsync(cancellationToken);
        }

        return catalog.Find(deviceId) is { } device ? await ReadAsync(device, time.GetUtcNow(), cancellationToken) : "the device is not metered";
    }

    private async Task<string?> ReadAsync(MeteredDevice device, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (found, fault) = await addresses.OfAsync(device, cancellationToken);
        if (found is not { } target)
        {
            return fault;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            var named = string.IsNullOrEmpty(device.Profile) || library.Find(device.Profile) is not null ? device.Profile : null;
            switch (await new DeviceProbe(client, library).RunAsync(target, named, now, limit.Token))
            {
                case ProbeOutcome.Seen { Report: { Error: null } report }:
                    await KeepAsync(device.Id, report, now, cancellationToken);
                    return null;
                case ProbeOutcome.Unreachable unreachable:
                    addresses.Silent(device, target.Address);
                    return unreachable.Reason;
                default:
                    return "the device answers but is no printer";
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            logger.InventorySlow(device.Id);
            return "the device took too long to tell its inventory";
        }
    }

    private async Task KeepAsync(long deviceId, ProbeReport report, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = await inventories.FindAsync(deviceId, cancellationToken);
        var news = InventoryNews.Of(deviceId, before, report, now, options.SupplyLowPercent);
        if (await inventories.StoreAsync(deviceId, new InventoryRow { ReadAt = now, Report = report.ToJson(), Trouble = DeviceTrouble.Of(report) }, before?.ReadAt, news.Changes, news.Events, news.Levels, cancellationToken) && news.Changes.Count > 0)
        {
            logger.InventoryChanged(deviceId, string.Join(", ", news.Changes.Select(c => ((InventoryChangeKind)c.Kind).ToString())));
        }
    }
}
