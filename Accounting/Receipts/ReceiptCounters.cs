using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Receipts;

/// <summary>Which base counters of a set a job of the neutral vocabulary moves, and by how much.</summary>
internal static class ReceiptCounters
{
    /// <summary>
    /// The page counters that pages like <paramref name="line"/> may move, the likeliest first. Counters of the job's function when the device has
    /// some, else those over all functions, else the rest of the total. Empty when the device counts nothing of the kind.
    /// </summary>
    public static ImmutableArray<BaseCounter> OfPages(BaseCounterSet set, JobService service, CompletedPages line)
    {
        var function = FunctionOf(service);
        ImmutableArray<BaseCounter> pages = [.. set.Counters.Where(c => Remainder.IsPosted(set, c) && c.Key.Unit != CounterUnit.Scans
            && (Remainder.IsPagePart(c) || Remainder.IsRemainder(c) || c.Role == CounterRole.Total))];
        var group = Some(pages, c => c.Key.Function == function && !Remainder.IsRemainder(c))
            ?? Some(pages, c => c.Key.Function == PageFunction.Total)
            ?? Some(pages, c => c.Key.Function == PageFunction.Other && service is not JobService.Copy)
            ?? [];
        var size = MediaName.SizeOf(line.Media);
        return [.. group
            .Select(c => (Counter: c, Rank: Rank(c.Key.Color == PageColor.Any, IsSameColor(c.Key.Color, line.Color), line.Color == PageColor.Any)
                + Rank(c.Key.Size == PageSize.Any, c.Key.Size == size, size == PageSize.Any)
                + Rank(c.Key.Sides == PageSides.Any, c.Key.Sides == line.Sides, line.Sides == PageSides.Any)))
            .OrderBy(p => p.Rank).Select(p => p.Counter)];
    }

    /// <summary>The counters of scans or of pages faxed away; a receipt does not tell the colour of an original, so it may have moved any of them. Empty when the device has none.</summary>
    public static ImmutableArray<BaseCounter> OfScans(BaseCounterSet set, PageFunction function) =>
        [.. set.Counters.Where(c => c.Role == CounterRole.Part && c.Key.Function == function && c.Key.Unit == CounterUnit.Scans)];

    /// <summary>True when nothing that is known of both speaks against pages of the line on the counter: only then may the counter owe some.</summary>
    public static bool Fits(BaseCounter counter, CompletedPages line)
    {
        var size = MediaName.SizeOf(line.Media);
        return (counter.Key.Color == PageColor.Any || line.Color == PageColor.Any || IsSameColor(counter.Key.Color, line.Color))
            && (counter.Key.Size == PageSize.Any || size == PageSize.Any || counter.Key.Size == size)
            && (counter.Key.Sides == PageSides.Any || line.Sides == PageSides.Any || counter.Key.Sides == line.Sides);
    }

    /// <summary>What one impression of the line adds to the counter: 2 for large paper counted as two.</summary>
    public static int Weight(BaseCounter counter, CompletedPages line) =>
        counter.Key.Unit == CounterUnit.Equivalents && (counter.Key.Size == PageSize.Large || MediaName.SizeOf(line.Media) == PageSize.Large) ? 2 : 1;

    /// <summary>Sheets of the line: as told, else from the sides where those are known; null when nobody knows.</summary>
    public static long? SheetsOf(CompletedPages line) => line.Sheets ?? line.Sides switch
    {
        PageSides.Simplex => line.Impressions,
        PageSides.Duplex => (line.Impressions + 1) / 2,
        _ => null,
    };

    /// <summary>What the job adds to a facet as far as it tells: sheets, large paper or two-sided work of the facet's function, colour and size. 0 where it does not tell.</summary>
    public static long OfFacet(BaseCounterSet set, BaseCounter facet, JobReceipt receipt)
    {
        if (facet.Role != CounterRole.Facet || (facet.Key.Function != PageFunction.Total && facet.Key.Function != FunctionOf(receipt.Service)))
        {
            return 0;
        }

        var sum = 0L;
        foreach (var line in receipt.Pages)
        {
            var size = MediaName.SizeOf(line.Media);
            var seen = (facet.Key.Color == PageColor.Any || IsSameColor(facet.Key.Color, line.Color)) && (facet.Key.Size == PageSize.Any || facet.Key.Size == size)
                && (facet.Key.Sides == PageSides.Any || facet.Key.Sides == line.Sides);
            sum += !seen ? 0 : Facets.IsDuplex(facet) ? DuplexOf(facet, line, size) : facet.Key.Unit == CounterUnit.Sheets ? SheetsOf(line) ?? 0 : line.Impressions * Weight(facet, line);
        }

        return sum;
    }

    /// <summary>What the meter calls the job's function.</summary>
    public static PageFunction FunctionOf(JobService service) => service switch
    {
        JobService.Copy => PageFunction.Copy,
        JobService.Print => PageFunction.Print,
        JobService.Scan => PageFunction.Scan,
        JobService.FaxOut or JobService.FaxIn => PageFunction.Fax,
        JobService.Other => PageFunction.Other,
        _ => throw new ArgumentOutOfRangeException(nameof(service)),
    };

    /// <summary>Two-sided sheets have two sides with something on them; an odd last side is one-sided work to a counter.</summary>
    private static long DuplexOf(BaseCounter facet, CompletedPages line, PageSize size)
    {
        var twoSided = Math.Max(0, line.Impressions - (SheetsOf(line) ?? 0));
        return facet.Key.Unit switch
        {
            CounterUnit.Sheets => twoSided,
            CounterUnit.Equivalents when size == PageSize.Large => twoSided * 4,
            _ => twoSided * 2,
        };
    }

    private static ImmutableArray<BaseCounter>? Some(ImmutableArray<BaseCounter> counters, Func<BaseCounter, bool> which)
    {
        ImmutableArray<BaseCounter> found = [.. counters.Where(which)];
        return found.IsEmpty ? null : found;
    }

    /// <summary>0 both the same, 1 the counter or the line does not tell, 10 they differ.</summary>
    private static int Rank(bool counterSilent, bool same, bool lineSilent) => counterSilent || lineSilent ? 1 : same ? 0 : 10;

    private static bool IsSameColor(PageColor a, PageColor b) => (a == PageColor.Mono) == (b == PageColor.Mono) && a != PageColor.Any && b != PageColor.Any;
}
