namespace CopyTrack.Accounting.Ledger;

/// <summary>Prices in millionths of the currency for one impression, scan or fax page; large paper costs its surcharge on top.</summary>
public sealed record PriceList(string Currency, long Mono, long Color, long LargeSurcharge, long Scan, long Fax)
{
    /// <summary>Everything is free.</summary>
    public static PriceList Free { get; } = new("EUR", 0, 0, 0, 0, 0);
}
