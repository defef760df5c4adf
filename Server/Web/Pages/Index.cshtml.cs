using CopyTrack.Server.Alerts;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.Charts;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.Overview;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>The health of the whole site in one look.</summary>
internal sealed class IndexModel(WebQueries queries, OverviewQueries overview, OverviewFigures figures, OrganisationRepository organisations, AlertRepository alerts, ReportOptions options, FleetOptions fleet, Words words, TimeProvider time) : PageModel
{
    /// <summary>Up to so many devices each has its own mark on the map; above, sites have bars and figures.</summary>
    public const int MostMarks = 300;

    private const int MostSessions = 20, Few = 6, MostListed = 200, FewSites = 30;

    private static readonly TimeSpan AlarmsLast = TimeSpan.FromDays(2);

    public string? Site { get; private set; }

    /// <summary>Everything is listed, not the first of it.</summary>
    public bool Whole { get; private set; }
    public SiteState[] Sites { get; private set; } = [];

    /// <summary>Sites to show: with marks all, else those with trouble first.</summary>
    public IReadOnlyList<SiteState> SitesShown { get; private set; } = [];
    public bool HasMarks => Devices <= MostMarks;
    public ILookup<string, DeviceView> Marks { get; private set; } = Array.Empty<DeviceView>().ToLookup(d => "");
    public SessionView[] Sessions { get; private set; } = [];
    public IReadOnlyList<OutboxAlert> Alarms { get; private set; } = [];

    /// <summary>Alarms beside those that are listed.</summary>
    public long MoreAlarms { get; private set; }


    /// <summary>Alerts of rules that nobody has taken note of, the worst first.</summary>
    public IReadOnlyList<AlertRow> Raised { get; private set; } = [];
    public AlertSentences Sentences { get; } = new(new ReportWords(words), options.TimeZone);
    public AwayDevice[] Away { get; private set; } = [];
    public ErrorDevice[] InError { get; private set; } = [];
    public AwayTerminal[] TerminalsAway { get; private set; } = [];
    public Attention Attention { get; private set; } = new();
    public FirstSteps Steps { get; private set; } = new();
    public OverviewNumbers Numbers { get; private set; } = null!;

    public long Devices => Sites.Sum(s => s.Devices);
    public long DevicesAway => Sites.Sum(s => s.Away);
    public long DevicesInError => Sites.Sum(s => s.InError);
    public long Terminals => Sites.Sum(s => s.Terminals);
    public long Connected => Sites.Sum(s => s.Connected);

    /// <summary>Nothing needs anybody.</summary>
    public bool IsCalm => Away.Length + InError.Length + TerminalsAway.Length + Alarms.Count + Raised.Count == 0 && !Attention.Lines(words).Any();

    /// <summary>Share of this month's pages that belong to someone; null without pages.</summary>
    public double? Covered => Numbers.Month == 0 ? null : (double)Numbers.Attributed / Numbers.Month;

    /// <summary>Address of the list of devices of a site, or of all, that are in a state.</summary>
    public static string DevicesOf(string? site, string? state) => "/Devices" + QueryString.Create(
        new[] { KeyValuePair.Create<string, string?>("site", site), KeyValuePair.Create("state", state) }.Where(p => p.Value is not null)).Value;

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
        Whole = Request.Query.ContainsKey("all");
        int most = Whole ? MostListed : Few;
        Site = await organisations.TitleAsync(OrganisationRepository.DefaultId, cancellationToken);
        Sites = await overview.SitesAsync(cancellationToken);
        SitesShown = HasMarks || Whole ? Sites : [.. Sites.OrderByDescending(s => s.Troubled).ThenByDescending(s => s.Alerts).ThenByDescending(s => s.Terminals - s.Connected).Take(FewSites)];
        if (HasMarks)
        {
            Marks = (await queries.DevicesAsync(cancellationToken)).ToLookup(d => d.Site ?? "");
        }

        Sessions = await queries.SessionsAsync(2, MostSessions, cancellationToken);
        OutboxAlert[] alarms = await overview.AlarmsAsync(now - AlarmsLast, MostListed, cancellationToken);
        Alarms = [.. OutboxAlert.Grouped(alarms).Take(most)];
        MoreAlarms = alarms is [var any, ..] ? any.OfAll - Alarms.Sum(a => a.Times) : 0;
        Attention = await overview.AttentionAsync(now, fleet.Stale, cancellationToken);
        Raised = Attention.Raised == 0 ? [] : await alerts.WorstAsync(OrganisationRepository.DefaultId, most, cancellationToken);
        Away = DevicesAway == 0 ? [] : await overview.DevicesAwayAsync(most, cancellationToken);
        InError = DevicesInError == 0 ? [] : await overview.DevicesInErrorAsync(most, cancellationToken);
        TerminalsAway = Connected == Terminals ? [] : await overview.TerminalsAwayAsync(most, cancellationToken);
        Steps = Sessions.Length > 0 ? new FirstSteps { Sessions = true } : await overview.FirstStepsAsync(cancellationToken);
        Numbers = await figures.GetAsync(cancellationToken);
    }
}
