using CopyTrack.MfpSimulator.Meters;

namespace CopyTrack.MfpSimulator.Device;

/// <summary>Trays and supplies of one device: they sink with pages.</summary>
internal sealed class Consumables
{
    private readonly LiveMap map;
    private readonly LiveStore store;
    private readonly bool refills;
    private readonly double[] left;

    public Consumables(LiveMap map, LiveStore store, bool refills)
    {
        (this.map, this.store, this.refills) = (map, store, refills);
        left = [.. map.Supplies.Select(s => (double)s.Start)];
        if (map.Trays.Length > 0 && map.Trays.All(t => t.Start == 0)) Fill();
    }

    /// <summary>True when a toner has less than a tenth.</summary>
    public bool IsTonerLow => map.Supplies.Where((s, i) => s.IsToner && left[i] < s.Capacity * 0.1).Any();

    /// <summary>Takes one sheet; false when no tray has paper for it.</summary>
    public bool TakeSheet(PaperSize size)
    {
        if (map.Trays.IsEmpty) return true;
        var fitting = map.Trays.Where(t => t.Size == size).ToArray();
        var tray = (fitting.Length > 0 ? fitting : [.. map.Trays]).LastOrDefault(t => store.Number(t.Slot) > 0);
        if (tray is null) return false;
        store.Set(tray.Slot, store.Number(tray.Slot) - 1);
        return true;
    }

    /// <summary>Uses toner and parts for a sheet.</summary>
    public void Use(WorkUnit sheet)
    {
        for (var i = 0; i < map.Supplies.Length; i++)
        {
            var supply = map.Supplies[i];
            if (supply.ColorOnly && sheet.Color == JobColor.Mono) continue;
            left[i] -= (double)supply.Capacity / supply.Yield * sheet.Sides;
            if (left[i] < 0) left[i] = refills ? supply.Capacity : 0;
            store.Set(supply.Slot, (long)Math.Ceiling(Math.Round(left[i], 6)));
        }
    }

    /// <summary>Every tray full.</summary>
    public void Fill()
    {
        foreach (var tray in map.Trays) store.Set(tray.Slot, tray.Capacity);
    }

    /// <summary>Every tray empty.</summary>
    public void Empty()
    {
        foreach (var tray in map.Trays) store.Set(tray.Slot, 0);
    }

    /// <summary>Every supply full.</summary>
    public void Replace()
    {
        for (var i = 0; i < left.Length; i++) store.Set(map.Supplies[i].Slot, (long)(left[i] = map.Supplies[i].Capacity));
    }
}
