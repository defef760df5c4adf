using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Server.Reports;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>How much of what the devices made belongs to someone, and which devices to look after first.</summary>
internal sealed class CoverageModel(CoverageReader coverage, ReportOptions options, TimeProvider time) : PageModel
{
    private const int Shown = 20;

    public string From { get; private set; } = "";
    public string To { get; private set; } = "";
    public string? Fault { get; private set; }
    public long Pages { get; private set; }
    public long Attributed { get; private set; }
    public long Lost { get; private set; }
    public IReadOnlyList<(string Cause, long Pages, bool Loss)> Causes { get; private set; } = [];
    public IReadOnlyList<(DeviceFacts Facts, ImmutableArray<CareAdvice> Advice)> Worst { get; private set; } = [];

    /// <summary>Share of a sum in per cent, an em dash without a sum.</summary>
    public static string Percent(long part, long whole) => whole == 0 ? "—" : (100.0 * part / whole).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    public async Task OnGetAsync(string? from, string? to, CancellationToken cancellationToken)
    {
        ReportPeriod? period = ReportPeriod.TryParse(from, to, options.TimeZone, time.GetUtcNow(), out string error);
        Fault = period is null ? error : null;
        period ??= ReportPeriod.ThisMonth(options.TimeZone, time.GetUtcNow());
        (From, To) = period.Days is { } days ? (Day(days.First), Day(days.Last)) : (from ?? "", to ?? "");
        var devices = await coverage.DevicesAsync(period, ReportScope.Everything, cancellationToken);
        (Pages, Attributed, Lost) = (devices.Sum(d => d.Pages), devices.Sum(d => d.Attributed), devices.Sum(d => d.Lost));
        Causes = [.. devices.SelectMany(d => d.Explained).GroupBy(e => e.Key).Select(g => (Reports.Words.Of(g.Key)!, g.Sum(e => e.Value.Pages), DeviceCare.IsLoss(g.Key)))
            .Where(c => c.Item2 != 0).OrderByDescending(c => c.Item2)];
        Worst = await coverage.WorstAsync(period, ReportScope.Everything, Shown, cancellationToken);
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
