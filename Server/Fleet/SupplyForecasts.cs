using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Fleet;

/// <summary>When supplies of devices run out, by how they were used; for the fleet and alerts alike. The overview reads what <see cref="InventoryRepository"/> keeps of the same rule.</summary>
internal sealed class SupplyForecasts(InventoryRepository inventories)
{
    /// <summary>The forecasts of these devices' supplies as of a day, by device and index; without one where too little was seen.</summary>
    public async Task<IReadOnlyDictionary<(long DeviceId, string Supply), SupplyForecast>> OfAsync(IReadOnlyCollection<long> deviceIds, int today, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(long, string), SupplyForecast>();
        foreach (var supply in (await inventories.LevelsAsync(deviceIds, SupplyTrend.SupplyKind, today - SupplyTrend.HistoryOf(SupplyTrend.SupplyKind), cancellationToken)).GroupBy(l => (l.DeviceId, l.Supply)))
        {
            if (SupplyTrend.Forecast([.. supply.Select(l => ((int)l.Day, (int)l.Percent))]) is { } forecast)
            {
                found[supply.Key] = forecast;
            }
        }

        return found;
    }

    /// <summary>Number of the UTC day, as levels have it.</summary>
    public static int DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime).DayNumber;
}
