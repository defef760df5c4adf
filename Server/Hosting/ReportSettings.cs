using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;

namespace CopyTrack.Server.Hosting;

/// <summary>Reads the section <c>Reports</c>.</summary>
internal static class ReportSettings
{
    /// <summary>The options over the site's zone and prices; throws <see cref="ConfigurationFault"/>.</summary>
    public static ReportOptions Read(SettingReader read, WalkUp.SiteSettings site)
    {
        EstimateOptions estimate = new();
        PdfOptions pdf = new();
        ExportOptions exports = new();
        return new ReportOptions
        {
            TimeZone = site.Zone, Prices = site.Prices, Mail = MailSettings.Read(read),
            Estimate = new EstimateOptions(Factor(read, "Reports:SheetGrams", estimate.SheetGrams), Factor(read, "Reports:CarbonPerKilogram", estimate.CarbonPerKilogram)),
            Exports = exports with { AtOnce = read.Number("Reports:Exports", exports.AtOnce, 1, 64) },
            Pdf = new PdfOptions
            {
                Browser = read.Text("Reports:Browser", null), Longest = read.Seconds("Reports:BrowserSeconds", pdf.Longest, 2, 600), Sandbox = read.Flag("Reports:BrowserSandbox", pdf.Sandbox),
            },
        };
    }

    private static decimal Factor(SettingReader read, string key, decimal otherwise) => read.Text(key, null) is null ? otherwise : read.Micros(key) / 1_000_000m;
}
