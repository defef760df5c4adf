using CopyTrack.Server.Alerts;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.Charts;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.Overview;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>The health of the whole site in one look.</summary>
internal sealed class IndexModel(WebQueries queries, OverviewQueries overview, OverviewFigures figures, OrganisationRepository organisations, AlertRepository alerts, ReportOptions options, Words words, TimeProvider time) : PageModel
{
    /// <summary>Up to so many devices each has its own mark on the map; above, sites have figures.</summary>
    private const int MostMarks = 300;

    private const int MostSessions = 20, MostRaised = 8;

    private static readonly TimeSpan AlertsLast = TimeSpan.FromDays(2);

    public string? Site { get; private set; }
    public SiteState[] Sites { get; private set; } = [];
    public ILookup<string, DeviceView> Marks { get; private set; } = Array.Empty<DeviceView>().ToLookup(d => "");
    public SessionView[] Sessions { get; private set; } = [];
    public OutboxView[] Alerts { get; private set; } = [];
    /// <summary>Alerts of rules that nobody has taken note of, the worst first.</summary>
    public IReadOnlyList<AlertRow> Raised { get; private set; } = [];
    public AlertSentences Sentences { get; } = new(new ReportWords(words), options.TimeZone);
    public AwayDevice[] Away { get; private set; } = [];
    public AwayTerminal[] TerminalsAway { get; private set; } = [];
    public FirstSteps Steps { get; private set; } = new();
    public OverviewNumbers Numbers { get; private set; } = null!;

    public long Devices => Sites.Sum(s => s.Devices);
    public long DevicesAway => Sites.Sum(s => s.Away);
    public long Terminals => Sites.Sum(s => s.Terminals);
    public long Connected => Sites.Sum(s => s.Connected);

    /// <summary>Share of this month's pages that belong to someone; null without pages.</summary>
    public double? Covered => Numbers.Month == 0 ? null : (double)Numbers.Attributed / Numbers.Month;

    public static string? KindOf(string payload) => StateDocument.ReadData(payload).GetValueOrDefault("kind");

    /// <summary>Pages by day beside what is usual.</summary>
    public Chart ChartOf(Words words) => new()
    {
        Title = words["Pages by day"], Along = words["Day"], Labels = [.. Numbers.Days.Select(d => words.WeekDay(d.Day))],
        Series =
        [
            new(words["pages"], [.. Numbers.Days.Select(d => (double?)d.Pages)]) { Links = [.. Numbers.Days.Select(d => d.Pages == 0 ? null : $"/Sessions?name=jobs&from={ReportSpans.Text(d.Day)}&to={ReportSpans.Text(d.Day)}")] },
            new(words["usual on that weekday"], [.. Numbers.Days.Select(d => d.Usual)], ChartForm.Dashed),
        ],
    };

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        Site = await organisations.TitleAsync(OrganisationRepository.DefaultId, cancellationToken);
        Sites = await overview.SitesAsync(cancellationToken);
        if (Devices <= MostMarks)
        {
            Marks = (await queries.DevicesAsync(cancellationToken)).ToLookup(d => d.Site ?? "");
        }

        Sessions = await queries.SessionsAsync(2, MostSessions, cancellationToken);
        Alerts = [.. (await queries.AlertsAsync(cancellationToken)).Where(a => now - a.At < AlertsLast)];
        Raised = await alerts.WorstAsync(OrganisationRepository.DefaultId, MostRaised, cancellationToken);
        Away = DevicesAway == 0 ? [] : await overview.DevicesAwayAsync(cancellationToken);
        TerminalsAway = Connected == Terminals ? [] : await overview.TerminalsAwayAsync(cancellationToken);
        Steps = Sessions.Length > 0 ? new FirstSteps { Sessions = true } : await overview.FirstStepsAsync(cancellationToken);
        Numbers = await figures.GetAsync(cancellationToken);
    }
}
