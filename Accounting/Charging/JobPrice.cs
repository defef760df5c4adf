using CopyTrack.Accounting.Ledger;

namespace CopyTrack.Accounting.Charging;

/// <summary>What one page of a job costs, from what its device says of it beforehand.</summary>
public static class JobPrice
{
    /// <summary>
    /// Millionths of the currency for an impression: the dearer of black and colour where <paramref name="color"/> is not known, the surcharge where the paper is known to be large,
    /// and a sheet for each impression, for nobody knows yet whether it gets a second side.
    /// </summary>
    public static long Impression(PriceList prices, bool? color, bool large) =>
        (color switch { true => prices.Color, false => prices.Mono, null => Math.Max(prices.Mono, prices.Color) }) + (large ? prices.LargeSurcharge : 0) + prices.Sheet;

    /// <summary>How many pages of <paramref name="each"/> an amount pays; null when they are free.</summary>
    public static long? Pages(long amount, long each) => each <= 0 ? null : Math.Max(0, amount) / each;
}
