using System.Globalization;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Reports;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>One look: devices, sessions, alerts, pages of the month.</summary>
internal sealed class IndexModel(WebQueries queries, UsageReader usage, ReportOptions options, TimeProvider time) : PageModel
{
    public DeviceView[] Devices { get; private set; } = [];
    public SessionView[] Sessions { get; private set; } = [];
    public OutboxView[] Alerts { get; private set; } = [];
    public long Pages { get; private set; }
    public int Away => Devices.Count(d => d.UnreachableSince is not null);

    public static string KindOf(string payload) => StateDocument.ReadData(payload).GetValueOrDefault("kind") ?? "alert";

    public string Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, options.TimeZone).ToString("d MMM HH:mm", CultureInfo.InvariantCulture);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Devices = await queries.DevicesAsync(cancellationToken);
        Sessions = await queries.SessionsAsync(3, 50, cancellationToken);
        Alerts = await queries.AlertsAsync(cancellationToken);
        Pages = (await usage.ReadAsync(ReportPeriod.ThisMonth(options.TimeZone, time.GetUtcNow()), ReportScope.Everything, new ReportFilter(),
            new UsageSplit(false, false, false, false, false, false, false), null, cancellationToken)).Sum(s => s.Impressions);
    }
}
