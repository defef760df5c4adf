using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Ledger;

/// <summary>How well a device tells one property of its pages.</summary>
public enum Split
{
    /// <summary>The device has no counter that tells it; reports show unknown.</summary>
    Unknown,

    /// <summary>It follows from two counters: large paper or sheets beside all pages.</summary>
    Derived,

    /// <summary>It is counted.</summary>
    Known,
}

/// <summary>What a device tells of the pages of one function. <see cref="Pages"/> is false where the function itself is not counted: then nothing of it is known.</summary>
public sealed record FunctionSplit(PageFunction Function, bool Pages, Split Color, Split Size, Split Sides);

/// <summary>What a device can split and what it can't, by the same rules by which <see cref="Projection"/> fills the columns of reports.</summary>
public static class Splits
{
    /// <summary>One row for copies, prints and received faxes each, and one for all pages together.</summary>
    public static ImmutableArray<FunctionSplit> Of(BaseCounterSet set) =>
        [.. new[] { PageFunction.Copy, PageFunction.Print, PageFunction.Fax, PageFunction.Total }.Select(f => Of(set, f))];

    private static FunctionSplit Of(BaseCounterSet set, PageFunction function)
    {
        var parts = Facets.Pages(set).Where(p => function == PageFunction.Total || p.Key.Function == function).ToList();
        return parts.Count == 0
            ? new FunctionSplit(function, false, Split.Unknown, Split.Unknown, Split.Unknown)
            : new FunctionSplit(
                function, true,
                parts.All(p => p.Key.Color != PageColor.Any) ? Split.Known : Split.Unknown,
                Worst(parts.Select(p => p.Key.Size != PageSize.Any || IsOddPaper(parts, p) ? Split.Known : Facets.LargeKnown(set, p) ? Split.Derived : Split.Unknown)),
                Worst(parts.Select(p => p.Key.Sides != PageSides.Any || p.Key.Unit == CounterUnit.Sheets ? Split.Known
                    : Facets.SheetsKnown(set, p) || Facets.DuplexKnown(set, p) ? Split.Derived : Split.Unknown)));
    }

    /// <summary>True for what is left of paper whose dimensions the device does not tell, beside parts of normal and of large paper.</summary>
    private static bool IsOddPaper(List<BaseCounter> parts, BaseCounter part) =>
        new[] { PageSize.Normal, PageSize.Large }.All(size => parts.Any(p => p.Key.Size == size && p.Key.Function == part.Key.Function && p.Key.Color == part.Key.Color));

    private static Split Worst(IEnumerable<Split> splits) => splits.Min();
}
