using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Ledger;

/// <summary>
/// What a movement of one base counter adds to the columns of reports. The projection is linear: parts bring impressions with their
/// colour and size, facets move pages between columns, so that the sum over all entries of any selection is right without looking at
/// entries together. What the device does not count goes to the unknown columns. In every row impressions = sheets + duplex sheets + unknown sides.
/// </summary>
public static class Projection
{
    /// <summary>
    /// The columns for counter <paramref name="counter"/> of <paramref name="set"/> moving from <paramref name="from"/> to
    /// <paramref name="to"/> (unwrapped values). Halves of a large page counted as two equivalents are carried by rounding both ends down.
    /// </summary>
    public static PageCounts Of(BaseCounterSet set, BaseCounter counter, long from, long to, PriceList prices)
    {
        var counts = Counted(set, counter, from, to, prices);
        return counts with { CostMicros = counts.CostMicros + ((counts.Sheets + counts.UnknownSides) * prices.Sheet) };
    }

    /// <summary>
    /// True when only how far the counter moved matters and not from where: <see cref="Of"/> from 0 to 1, times the distance, is then what it gives for any two ends. Others carry halves.
    /// </summary>
    public static bool IsLinear(BaseCounter counter) =>
        counter.Key is not { Unit: CounterUnit.Equivalents, Size: PageSize.Large } && (counter.Key.Sides != PageSides.Duplex || counter.Key.Unit == CounterUnit.Sheets);

    private static PageCounts Counted(BaseCounterSet set, BaseCounter counter, long from, long to, PriceList prices) => counter.Role switch
    {
        CounterRole.Part => Part(set, counter, from, to, prices),
        CounterRole.Facet => Facet(set, counter, from, to, prices),
        CounterRole.Total => set.Counters.Any(Remainder.IsPagePart) ? default : Part(set, counter, from, to, prices),
        _ => default,
    };

    private static PageCounts Part(BaseCounterSet set, BaseCounter counter, long from, long to, PriceList prices)
    {
        var key = counter.Key;
        if (key.Unit == CounterUnit.Scans)
        {
            var delta = to - from;
            return key.Function == PageFunction.Fax
                ? new PageCounts { Faxes = delta, CostMicros = delta * prices.Fax }
                : new PageCounts { Scans = delta, CostMicros = delta * prices.Scan };
        }

        var impressions = Pages(counter, to) - Pages(counter, from);
        var sizeKnown = key.Size is not PageSize.Any || Facets.LargeKnown(set, counter);
        var large = key.Size is PageSize.Large ? impressions : 0;
        var duplex = key.Sides == PageSides.Duplex && key.Unit != CounterUnit.Sheets ? Half(Pages(counter, to)) - Half(Pages(counter, from)) : 0;
        return InColor(key.Color, impressions, prices) + InSides(set, counter, impressions, duplex) + new PageCounts
        {
            Impressions = impressions,
            Large = large,
            Normal = sizeKnown ? impressions - large : 0,
            UnknownSize = sizeKnown ? 0 : impressions,
            CostMicros = large * prices.LargeSurcharge,
        };
    }

    private static PageCounts Facet(BaseCounterSet set, BaseCounter counter, long from, long to, PriceList prices)
    {
        if (Facets.IsLarge(counter) && Facets.Counts(set, counter, Facets.IsLarge, (s, p) => p.Key.Size == PageSize.Any && Facets.LargeKnown(s, p)))
        {
            return LargePages(set, counter, Pages(counter, to) - Pages(counter, from), prices);
        }

        if (Facets.IsSheets(counter) && Facets.Counts(set, counter, Facets.IsSheets, Facets.SheetsKnown))
        {
            return new PageCounts { Sheets = to - from, DuplexSheets = from - to };
        }

        if (Facets.IsDuplex(counter) && Facets.Counts(set, counter, Facets.IsDuplex, Facets.DuplexKnown))
        {
            var sheets = counter.Key.Unit == CounterUnit.Sheets ? to - from : Half(Pages(counter, to)) - Half(Pages(counter, from));
            return new PageCounts { DuplexSheets = sheets, Sheets = -sheets };
        }

        return default;
    }

    private static PageCounts LargePages(BaseCounterSet set, BaseCounter counter, long large, PriceList prices)
    {
        var counts = new PageCounts { Large = large, Normal = -large, CostMicros = large * prices.LargeSurcharge };
        // Where the part counts large as two, it showed one impression too many for each.
        var part = Facets.Pages(set).First(p => Facets.Touches(counter, p));
        if (part.Key.Unit != CounterUnit.Equivalents)
        {
            return counts;
        }

        var color = counter.Key.Color == PageColor.Any ? part.Key.Color : counter.Key.Color;
        var several = Facets.Pages(set).Any(p => Facets.Touches(counter, p) && p.Key.Color != part.Key.Color);
        return counts + InColor(several && counter.Key.Color == PageColor.Any ? PageColor.Any : color, -large, prices) + InSides(set, part, -large, 0)
            + new PageCounts { Impressions = -large, Normal = -large };
    }

    private static PageCounts InColor(PageColor color, long impressions, PriceList prices) => color switch
    {
        PageColor.Any => new PageCounts { UnknownColor = impressions, CostMicros = impressions * prices.Mono },
        PageColor.Mono => new PageCounts { Mono = impressions, CostMicros = impressions * prices.Mono },
        PageColor.Color or PageColor.TwoColor or PageColor.SingleColor => new PageCounts { Color = impressions, CostMicros = impressions * prices.Color },
        _ => throw new ArgumentOutOfRangeException(nameof(color)),
    };

    private static PageCounts InSides(BaseCounterSet set, BaseCounter part, long impressions, long duplex)
    {
        if (part.Key.Unit == CounterUnit.Sheets || part.Key.Sides == PageSides.Simplex)
        {
            return new PageCounts { Sheets = impressions };
        }

        if (part.Key.Sides == PageSides.Duplex)
        {
            return new PageCounts { Sheets = impressions - duplex, DuplexSheets = duplex };
        }

        // A sheet counter beside the sides gives duplex = sides - sheets; a duplex counter gives sheets = sides - duplex.
        return Facets.SheetsKnown(set, part) ? new PageCounts { DuplexSheets = impressions }
            : Facets.DuplexKnown(set, part) ? new PageCounts { Sheets = impressions }
            : new PageCounts { UnknownSides = impressions };
    }

    /// <summary>Pages that a counter of large paper in equivalents stands for; a value in any other unit is its pages.</summary>
    private static long Pages(BaseCounter counter, long value) =>
        counter.Key is { Unit: CounterUnit.Equivalents, Size: PageSize.Large } ? Half(value) : value;

    private static long Half(long value) => value >> 1;
}
