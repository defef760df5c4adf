namespace CopyTrack.Accounting.Ledger;

/// <summary>
/// Prices in millionths of the currency for one impression, scan or fax page; large paper costs its surcharge on top, and each sheet its own price. Where a device does not
/// count sheets, each impression is taken for one.
/// </summary>
public sealed record PriceList(string Currency, long Mono, long Color, long LargeSurcharge, long Scan, long Fax, long Sheet = 0)
{
    /// <summary>Everything is free.</summary>
    public static PriceList Free { get; } = new("EUR", 0, 0, 0, 0, 0);
}
