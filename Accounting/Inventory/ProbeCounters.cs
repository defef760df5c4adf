using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;

namespace CopyTrack.Accounting.Inventory;

/// <summary>Counters as the report shows them.</summary>
internal static class ProbeCounters
{
    /// <summary>True for a sum over rows of unknown size: no counter that anybody can read, since it is not "any size".</summary>
    public static bool IsPartial(ResolvedCounter counter) => counter.Rule.BySize.Length > 0 && counter.Key.Size == PageSize.Any;

    /// <summary>One row for each meaning: those that are counted, then those that follow from them.</summary>
    public static ImmutableArray<ProbeCounter> Shown(ImmutableArray<ResolvedCounter> counted, ImmutableArray<DerivedCounter> derived) =>
    [
        .. counted.Select(c =>
        {
            var oids = Oids(c);
            return Row(c.Key, c.Value, oids is [var only] ? only : null) with { DerivedFrom = oids.Count == 1 ? null : oids, Derived = c.Terms.Any(t => t.Subtracted) };
        }),
        .. derived.Select(d => Row(d.Key, d.Value, null) with
        {
            Derived = true, DerivedFrom = [.. Oids(d.From), .. Oids(d.Less).Select(o => "-" + o)],
        }),
    ];

    /// <summary>What is read but not used: candidates, contradictions, a second counter of the same meaning, counts since power-on.</summary>
    public static ImmutableArray<OtherCounter> Others(ImmutableArray<UnusedCounter> unused, ImmutableArray<ResolvedCounter> doubles, MibView view)
    {
        var others = ImmutableArray.CreateBuilder<OtherCounter>();
        others.AddRange(unused.Select(u => Other(u.Counter, u.Reason)));
        others.AddRange(doubles.Where(d => !IsPartial(d)).Select(d => Other(d, UnusedReason.SameMeaning)));
        foreach (var row in view.Rows(StandardMib.MarkerPowerOnCount))
        {
            if (row.Value.AsInteger is >= 0 and var value)
            {
                others.Add(new OtherCounter(
                    PageFunction.Total, PageColor.Any, PageSize.Any, PageSides.Any,
                    view[StandardMib.MarkerUnit.Append(row.Oid.After(StandardMib.MarkerPowerOnCount))]?.AsInteger == 8 ? CounterUnit.Sheets : CounterUnit.Impressions,
                    value, [row.Oid.ToString()], UnusedReason.SincePowerOn));
            }
        }

        return others.ToImmutable();
    }

    private static List<string> Oids(ResolvedCounter counter) => [.. counter.Terms.Select(t => t.ToString())];

    private static ProbeCounter Row(CounterKey key, long value, string? oid) => new(key.Function, key.Color, key.Size, key.Sides, key.Unit, value, oid);

    private static OtherCounter Other(ResolvedCounter counter, UnusedReason reason)
    {
        var key = counter.Key;
        return new OtherCounter(key.Function, key.Color, key.Size, key.Sides, key.Unit, counter.Value, [.. Oids(counter)], reason);
    }
}
