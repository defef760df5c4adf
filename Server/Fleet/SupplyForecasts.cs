using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Fleet;

/// <summary>When supplies of devices run out, by how they were used.</summary>
internal sealed class SupplyForecasts(InventoryRepository inventories, TimeProvider time)
{
    private static readonly TimeSpan History = TimeSpan.FromDays(180);

    /// <summary>The forecasts of these devices' supplies, by device and index; without one where too little was seen.</summary>
    public async Task<IReadOnlyDictionary<(long DeviceId, string Supply), RunOutForecast>> OfAsync(IReadOnlyCollection<long> deviceIds, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var levels = await inventories.LevelsAsync(deviceIds, now - History, cancellationToken);
        var found = new Dictionary<(long, string), RunOutForecast>();
        foreach (var supply in levels.GroupBy(l => (l.DeviceId, l.Supply)))
        {
            if (RunOut.Of([.. supply.Select(l => new SupplyLevel(l.At, (int)l.Percent))], now) is { } forecast)
            {
                found[supply.Key] = forecast;
            }
        }

        return found;
    }
}
