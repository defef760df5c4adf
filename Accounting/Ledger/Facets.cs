using System.Runtime.CompilerServices;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Ledger;

/// <summary>
/// Which facets of a set may be believed for which parts. A facet counts in the projection only when every part that it touches is covered
/// whole by facets of its kind; of two that look at the same pages the one of a named function is taken, and sheets before two-sided work.
/// </summary>
internal static class Facets
{
    private static readonly ConditionalWeakTable<BaseCounterSet, Answers> s_answers = [];

    public static bool IsLarge(BaseCounter c) => c.Key.Size == PageSize.Large && c.Key is { Sides: PageSides.Any, Unit: CounterUnit.Impressions or CounterUnit.Equivalents };

    public static bool IsSheets(BaseCounter c) => c.Key is { Unit: CounterUnit.Sheets, Sides: PageSides.Any };

    public static bool IsDuplex(BaseCounter c) => c.Key is { Sides: PageSides.Duplex, Unit: not CounterUnit.Scans };

    /// <summary>The pages of a set: its page parts, or its total where it has none. These are what facets look at.</summary>
    public static IEnumerable<BaseCounter> Pages(BaseCounterSet set) =>
        set.Counters.Any(Remainder.IsPagePart) ? set.Counters.Where(Remainder.IsPagePart) : set.Counters.Where(c => c.Role == CounterRole.Total);

    public static bool LargeKnown(BaseCounterSet set, BaseCounter part) =>
        Remembered(set, part, static a => a.Large, static (s, p) => Covered(s, p, IsLarge, sizes: false));

    /// <summary>True when sheets say how many leaves the part's pages took.</summary>
    public static bool SheetsKnown(BaseCounterSet set, BaseCounter part) => Remembered(
        set, part, static a => a.Sheets, static (s, p) => p.Key.Unit != CounterUnit.Sheets && p.Key.Sides == PageSides.Any && Covered(s, p, IsSheets, sizes: true));

    /// <summary>True when a two-sided counter says it, and no sheet counter has a say in any page of that counter.</summary>
    public static bool DuplexKnown(BaseCounterSet set, BaseCounter part) => Remembered(
        set, part, static a => a.Duplex,
        static (s, p) => p.Key.Unit != CounterUnit.Sheets && p.Key.Sides == PageSides.Any && Covered(s, p, c => IsDuplex(c) && !Pages(s).Any(o => Touches(c, o) && SheetsKnown(s, o)), sizes: true));

    /// <summary>True when the facet takes part in the projection for the kind that <paramref name="known"/> asks about.</summary>
    public static bool Counts(BaseCounterSet set, BaseCounter facet, Func<BaseCounter, bool> kind, Func<BaseCounterSet, BaseCounter, bool> known) =>
        Named(set, facet, kind) && Pages(set).Any(p => Touches(facet, p)) && Pages(set).Where(p => Touches(facet, p)).All(p => known(set, p));

    /// <summary>True when pages of the part may be among what the facet counts.</summary>
    public static bool Touches(BaseCounter facet, BaseCounter part) =>
        (facet.Key.Function == PageFunction.Total || facet.Key.Function == part.Key.Function)
        && (facet.Key.Color == PageColor.Any || part.Key.Color == PageColor.Any || facet.Key.Color == part.Key.Color)
        && (facet.Key.Size == PageSize.Any || part.Key.Size == PageSize.Any || facet.Key.Size == part.Key.Size);

    /// <summary>The answer about a counter of a set, worked out once: it hangs on the set alone, and every posting asks.</summary>
    private static bool Remembered(BaseCounterSet set, BaseCounter part, Func<Answers, byte[]> kind, Func<BaseCounterSet, BaseCounter, bool> find)
    {
        if (part.Index >= set.Counters.Length || !ReferenceEquals(set.Counters[part.Index], part))
        {
            return find(set, part);
        }

        var answers = kind(s_answers.GetValue(set, static s => new Answers(s.Counters.Length)));
        if (answers[part.Index] == 0)
        {
            answers[part.Index] = find(set, part) ? Answers.Yes : Answers.No;
        }

        return answers[part.Index] == Answers.Yes;
    }

    private static bool Covered(BaseCounterSet set, BaseCounter part, Func<BaseCounter, bool> kind, bool sizes)
    {
        var touching = set.Counters.Where(c => c.Role == CounterRole.Facet && kind(c) && Touches(c, part) && Named(set, c, kind)).ToList();
        return touching.Count > 0
            && (!sizes || part.Key.Size != PageSize.Any || touching.Any(c => c.Key.Size == PageSize.Any)
                || (touching.Any(c => c.Key.Size == PageSize.Normal) && touching.Any(c => c.Key.Size == PageSize.Large)));
    }

    /// <summary>False for a facet over all functions where one of a named function looks at the same pages.</summary>
    private static bool Named(BaseCounterSet set, BaseCounter facet, Func<BaseCounter, bool> kind) =>
        facet.Key.Function != PageFunction.Total
        || !set.Counters.Any(c => c.Role == CounterRole.Facet && c.Key.Function != PageFunction.Total && kind(c) && Pages(set).Any(p => Touches(c, p) && Touches(facet, p)));

    /// <summary>Answers by the counters' indexes; 0 is not asked yet. A byte is written whole, and two who write it write the same.</summary>
    private sealed class Answers(int counters)
    {
        public const byte No = 1, Yes = 2;

        public byte[] Large { get; } = new byte[counters];

        public byte[] Sheets { get; } = new byte[counters];

        public byte[] Duplex { get; } = new byte[counters];
    }
}
