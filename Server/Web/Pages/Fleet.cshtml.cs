using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Dealers, customers, sites, their agents, and the devices that those meter.</summary>
internal sealed class FleetModel(FleetRepository fleet, FleetDevices devices, FleetScopes scopes, SupplyForecasts forecasts, AgentCodes codes, AcknowledgementFiles files, FleetOptions options, Words words, TimeProvider time) : PageModel
{
    private const int MostDevices = 200, MostRefusals = 20;

    public IReadOnlyList<FleetNodeRow> Nodes { get; private set; } = [];
    public IReadOnlyList<FleetAgentRow> Agents { get; private set; } = [];
    public IReadOnlyList<(FleetDeviceRow Row, ProbeReport? Report)> Devices { get; private set; } = [];
    public IReadOnlyDictionary<(long DeviceId, string Supply), SupplyForecast> Ends { get; private set; } = new Dictionary<(long, string), SupplyForecast>();
    public IReadOnlyList<FleetRefusalRow> Refusals { get; private set; } = [];
    public bool More { get; private set; }
    public string? Told { get; private set; }
    public AgentCode? Code { get; private set; }

    /// <summary>True for administrators: others look.</summary>
    public bool MayChange => WebCaller.Of(HttpContext).May(Access.Administration);

    private string Actor => WebSession.Of(HttpContext)!.Actor;

    public int Today => SupplyForecasts.DayOf(time.GetUtcNow());

    public string StateOf(FleetAgentRow agent) => Freshness.Of(agent, options, time.GetUtcNow());

    public string StateOf(FleetDeviceRow device) => Freshness.Of(device, options, time.GetUtcNow());

    /// <summary>The text of a state, to be translated where it is shown.</summary>
    public static string WordOf(string state) => state switch
    {
        "good" => Words.Key("good"),
        "stale" => Words.Key("stale"),
        "silent" => Words.Key("silent"),
        "revoked" => Words.Key("revoked"),
        _ => Words.Key("waiting"),
    };

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        if (await scopes.OfAsync(WebCaller.Of(HttpContext).Scope, cancellationToken) is not { } scope)
        {
            return;
        }

        Nodes = await fleet.NodesAsync(scope, cancellationToken);
        Agents = await fleet.AgentsAsync(scope, cancellationToken);
        IReadOnlyList<FleetDeviceRow> rows = await devices.ListAsync(scope, "", 0, MostDevices + 1, cancellationToken);
        More = rows.Count > MostDevices;
        Devices = [.. rows.Take(MostDevices).Select(r => (r, ProbeReport.TryParse(r.Report)))];
        Ends = await forecasts.OfAsync([.. rows.Select(r => r.DeviceId)], Today, cancellationToken);
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

        Told = node is null ? words["Not added: {0}.", fault] : words["{0} is there.", node.Name];
        await OnGetAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostCodeAsync(string? name, string? site, CancellationToken cancellationToken)
    {
        if (!MayChange)
        {
            return Forbid();
        }

        (Code, string? fault) = FleetNames.Usable(name) is { } good ? await codes.MakeAsync(OrganisationRepository.DefaultId, good, FleetNames.Usable(site) ?? "", Actor, cancellationToken) : (null, FleetNames.Rule);
        Told = Code is null ? words["No code: {0}.", fault] : words["Enrolment code of agent {0}", name];
        await OnGetAsync(cancellationToken);
        return Page();
    }
}
