using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Profiles;

/// <summary>Cuts a device's pages into disjoint cells: the finest partition of the profile that the device has and that does not exceed the total.</summary>
internal static class BaseSetChooser
{
    // Counters are not read at one instant, and some total is a page behind another on real devices.
    private const long Slack = 20;

    /// <summary>The counters of the ledger, parts first, then facets, then at most one total.</summary>
    public static ImmutableArray<(CounterRole Role, ResolvedCounter Counter)> Choose(MeterProfile profile, ImmutableArray<ResolvedCounter> all)
    {
        var totals = all.Where(c => c.Rule.Role == CounterRole.Total).ToList();
        foreach (var partition in profile.Partitions)
        {
            var parts = Distinct(all.Where(c => c.Rule.Role == CounterRole.Part && c.Rule.In.Contains(partition)));
            var needed = profile.Counters.Where(r => r.Needed && r.In.Contains(partition));
            if (parts.IsEmpty || !needed.All(r => parts.Any(p => p.Rule == r)))
            {
                continue;
            }

            var own = totals.Where(t => profile.Counters.Contains(t.Rule) && Fits(t, parts)).ToList();
            var total = own.FirstOrDefault(t => Closes(t, parts)) ?? totals.FirstOrDefault(t => Fits(t, parts) && Closes(t, parts));
            if (total is not null || own.Count == 0)
            {
                return Assemble(all, partition, parts, total);
            }
        }

        return Assemble(all, null, [], totals.FirstOrDefault());
    }

    private static ImmutableArray<(CounterRole, ResolvedCounter)> Assemble(
        ImmutableArray<ResolvedCounter> all, string? partition, ImmutableArray<ResolvedCounter> cells, ResolvedCounter? total)
    {
        var always = Distinct(all.Where(c => c.Rule is { Role: CounterRole.Part, In.IsEmpty: true }));
        var facets = Distinct(all.Where(c => c.Rule.Role == CounterRole.Facet && (c.Rule.In.IsEmpty || (partition is not null && c.Rule.In.Contains(partition)))));
        return
        [
            .. cells.AddRange(always).Select(c => (CounterRole.Part, c)),
            .. facets.Select(c => (CounterRole.Facet, c)),
            .. total is null ? [] : new[] { (CounterRole.Total, total) },
        ];
    }

    private static bool Fits(ResolvedCounter total, ImmutableArray<ResolvedCounter> parts) =>
        total.Key.Unit == (parts.Any(p => p.Key.Unit == CounterUnit.Equivalents) ? CounterUnit.Equivalents : CounterUnit.Impressions);

    /// <summary>True when the parts do not exceed the total, a total that wrapped before its parts included.</summary>
    private static bool Closes(ResolvedCounter total, ImmutableArray<ResolvedCounter> parts)
    {
        var sum = parts.Where(p => p.Key.Unit != CounterUnit.Scans).Sum(p => p.Value);
        return sum <= total.Value + Slack || (total.Modulus > 0 && sum >= total.Modulus && sum - total.Modulus <= total.Value + Slack);
    }

    private static ImmutableArray<ResolvedCounter> Distinct(IEnumerable<ResolvedCounter> counters) => [.. counters.DistinctBy(c => c.Key)];
}
