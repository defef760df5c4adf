using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Profiles;

/// <summary>Why a counter that a device gives is not used.</summary>
public enum UnusedReason
{
    /// <summary>Its meaning is not sure, and the device's sums do not prove it.</summary>
    Candidate,

    /// <summary>It says more than the engine has made in all.</summary>
    ContradictsTotal,

    /// <summary>Another counter means the same.</summary>
    SameMeaning,

    /// <summary>It begins anew whenever the device is switched on.</summary>
    SincePowerOn,
}

/// <summary>A counter that is shown but not used.</summary>
internal sealed record UnusedCounter(ResolvedCounter Counter, UnusedReason Reason);

/// <summary>Parts a device's counters into those that may be used and those that may not.</summary>
internal static class CounterSelection
{
    // Counters are read one after the other while the engine runs.
    private const long Slack = 20;

    // Sums of a young device prove nothing.
    private const long LeastProof = 100;

    // Originals may far outnumber pages (seen: three times on an MFP that mostly scans), but not like this.
    private const long MostScansForEachPage = 100;

    /// <summary>The usable counters in their order, and the others with the reason.</summary>
    public static (ImmutableArray<ResolvedCounter> Usable, ImmutableArray<UnusedCounter> Unused) Choose(MeterProfile profile, ImmutableArray<ResolvedCounter> all)
    {
        var trusted = all.Where(c => c.Rule is { Role: CounterRole.Total, Candidate: false }).ToList();
        var unused = ImmutableArray.CreateBuilder<UnusedCounter>();
        var sides = trusted.Where(t => t.Key.Unit != CounterUnit.Sheets).ToList();
        var proven = profile.Partitions.Where(p => Proves(sides, Parts(all, p))).ToHashSet();
        var usable = ImmutableArray.CreateBuilder<ResolvedCounter>();
        // A sheet has two sides, and no device says which it means beyond all doubt.
        var most = trusted.Select(t => t.Key.Unit == CounterUnit.Sheets ? 2 * t.Value : t.Value).DefaultIfEmpty(-1).Max();
        foreach (var counter in all)
        {
            UnusedReason? reason = counter.Rule.Candidate && !IsProven(counter, sides, proven) ? UnusedReason.Candidate
                : most >= 0 && Contradicts(counter, most) ? UnusedReason.ContradictsTotal
                : null;
            if (reason is { } why)
            {
                unused.Add(new UnusedCounter(counter, why));
            }
            else
            {
                usable.Add(counter);
            }
        }

        return (usable.ToImmutable(), unused.ToImmutable());
    }

    private static List<ResolvedCounter> Parts(ImmutableArray<ResolvedCounter> all, string partition) =>
        [.. all.Where(c => c.Rule.Role == CounterRole.Part && c.Rule.In.Contains(partition) && c.Key.Unit != CounterUnit.Scans)];

    /// <summary>Two or more parts that moved and together are what the engine made.</summary>
    private static bool Proves(List<ResolvedCounter> totals, List<ResolvedCounter> parts) =>
        parts.Count(p => p.Value > 0) >= 2 && totals.Any(t => Same(t.Value, parts.Sum(p => p.Value)));

    private static bool IsProven(ResolvedCounter counter, List<ResolvedCounter> totals, HashSet<string> partitions) =>
        counter.Rule.Role == CounterRole.Total ? totals.Any(t => Same(t.Value, counter.Value)) : counter.Rule.In.Any(partitions.Contains);

    private static bool Same(long total, long value) => total >= LeastProof && Math.Abs(total - value) <= Slack;

    private static bool Contradicts(ResolvedCounter counter, long most) => counter.Key.Unit switch
    {
        CounterUnit.Scans => counter.Value > (most * MostScansForEachPage) + 10_000,
        CounterUnit.Equivalents => counter.Value > (2 * most) + Slack,
        _ => counter.Value > most + Math.Max(Slack, most / 100),
    };
}
