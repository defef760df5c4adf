using System.Collections.Concurrent;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Polling;

/// <summary>Reads what idle devices say of themselves, each as often as it is wanted, keeps it, and notices what changed since the last look.</summary>
internal sealed class InventoryReader(
    DeviceCatalog catalog, ISnmpClient client, ProfileLibrary library, InventoryRepository inventories, PollingOptions options, TimeProvider time, ILogger<InventoryReader> logger)
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
        if (catalog.Find(deviceId) is not { Target: { } target } device || await inventories.DueAsync(deviceId, cancellationToken) is not { } wanted)
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
        await ReadAsync(deviceId, target, device.Profile, now, cancellationToken);
    }

    private async Task ReadAsync(long deviceId, SnmpTarget target, string? profile, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            var named = string.IsNullOrEmpty(profile) || library.Find(profile) is not null ? profile : null;
            if (await new DeviceProbe(client, library).RunAsync(target, named, now, limit.Token) is ProbeOutcome.Seen { Report: { Error: null } report })
            {
                await KeepAsync(deviceId, report, now, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            logger.InventorySlow(deviceId);
        }
    }

    private async Task KeepAsync(long deviceId, ProbeReport report, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = await inventories.FindAsync(deviceId, cancellationToken);
        InventoryChangeRow[] changes =
        [
            .. ProbeReport.TryParse(before?.Report) is { } old
                ? InventoryChanges.Between(old, report).Select(c => new InventoryChangeRow { At = now, Kind = (int)c.Kind, Subject = c.Subject, Before = c.Before, After = c.After }) : [],
        ];
        if (await inventories.StoreAsync(deviceId, new InventoryRow { ReadAt = now, Report = report.ToJson() }, before?.ReadAt, changes, cancellationToken) && changes.Length > 0)
        {
            logger.InventoryChanged(deviceId, string.Join(", ", changes.Select(c => ((InventoryChangeKind)c.Kind).ToString())));
        }
    }
}
