using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Dealers, customers, sites, their agents, and the devices that those meter.</summary>
internal sealed class FleetModel(FleetRepository fleet, FleetDevices devices, AgentCodes codes, FleetOptions options, TimeProvider time) : PageModel
{
    private const int MostDevices = 200, MostRefusals = 20;

    public IReadOnlyList<FleetNodeRow> Nodes { get; private set; } = [];
    public IReadOnlyList<FleetAgentRow> Agents { get; private set; } = [];
    public IReadOnlyList<(FleetDeviceRow Row, ProbeReport? Report)> Devices { get; private set; } = [];
    public IReadOnlyList<FleetRefusalRow> Refusals { get; private set; } = [];
    public bool More { get; private set; }
    public string? Told { get; private set; }
    public AgentCode? Code { get; private set; }

    private string Actor => WebSession.Of(HttpContext)!.Actor;

    public string StateOf(FleetAgentRow agent) => Freshness.Of(agent, options, time.GetUtcNow());

    public string StateOf(FleetDeviceRow device) => Freshness.Of(device, options, time.GetUtcNow());

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Nodes = await fleet.NodesAsync(OrganisationRepository.DefaultId, cancellationToken);
        Agents = await fleet.AgentsAsync(OrganisationRepository.DefaultId, null, cancellationToken);
        IReadOnlyList<FleetDeviceRow> rows = await devices.ListAsync(OrganisationRepository.DefaultId, null, "", 0, MostDevices + 1, cancellationToken);
        More = rows.Count > MostDevices;
        Devices = [.. rows.Take(MostDevices).Select(r => (r, ProbeReport.TryParse(r.Report)))];
        Refusals = await fleet.RefusalsAsync(MostRefusals, cancellationToken);
    }

    public async Task<IActionResult> OnPostNodeAsync(string? name, string? kind, string? parent, CancellationToken cancellationToken)
    {
        (FleetNodeRow? node, string? fault) = FleetNames.Usable(name) is { } good
            ? await fleet.PutNodeAsync(OrganisationRepository.DefaultId, good, kind ?? "", FleetNames.Usable(parent), Actor, cancellationToken) : (null, FleetNames.Rule);
        Told = node is null ? $"Not added: {fault}." : $"The {node.Kind} {node.Name} is there.";
        await OnGetAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostCodeAsync(string? name, string? site, CancellationToken cancellationToken)
    {
        (Code, string? fault) = FleetNames.Usable(name) is { } good ? await codes.MakeAsync(OrganisationRepository.DefaultId, good, FleetNames.Usable(site) ?? "", Actor, cancellationToken) : (null, FleetNames.Rule);
        Told = Code is null ? $"No code: {fault}." : $"Enrolment code of agent {name}";
        await OnGetAsync(cancellationToken);
        return Page();
    }
}
