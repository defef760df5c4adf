using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>How much of what the devices made belongs to someone, how sure that is at each device, and which devices to look after first.</summary>
internal sealed class CoverageModel(CoverageReader coverage, ReportOptions options, TimeProvider time) : PageModel
{
    private const int Shown = 10;

    public string From { get; private set; } = "";
    public string To { get; private set; } = "";
    public string? Fault { get; private set; }
    public long Pages { get; private set; }
    public long Attributed { get; private set; }
    public long Lost { get; private set; }
    public TableQuery Query { get; private set; } = null!;
    public IReadOnlyList<DeviceFacts> Devices { get; private set; } = [];
    public IReadOnlyList<(Cause Cause, long Pages, bool Loss)> Causes { get; private set; } = [];
    public IReadOnlyList<(DeviceFacts Facts, ImmutableArray<CareAdvice> Advice)> Worst { get; private set; } = [];

    /// <summary>A part of a sum; null without a sum.</summary>
    public static double? Share(long part, long whole) => whole == 0 ? null : (double)part / whole;

    public async Task OnGetAsync(string? from, string? to, CancellationToken cancellationToken)
    {
        ReportPeriod? period = ReportPeriod.TryParse(from, to, options.TimeZone, time.GetUtcNow(), out string error);
        Fault = period is null ? error : null;
        period ??= ReportPeriod.ThisMonth(options.TimeZone, time.GetUtcNow());
        (From, To) = period.Days is { } days ? (Day(days.First), Day(days.Last)) : (from ?? "", to ?? "");
        Query = TableQuery.Of(Request);
        Devices = (await coverage.ShowAsync(period, ReportScope.Everything, cancellationToken)).Value;
        (Pages, Attributed, Lost) = (Devices.Sum(d => d.Pages), Devices.Sum(d => d.Attributed), Devices.Sum(d => d.Lost));
        Causes = [.. Devices.SelectMany(d => d.Explained).GroupBy(e => e.Key).Select(g => (g.Key, g.Sum(e => e.Value.Pages), DeviceCare.IsLoss(g.Key)))
            .Where(c => c.Item2 != 0).OrderByDescending(c => c.Item2)];
        Worst = await coverage.WorstAsync(Devices, Shown, cancellationToken);
    }

    /// <summary>The jobs of the period, of a device and a cause or all.</summary>
    public string Jobs(string? device = null, string? cause = null) =>
        "/Sessions?" + ReportAddress.Parse("name=jobs").With(("from", From), ("to", To), ("device", device), ("cause", cause)).ToQuery();

    /// <summary>The sessions of the period at a device.</summary>
    public string Sessions(string device) => $"/Sessions?state=all&device={Uri.EscapeDataString(device)}&from={Uri.EscapeDataString(From)}&to={Uri.EscapeDataString(To)}";

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A number that leads to what is behind it: the address, the text, and what screen readers tell.</summary>
internal sealed record Lead(string To, string Text, string Label);
