using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Ledger;

/// <summary>
/// What a movement of one base counter adds to the columns of reports. The projection is linear: parts bring impressions with their
/// colour and size, facets move pages between columns, so that the sum over all entries of any selection is right without looking at
/// entries together. What the device does not count goes to the unknown columns.
/// </summary>
public static class Projection
{
    /// <summary>
    /// The columns for counter <paramref name="counter"/> of <paramref name="set"/> moving from <paramref name="from"/> to
    /// <paramref name="to"/> (unwrapped values). Halves of a large page counted as two equivalents are carried by rounding both ends down.
    /// </summary>
    public static PageCounts Of(BaseCounterSet set, BaseCounter counter, long from, long to, PriceList prices) => counter.Role switch
    {
        CounterRole.Part => Part(set, counter, from, to, prices),
        CounterRole.Facet => Facet(set, counter, from, to, prices),
        CounterRole.Total => HasPageParts(set) ? default : Part(set, counter, from, to, prices),
        _ => default,
    };

    private static PageCounts Part(BaseCounterSet set, BaseCounter counter, long from, long to, PriceList prices)
    {
        var key = counter.Key;
        var delta = to - from;
        if (key.Unit == CounterUnit.Scans)
        {
            return key.Function == PageFunction.Fax
                ? new PageCounts { Faxes = delta, CostMicros = delta * prices.Fax }
                : new PageCounts { Scans = delta, CostMicros = delta * prices.Scan };
        }

        var impressions = Whole(counter, from, to);
        var color = key.Color is PageColor.Any ? 0 : key.Color is PageColor.Mono ? 0 : impressions;
        var mono = key.Color is PageColor.Mono ? impressions : 0;
        var large = key.Size is PageSize.Large ? impressions : 0;
        var sizeKnown = key.Size is not PageSize.Any || LargeFacet(set, key) is not null;
        var (sheets, duplex, unknownSides) = Sides(set, counter, impressions);
        return new PageCounts
        {
            Impressions = impressions,
            Mono = mono,
            Color = color,
            UnknownColor = impressions - mono - color,
            Large = large,
            Normal = sizeKnown ? impressions - large : 0,
            UnknownSize = sizeKnown ? 0 : impressions,
            Sheets = sheets,
            DuplexSheets = duplex,
            UnknownSides = unknownSides,
            CostMicros = (key.Color is PageColor.Color or PageColor.TwoColor or PageColor.SingleColor ? prices.Color : prices.Mono) * impressions
                + (large * prices.LargeSurcharge),
        };
    }

    private static (long Sheets, long Duplex, long Unknown) Sides(BaseCounterSet set, BaseCounter counter, long impressions)
    {
        if (counter.Key.Unit == CounterUnit.Sheets)
        {
            return (impressions, 0, 0);
        }

        if (counter.Key.Sides == PageSides.Simplex)
        {
            return (impressions, 0, 0);
        }

        if (counter.Key.Sides == PageSides.Duplex)
        {
            return (impressions / 2, impressions / 2, 0);
        }

        // A sheet counter beside the sides gives duplex = sides - sheets; a duplex counter gives sheets = sides - duplex.
        return FacetFor(set, counter.Key, IsSheets) is not null ? (0, impressions, 0)
            : FacetFor(set, counter.Key, IsDuplex) is not null ? (impressions, 0, 0)
            : (0, 0, impressions);
    }

    private static PageCounts Facet(BaseCounterSet set, BaseCounter counter, long from, long to, PriceList prices)
    {
        var delta = to - from;
        if (IsLarge(counter))
        {
            var large = Whole(counter, from, to);
            // Where large counts as two in the part as well, the part showed one impression too many for each.
            var tooMany = counter.Key.Unit == CounterUnit.Equivalents ? delta - large : 0;
            return new PageCounts { Impressions = -tooMany, UnknownColor = -tooMany, Large = large, Normal = -large - tooMany, CostMicros = large * prices.LargeSurcharge };
        }

        if (IsSheets(counter))
        {
            return new PageCounts { Sheets = delta, DuplexSheets = -delta };
        }

        if (IsDuplex(counter) && !set.Counters.Any(c => c.Role == CounterRole.Facet && IsSheets(c) && Covers(c.Key, counter.Key)))
        {
            var sheets = counter.Key.Unit == CounterUnit.Sheets ? delta : FloorHalf(to) - FloorHalf(from);
            return new PageCounts { DuplexSheets = sheets, Sheets = -sheets };
        }

        return default;
    }

    private static bool HasPageParts(BaseCounterSet set) => set.Counters.Any(Remainder.IsPagePart);

    private static BaseCounter? LargeFacet(BaseCounterSet set, CounterKey key) => FacetFor(set, key, IsLarge);

    private static BaseCounter? FacetFor(BaseCounterSet set, CounterKey key, Func<BaseCounter, bool> kind) =>
        set.Counters.FirstOrDefault(c => c.Role == CounterRole.Facet && kind(c) && Covers(c.Key, key));

    private static bool Covers(CounterKey facet, CounterKey part) =>
        (facet.Function == part.Function || facet.Function == PageFunction.Total)
        && (facet.Size is PageSize.Any || facet.Size == part.Size || part.Size is PageSize.Any);

    private static bool IsLarge(BaseCounter c) => c.Key.Size == PageSize.Large && c.Key.Unit is (CounterUnit.Impressions or CounterUnit.Equivalents);

    private static bool IsSheets(BaseCounter c) => c.Key.Unit == CounterUnit.Sheets && c.Key.Sides == PageSides.Any;

    private static bool IsDuplex(BaseCounter c) => c.Key.Sides == PageSides.Duplex;

    private static long Whole(BaseCounter counter, long from, long to) =>
        counter.Key is { Unit: CounterUnit.Equivalents, Size: PageSize.Large } ? FloorHalf(to) - FloorHalf(from) : to - from;

    private static long FloorHalf(long value) => value >> 1;
}
