using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Polling;

namespace CopyTrack.Server.Fleet;

/// <summary>Keeps what agents say that devices are, where the server keeps what it finds out itself, and notices what changed.</summary>
internal sealed class FleetInventory(InventoryRepository inventories, PollingOptions options)
{
    /// <summary>Keeps a report unless a newer one is kept.</summary>
    public async Task KeepAsync(long deviceId, ProbeReport report, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var before = await inventories.FindAsync(deviceId, cancellationToken);
        if (before is not null && before.ReadAt >= at)
        {
            return;
        }

        var news = InventoryNews.Of(deviceId, before, report, at, options.SupplyLowPercent);
        await inventories.StoreAsync(deviceId, new InventoryRow { ReadAt = at, Report = report.ToJson(), Trouble = DeviceTrouble.Of(report) }, before?.ReadAt, news.Changes, news.Events, news.Levels, cancellationToken);
    }

    /// <summary>Forgets levels of supplies before a time.</summary>
    public Task PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken) => inventories.PurgeLevelsAsync(DateOnly.FromDateTime(before.UtcDateTime).DayNumber, cancellationToken);
}
