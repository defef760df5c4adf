using System.Collections.Immutable;

namespace CopyTrack.Accounting.Inventory;

/// <summary>A supply that has become low: its name for people, kind, colour if it has one, and what is left in per cent.</summary>
public sealed record LowSupply(string Name, string Kind, string? Color, int Percent);

/// <summary>Which supplies have become low between two looks at one device.</summary>
public static class SupplyLevels
{
    /// <summary>
    /// Supplies of <paramref name="after"/> at or below <paramref name="percent"/> that were not so in <paramref name="before"/> (null: the first look). Waste containers are left out, because makers count
    /// them either way; so is what tells no percentage.
    /// </summary>
    public static ImmutableArray<LowSupply> Fallen(ProbeReport? before, ProbeReport after, int percent) =>
    [
        .. after.Supplies.Where(s => s.Percent <= percent && !s.Kind.StartsWith("waste", StringComparison.Ordinal) && !WasLow(before, s, percent))
            .Select(s => new LowSupply(SupplyText.Plain(s), s.Kind, s.Color, s.Percent!.Value)),
    ];

    private static bool WasLow(ProbeReport? before, Supply supply, int percent) =>
        before?.Supplies.FirstOrDefault(s => s.Index == supply.Index && s.Kind == supply.Kind && s.Color == supply.Color)?.Percent <= percent;
}
