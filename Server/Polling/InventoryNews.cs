using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Polling;

/// <summary>What a new inventory tells beside the one of before: what changed on the device, events for others, and levels of supplies and trays to remember.</summary>
internal sealed record InventoryNews(IReadOnlyList<InventoryChangeRow> Changes, IReadOnlyList<DeviceEvent> Events, IReadOnlyList<DayLevel> Levels)
{
    /// <summary>Topic of the event that a supply has become low.</summary>
    public const string SupplyLow = "supply.low";

    /// <summary>Compares; <paramref name="lowPercent"/> is what counts as low, 0 for nothing.</summary>
    public static InventoryNews Of(long deviceId, InventoryRow? before, ProbeReport report, DateTimeOffset at, int lowPercent)
    {
        var old = ProbeReport.TryParse(before?.Report);
        return new InventoryNews(
            old is null ? [] : [.. InventoryChanges.Between(old, report).Select(c => new InventoryChangeRow { At = at, Kind = (int)c.Kind, Subject = c.Subject, Before = c.Before, After = c.After })],
            lowPercent == 0 ? [] : [.. SupplyLevels.Fallen(old, report, lowPercent).Select(s => new DeviceEvent(SupplyLow, deviceId, at, Data(s)))],
            SupplyTrend.News(old, before?.ReadAt, report, at));
    }

    private static ImmutableDictionary<string, string> Data(LowSupply supply)
    {
        var data = ImmutableDictionary<string, string>.Empty.Add("supply", supply.Name).Add("kind", supply.Kind).Add("percent", supply.Percent.ToString(CultureInfo.InvariantCulture));
        return supply.Color is { } color ? data.Add("color", color) : data;
    }
}
