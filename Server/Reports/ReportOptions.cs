using CopyTrack.Accounting.Ledger;

namespace CopyTrack.Server.Reports;

/// <summary>What reports need to know of the site.</summary>
internal sealed record ReportOptions
{
    /// <summary>Zone in which days and months begin; the same as that of the roll-ups (key Site:TimeZone, default the machine's).</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Local;

    /// <summary>Prices that posting uses; its currency stands beside every cost.</summary>
    public PriceList Prices { get; init; } = PriceList.Free;

    /// <summary>ISO 4217 code beside every cost.</summary>
    public string Currency => Prices.Currency;
}
