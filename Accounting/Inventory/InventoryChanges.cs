using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Accounting.Inventory;

/// <summary>What two looks at one device show to have changed between them.</summary>
public enum InventoryChangeKind
{
    /// <summary>Another serial number answers.</summary>
    Serial,

    /// <summary>A supply was replaced or filled.</summary>
    Supply,

    /// <summary>Other firmware runs.</summary>
    Firmware,
}

/// <summary>One change: what it is about (a supply's description, else empty), and the value before and after.</summary>
public sealed record InventoryChange(InventoryChangeKind Kind, string Subject, string? Before, string? After);

/// <summary>Compares two looks at one device. What one of them does not tell is no change.</summary>
public static class InventoryChanges
{
    // A device that knows only tenths goes up and down by one of them; nobody replaces a cartridge for less than two.
    private const int LeastRise = 20;

    /// <summary>The changes from <paramref name="before"/> to <paramref name="after"/>.</summary>
    public static ImmutableArray<InventoryChange> Between(ProbeReport before, ProbeReport after)
    {
        var changes = ImmutableArray.CreateBuilder<InventoryChange>();
        var otherDevice = Differ(before.Identity.Serial, after.Identity.Serial);
        if (otherDevice)
        {
            changes.Add(new InventoryChange(InventoryChangeKind.Serial, "", before.Identity.Serial, after.Identity.Serial));
        }

        if (Differ(before.Identity.Firmware, after.Identity.Firmware))
        {
            changes.Add(new InventoryChange(InventoryChangeKind.Firmware, "", before.Identity.Firmware, after.Identity.Firmware));
        }

        // Another device brings its own supplies along.
        foreach (var supply in otherDevice ? [] : after.Supplies)
        {
            if (before.Supplies.FirstOrDefault(s => s.Index == supply.Index && s.Kind == supply.Kind && s.Color == supply.Color) is { } old && Replaced(old, supply) is { } change)
            {
                changes.Add(change);
            }
        }

        return changes.ToImmutable();
    }

    /// <summary>Another serial number in the description (seen: Xerox AltaLink), or a level that rose. Waste containers are left out: makers count them either way.</summary>
    private static InventoryChange? Replaced(Supply old, Supply supply)
    {
        var (oldNumber, number) = (SupplyText.SerialIn(old.Description), SupplyText.SerialIn(supply.Description));
        return Differ(oldNumber, number) ? new InventoryChange(InventoryChangeKind.Supply, SupplyText.Plain(supply), oldNumber, number)
            : !supply.Kind.StartsWith("waste", StringComparison.Ordinal) && supply.Percent - old.Percent >= LeastRise
                ? new InventoryChange(InventoryChangeKind.Supply, SupplyText.Plain(supply), Percent(old), Percent(supply))
                : null;
    }

    private static string Percent(Supply supply) => string.Create(CultureInfo.InvariantCulture, $"{supply.Percent} %");

    private static bool Differ(string? before, string? after) => before is not null && after is not null && before != after;
}
