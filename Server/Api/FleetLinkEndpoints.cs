using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;

namespace CopyTrack.Server.Api;

/// <summary>Links of agents to devices that may be wrong, and how they are parted.</summary>
internal sealed class FleetLinkEndpoints(FleetLinks links, FleetRepository fleet, FleetOptions options, TimeProvider time)
{
    private static readonly ApiAccess Administration = new(Reach.Whole, Roles.Administrator);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "GET", Path = "/fleet/links", Summary = "Devices that an agent may have been taken for wrongly, by a serial number.", Access = Administration, Handle = ListAsync, Answer = "FleetLinkPage" },
        new()
        {
            Method = "POST", Path = "/fleet/agents/{name}/devices/{key}/part", Summary = "Makes what an agent names so a device of its own; what the ledger holds stays where it is.", Access = Administration, Handle = PartAsync,
            Answer = "FleetParted",
        },
    ];

    private async Task<IResult> ListAsync(ApiCall call) => ApiResults.Ok(new Page<object>(
        [
            .. (await links.DoubtfulAsync(call.Caller.OrgId, time.GetUtcNow() - options.Stale, call.Aborted)).Select(l => new
            {
                device = l.Device, deviceSite = l.DeviceSite, agent = l.Agent, site = l.Site, key = l.Key, serial = l.Serial, address = l.Address, why = l.Why, firstSeenAt = l.FirstSeenAt, readingAt = l.ReadingAt,
            }),
        ],
        null));

    private async Task<IResult> PartAsync(ApiCall call)
    {
        FleetAgentRow agent = FleetNames.Usable(call.Route("name")) is { } name && await fleet.FindAsync(call.Caller.OrgId, name, call.Aborted) is { } found ? found : throw ApiProblem.NotFound("agent", call.Route("name"));
        return await links.PartAsync(agent, call.Route("key"), call.Caller.Actor, call.Aborted) is { } made ? ApiResults.Ok(new { device = made }, 201) : throw ApiProblem.NotFound("device", call.Route("key"));
    }
}
