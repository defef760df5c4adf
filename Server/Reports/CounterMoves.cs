using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Server.Reports;

/// <summary>What one step of each counter of a set adds to the columns of reports: worked out once, since a long report asks for it a million times.</summary>
internal sealed class CounterMoves(BaseCounterSet set, PriceList prices)
{
    private readonly PageCounts?[] steps = [.. set.Counters.Select(c => Projection.IsLinear(c) ? Projection.Of(set, c, 0, 1, prices) : (PageCounts?)null)];

    /// <summary>True for a number that the set has a counter of.</summary>
    public bool Has(int counter) => counter >= 0 && counter < steps.Length;

    /// <summary>True when where the counter stood matters, and not only how far it moved.</summary>
    public bool NeedsMeters(int counter) => Has(counter) && steps[counter] is null;

    /// <summary>The counter itself.</summary>
    public BaseCounter this[int counter] => set.Counters[counter];

    /// <summary>The columns of an entry that moved the counter by so much; <paramref name="values"/>, the meters at the end of its interval, are looked at only where they matter.</summary>
    public PageCounts Of(int counter, long delta, ImmutableArray<long?> values)
    {
        if (steps[counter] is { } step)
        {
            return step.Times(delta);
        }

        long end = (counter < values.Length ? values[counter] : null) ?? Math.Abs(delta);
        return delta >= 0 ? Projection.Of(set, set.Counters[counter], end - delta, end, prices) : Projection.Of(set, set.Counters[counter], end, end + delta, prices);
    }
}
