using CopyTrack.Accounting.Ledger;

namespace CopyTrack.Server.Reports;

/// <summary>What reports need to know of the site.</summary>
internal sealed record ReportOptions
{
    /// <summary>Zone in which days and months begin; the same as that of the roll-ups (key Site:TimeZone, default the machine's).</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Local;

    /// <summary>Prices that posting uses; its currency stands beside every cost.</summary>
    public PriceList Prices { get; init; } = PriceList.Free;

    /// <summary>Factors of the estimate of paper and carbon dioxide.</summary>
    public EstimateOptions Estimate { get; init; } = new();

    /// <summary>What is exported at once.</summary>
    public Export.ExportOptions Exports { get; init; } = new();

    /// <summary>The browser that prints reports.</summary>
    public Export.PdfOptions Pdf { get; init; } = new();

    /// <summary>Where mails go out.</summary>
    public Schedules.MailOptions Mail { get; init; } = new();

    /// <summary>ISO 4217 code beside every cost.</summary>
    public string Currency => Prices.Currency;
}
