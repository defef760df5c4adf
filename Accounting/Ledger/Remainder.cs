using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Ledger;

/// <summary>
/// The pages of the engine's total that no named part explains (service pages, status pages) as a base counter of their own, so that
/// the parts together are always the meter. It has no OID: its value is total minus parts.
/// </summary>
public static class Remainder
{
    private static readonly ConditionalWeakTable<BaseCounterSet, BaseCounterSet> s_extended = [];

    /// <summary>
    /// Returns <paramref name="set"/> with the computed counter appended when it has a total and parts in pages that count alike; else the set
    /// itself (a total that counts large paper once says nothing beside parts that count it twice).
    /// </summary>
    public static BaseCounterSet Extend(BaseCounterSet set) => s_extended.GetValue(set, static set => Extended(set));

    private static BaseCounterSet Extended(BaseCounterSet set)
    {
        var total = set.Counters.FirstOrDefault(IsPageTotal);
        if (total is null || set.Counters.Any(IsRemainder) || !set.Counters.Any(IsPagePart) || set.Counters.Any(c => IsPagePart(c) && !CanBeTaken(total, c)))
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
    /// ahead of the total is owed by the next pages. Until it was worked out once it is null. It does not wrap when a counter under it does.
    /// </summary>
    public static ImmutableArray<long?> Append(BaseCounterSet extended, ImmutableArray<long?> values, long? before, bool stable)
    {
        if (extended.Counters is not [.., { } last] || !IsRemainder(last) || values.Length == extended.Counters.Length)
        {
            return values;
        }

        if (!stable || Difference(extended, values) is not { } difference)
        {
            return values.Add(before);
        }

        return values.Add(before is { } b ? b + Math.Max(0, Nearest(difference - b, Width(extended))) : difference);
    }

    private static bool IsPageTotal(BaseCounter counter) => counter.Role == CounterRole.Total && counter.Key.Unit is not CounterUnit.Scans;

    /// <summary>True when one page of the part is one in the total as well: the same unit, or paper that every unit counts once.</summary>
    private static bool CanBeTaken(BaseCounter total, BaseCounter part) =>
        part.Key.Unit == total.Key.Unit
        || (part.Key.Size == PageSize.Normal && part.Key.Unit is not CounterUnit.Sheets && total.Key.Unit is not CounterUnit.Sheets);

    /// <summary>Total minus parts; null while one of them is unknown.</summary>
    private static long? Difference(BaseCounterSet extended, ImmutableArray<long?> values)
    {
        var total = extended.Counters.First(IsPageTotal);
        var difference = values[total.Index];
        foreach (var counter in extended.Counters)
        {
            if (IsPagePart(counter))
            {
                difference -= values[counter.Index];
            }
        }

        return difference;
    }

    /// <summary>The width by whose multiples the difference leaps when a counter under it wraps; 0 when none wraps.</summary>
    private static long Width(BaseCounterSet extended)
    {
        long width = 0;
        foreach (var counter in extended.Counters)
        {
            if (counter.Modulus > 0 && (IsPagePart(counter) || IsPageTotal(counter)))
            {
                var (a, b) = (width, counter.Modulus);
                while (b != 0)
                {
                    (a, b) = (b, a % b);
                }

                width = a;
            }
        }

        return width;
    }

    private static long Nearest(long step, long width)
    {
        if (width == 0)
        {
            return step;
        }

        var rest = ((step % width) + width) % width;
        return rest > width / 2 ? rest - width : rest;
    }
}
