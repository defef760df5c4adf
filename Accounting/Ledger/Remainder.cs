using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Ledger;

/// <summary>
/// The pages of the engine's total that no named part explains (service pages, status pages) as a base counter of their own, so that
/// the parts together are always the meter. It has no OID: its value is total minus parts.
/// </summary>
public static class Remainder
{
    /// <summary>Returns <paramref name="set"/> with the computed counter appended when it has a total and parts in pages; else the set itself.</summary>
    public static BaseCounterSet Extend(BaseCounterSet set)
    {
        var total = set.Counters.FirstOrDefault(c => c.Role == CounterRole.Total);
        if (total is null || set.Counters.Any(IsRemainder) || !set.Counters.Any(IsPagePart))
        {
            return set;
        }

        var remainder = new BaseCounter
        {
            Index = set.Counters.Length,
            Key = new CounterKey(PageFunction.Other, PageColor.Any, PageSize.Any, PageSides.Any, total.Key.Unit),
            Role = CounterRole.Part,
            Oids = [],
        };
        return set with { Counters = set.Counters.Add(remainder) };
    }

    /// <summary>True for the computed counter.</summary>
    public static bool IsRemainder(BaseCounter counter) =>
        counter.Role == CounterRole.Part && counter.Key.Function == PageFunction.Other && counter.Oids.IsEmpty;

    /// <summary>True for a counter whose movements are posted: all but a total whose parts are.</summary>
    public static bool IsPosted(BaseCounterSet set, BaseCounter counter) => counter.Role != CounterRole.Total || !set.Counters.Any(IsPagePart);

    /// <summary>True for a part that counts pages on paper (not scans, not pages faxed away).</summary>
    public static bool IsPagePart(BaseCounter counter) =>
        counter.Role == CounterRole.Part && counter.Key.Unit is not CounterUnit.Scans && !IsRemainder(counter);

    /// <summary>The values without the remainder.</summary>
    public static ImmutableArray<long?> Strip(BaseCounterSet extended, ImmutableArray<long?> values) =>
        extended.Counters is [.., { } last] && IsRemainder(last) ? values.RemoveAt(last.Index) : values;

    /// <summary>
    /// Returns <paramref name="values"/> (of the set before <see cref="Extend"/>) with the remainder appended. It is worked out only when
    /// <paramref name="stable"/>: while counters follow each other it would show pages that are none. It never falls: what the parts run
    /// ahead of the total is owed by the next pages. Until it was worked out once it is null.
    /// </summary>
    public static ImmutableArray<long?> Append(BaseCounterSet extended, ImmutableArray<long?> values, long? before, bool stable)
    {
        if (values.Length == extended.Counters.Length)
        {
            return values;
        }

        long? remainder = before;
        if (stable || before is null)
        {
            long sum = 0;
            var known = true;
            foreach (var counter in extended.Counters)
            {
                if (IsRemainder(counter))
                {
                    continue;
                }

                if (counter.Role == CounterRole.Total)
                {
                    known &= values[counter.Index] is not null;
                    sum += values[counter.Index] ?? 0;
                }
                else if (IsPagePart(counter))
                {
                    known &= values[counter.Index] is not null;
                    sum -= values[counter.Index] ?? 0;
                }
            }

            if (known)
            {
                remainder = before is { } b ? Math.Max(b, sum) : sum;
            }
        }

        return values.Add(remainder);
    }
}
