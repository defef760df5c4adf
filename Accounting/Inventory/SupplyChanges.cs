using System.Collections.Immutable;

namespace CopyTrack.Accounting.Inventory;

/// <summary>Which levels of supplies are worth keeping.</summary>
public static class SupplyChanges
{
    /// <summary>Index and level of each supply whose level is known and is another than in the report before, or all of them when there is none.</summary>
    public static ImmutableArray<(string Supply, int Percent)> Between(ProbeReport? before, ProbeReport report)
    {
        var known = (before?.Supplies ?? []).Where(s => s.Percent is not null).GroupBy(s => s.Index).ToDictionary(g => g.Key, g => g.First().Percent);
        return [.. report.Supplies.Where(s => s.Percent is >= 0 and <= 100 && known.GetValueOrDefault(s.Index) != s.Percent).DistinctBy(s => s.Index).Select(s => (s.Index, s.Percent!.Value))];
    }
}
