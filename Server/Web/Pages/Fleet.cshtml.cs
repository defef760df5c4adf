using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Dealers, customers, sites, their agents, and the devices that those meter.</summary>
internal sealed class FleetModel(FleetRepository fleet, FleetDevices devices, FleetTables tables, FleetScopes scopes, SupplyForecasts forecasts, AgentCodes codes, AcknowledgementFiles files, FleetOptions options, Words words, TimeProvider time) : PageModel
{
    /// <summary>So many devices are sorted by any column; of more the database gives pages by name.</summary>
    private const int MostSorted = 300;

    private const int MostRefusals = 20;

    /// <summary>Of so many sites one is chosen from a list; of more its name is typed.</summary>
    private const int MostSites = 200;

    public IReadOnlyList<FleetNodeRow> Nodes { get; private set; } = [];

    /// <summary>Names of sites to choose from; null where there are too many for that.</summary>
    public IReadOnlyList<string>? Sites => Nodes.Where(n => n.Kind == "site").Take(MostSites + 1).Select(n => n.Name).ToList() is { Count: <= MostSites } sites ? sites : null;
    public IReadOnlyList<FleetAgentRow> Agents { get; private set; } = [];
    public IReadOnlyList<FleetLine> Devices { get; private set; } = [];
    public TableQuery AgentQuery => TableQuery.Of(Request, "a");
    public TableQuery DeviceQuery => TableQuery.Of(Request, "d");
    public IReadOnlyList<FleetRefusalRow> Refusals { get; private set; } = [];

    /// <summary>True when all devices that are asked for are here.</summary>
    public bool Whole { get; private set; } = true;

    /// <summary>Where the next page of devices begins; null without one.</summary>
    public string? Next { get; private set; }

    /// <summary>The state that is asked for; null for all.</summary>
    public string? State { get; private set; }

    /// <summary>True where agents come without TLS too.</summary>
    public bool OverHttp => MayChange && options.HttpPort is not null;
    public string? Told { get; private set; }
    public AgentCode? Code { get; private set; }

    /// <summary>True for administrators: others look.</summary>
    public bool MayChange => WebCaller.Of(HttpContext).May(Access.Administration);

    private string Actor => WebSession.Of(HttpContext)!.Actor;

    public string StateOf(FleetAgentRow agent) => Freshness.Of(agent, options, time.GetUtcNow());

    public string StateOf(FleetDeviceRow device) => Freshness.Of(device, options, time.GetUtcNow());

    /// <summary>The text of a state, to be translated where it is shown.</summary>
    public static string WordOf(string state) => state switch
    {
        "good" => Words.Key("good"),
        "stale" => Words.Key("stale"),
        "silent" => Words.Key("silent"),
        "revoked" => Words.Key("revoked"),
        "unheard" => Words.Key("never heard of"),
        _ => Words.Key("waiting"),
    };

    /// <summary>Class of a state's badge.</summary>
    public static string BadgeOf(string state) => state switch { "good" => "good", "waiting" or "unheard" => "quiet", _ => "bad" };

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        if (await scopes.OfAsync(WebCaller.Of(HttpContext).Scope, cancellationToken) is not { } scope)
        {
            return;
        }

        Nodes = await fleet.NodesAsync(scope, cancellationToken);
        Agents = await fleet.AgentsAsync(scope, cancellationToken);
        FleetQuestion question = tables.Question(DeviceQuery.Filter, Request.Query["dstate"]);
        FleetPlace after = FleetPlaces.Of(DeviceQuery.After);
        State = question.State;
        // What a device says of itself is long, and read for what is shown alone.
        IReadOnlyList<FleetDeviceRow> rows = await devices.ListAsync(scope, question with { Reports = false }, after, after == FleetPlace.Start ? MostSorted + 1 : TableQuery.PageSize + 1, cancellationToken);
        Whole = after == FleetPlace.Start && rows.Count <= MostSorted;
        if (!Whole)
        {
            Next = rows.Count > TableQuery.PageSize ? FleetPlaces.KeyOf(FleetPlace.Behind(rows[TableQuery.PageSize - 1])) : null;
            rows = [.. rows.Take(TableQuery.PageSize)];
        }

        rows = await devices.WithReportsAsync(rows, cancellationToken);
        int today = SupplyForecasts.DayOf(time.GetUtcNow());
        var ends = await forecasts.OfAsync([.. rows.Select(r => r.DeviceId)], today, cancellationToken);
        Devices = [.. rows.Select(r => FleetLine.Of(r, ends, today))];
        Refusals = MayChange ? await fleet.RefusalsAsync(MostRefusals, cancellationToken) : [];
    }

    /// <summary>The signed acknowledgement of all that is kept of an agent, for somebody to carry to it.</summary>
    public async Task<IActionResult> OnGetAcknowledgementAsync(string? agent, CancellationToken cancellationToken)
    {
        if (!MayChange)
        {
            return Forbid();
        }

        return FleetNames.Usable(agent) is { } name && await fleet.FindAsync(OrganisationRepository.DefaultId, name, cancellationToken) is { } row && await files.MakeAsync(row, cancellationToken) is { } content
            ? File(content, "application/octet-stream", AcknowledgementFiles.NameOf(row)) : NotFound();
    }

    public async Task<IActionResult> OnPostNodeAsync(string? name, string? kind, string? parent, string? zone, CancellationToken cancellationToken)
    {
        if (!MayChange)
        {
            return Forbid();
        }

        (FleetNodeRow? node, string? fault) = FleetNames.Usable(name) is { } good
            ? await fleet.PutNodeAsync(OrganisationRepository.DefaultId, good, kind ?? "", FleetNames.Usable(parent), Actor, cancellationToken) : (null, FleetNames.Rule);
        if (node is not null && !string.IsNullOrWhiteSpace(zone) && await fleet.SetZoneAsync(node, zone.Trim(), Actor, cancellationToken) is null)
        {
            (node, fault) = (null, words["there is no such time zone; use a name such as Europe/Berlin"]);
        }

        Told = node is null ? words["Not added: {0}.", words[fault!]] : words["{0} is there.", node.Name];
        await OnGetAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostCodeAsync(string? name, string? site, CancellationToken cancellationToken)
    {
        if (!MayChange)
        {
            return Forbid();
        }

        (Code, string? fault) = FleetNames.Usable(name) is { } good ? await codes.MakeAsync(OrganisationRepository.DefaultId, good, FleetNames.Usable(site) ?? "", Actor, hosted: false, cancellationToken) : (null, FleetNames.Rule);
        Told = Code is null ? words["No code: {0}.", words[fault!]] : words["Enrolment code of agent {0}", name];
        await OnGetAsync(cancellationToken);
        return Page();
    }
}

/// <summary>A metered device in the list: its row, how it stands, and the supply of which least is left.</summary>
internal sealed record FleetLine(FleetDeviceRow Row, string? Status, Supply? Low, DateTimeOffset? EndsAt)
{
    public static FleetLine Of(FleetDeviceRow row, IReadOnlyDictionary<(long DeviceId, string Supply), SupplyForecast> ends, int today)
    {
        ProbeReport? report = ProbeReport.TryParse(row.Report);
        Supply? low = report?.Supplies.Where(s => s.Percent is not null && !s.Kind.StartsWith("waste", StringComparison.Ordinal)).MinBy(s => s.Percent);
        return new FleetLine(row, report?.Status.Summary, low, low is not null && ends.TryGetValue((row.DeviceId, low.Index), out SupplyForecast? end) ? end.RunsOutAt(today) : null);
    }
}
