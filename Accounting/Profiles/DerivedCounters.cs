using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Profiles;

/// <summary>A counter that no object holds but that follows from two that the device has: <see cref="From"/> minus <see cref="Less"/>.</summary>
internal sealed record DerivedCounter(CounterKey Key, long Value, ResolvedCounter From, ResolvedCounter Less);

/// <summary>Works out normal paper (all minus large) and two-sided sheets (sides minus sheets) where the device counts both but not these.</summary>
internal static class DerivedCounters
{
    /// <summary>The derived counters of these, none for a key that is counted; a difference below zero is left out.</summary>
    public static ImmutableArray<DerivedCounter> From(MeterProfile profile, ImmutableArray<ResolvedCounter> counters)
    {
        var known = counters.DistinctBy(c => c.Key).ToDictionary(c => c.Key);
        var derived = ImmutableArray.CreateBuilder<DerivedCounter>();
        foreach (var (key, counter) in known)
        {
            if ((Normal(key) ?? TwoSided(key)) is { } found && found.Value >= 0 && !known.ContainsKey(found.Key))
            {
                derived.Add(found);
            }

            DerivedCounter? Normal(CounterKey large) =>
                !profile.SizesUnsure && large is { Size: PageSize.Large, Unit: CounterUnit.Impressions, Sides: PageSides.Any } && known.TryGetValue(large with { Size = PageSize.Any }, out var all)
                    ? new DerivedCounter(large with { Size = PageSize.Normal }, all.Value - counter.Value, all, counter) : null;

            DerivedCounter? TwoSided(CounterKey sheets)
            {
                if (sheets is not { Unit: CounterUnit.Sheets, Sides: PageSides.Any })
                {
                    return null;
                }

                var twoSided = sheets with { Sides = PageSides.Duplex };
                return known.TryGetValue(sheets with { Unit = CounterUnit.Impressions }, out var sides) ? new DerivedCounter(twoSided, sides.Value - counter.Value, sides, counter)
                    // Large paper counts twice in equivalents and once in sheets.
                    : sheets.Size == PageSize.Large && known.TryGetValue(sheets with { Unit = CounterUnit.Equivalents }, out var twice) ? new DerivedCounter(twoSided, (twice.Value / 2) - counter.Value, twice, counter)
                    : null;
            }
        }

        return derived.ToImmutable();
    }
}
