using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Fleet;

/// <summary>When supplies of devices run out, by how they were used; for the fleet and alerts alike. It is reckoned with each look at a device and kept beside how the supply stands, as the overview reads it too.</summary>
internal sealed class SupplyForecasts(InventoryRepository inventories)
{
    /// <summary>The forecasts of these devices' supplies as of a day, by device and index; without one where too little was seen, or nothing for as long as levels tell about use.</summary>
    public async Task<IReadOnlyDictionary<(long DeviceId, string Supply), SupplyForecast>> OfAsync(IReadOnlyCollection<long> deviceIds, int today, CancellationToken cancellationToken) =>
        (await inventories.EndsAsync(deviceIds, SupplyTrend.SupplyKind, today - SupplyTrend.HistoryOf(SupplyTrend.SupplyKind), cancellationToken)).ToDictionary(e => (e.DeviceId, e.Supply), e => new SupplyForecast((int)e.LastDay));

    /// <summary>Number of the UTC day, as levels have it.</summary>
    public static int DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime).DayNumber;
}
