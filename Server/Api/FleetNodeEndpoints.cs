using System.Globalization;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;

namespace CopyTrack.Server.Api;

/// <summary>Dealers, customers, sites and their agents.</summary>
internal sealed class FleetNodeEndpoints(FleetRepository fleet, AgentCodes codes, FleetScopes scopes, AcknowledgementFiles files, FleetOptions options, TimeProvider time)
{
    private static readonly ApiAccess Read = new(Reach.Fleet, Roles.Administrator, Roles.Dealer, Roles.Customer, Roles.Manager, Roles.Monitor);
    private static readonly ApiAccess Write = new(Reach.Whole, Roles.Administrator, Roles.Dealer);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "GET", Path = "/fleet/nodes", Summary = "Dealers, customers and sites, as far as the token sees them.", Access = Read, Handle = NodesAsync, Answer = "FleetNodePage" },
        new() { Method = "PUT", Path = "/fleet/nodes/{name}", Summary = "Adds a dealer, a customer or a site of a customer.", Access = Write, Handle = PutNodeAsync, Body = "FleetNodeInput", Answer = "FleetNode" },
        new() { Method = "GET", Path = "/fleet/agents", Summary = "Agents and how they stand.", Access = Read, Handle = AgentsAsync, Answer = "FleetAgentPage" },
        new() { Method = "POST", Path = "/fleet/agents/{name}/code", Summary = "Makes the one-time code of an agent of a site; told this once. A code ends the one before it.", Access = Write, Handle = CodeAsync, Body = "FleetAgentInput", Answer = "FleetAgentCode" },
        new() { Method = "POST", Path = "/fleet/agents/{name}/revoke", Summary = "Revokes an agent: nothing of it is taken any more.", Access = Write, Handle = RevokeAsync },
        new() { Method = "POST", Path = "/fleet/agents/{name}/wants", Summary = "What an agent is to do when it asks, if its owner allows it: read now, look for devices now, other intervals.", Access = Write, Handle = WantAsync, Body = "FleetWantsInput", Answer = "FleetWanted" },
        new() { Method = "GET", Path = "/fleet/agents/{name}/acknowledgement", Summary = "The signed acknowledgement of all that is kept of an agent, as a file that somebody carries to it (application/octet-stream).", Access = Write, Handle = AcknowledgeAsync, Answer = "FleetAcknowledgementFile" },
    ];

    private static object Shape(FleetNodeRow n) => new { name = n.Name, kind = n.Kind, parent = n.Parent, zone = n.Zone };

    private object Shape(FleetAgentRow a) => new
    {
        id = a.Id.ToString(CultureInfo.InvariantCulture), name = a.Name, site = a.Site, state = Freshness.Of(a, options, time.GetUtcNow()), program = a.Program, address = a.Address, enrolledAt = a.EnrolledAt,
        revokedAt = a.RevokedAt, lastSeenAt = a.LastSeenAt, lastNewAt = a.LastNewAt, clockOffSeconds = a.ClockOffMs / 1000, appliedThrough = a.AppliedThrough, waiting = a.Waiting, missing = a.Missing,
        repeated = a.Repeated, refused = a.Refused, unwritten = a.Unwritten, devices = a.Devices,
    };

    private async Task<IResult> NodesAsync(ApiCall call) => ApiResults.Ok(new Page<object>([.. (await fleet.NodesAsync(await scopes.RequireAsync(call), call.Aborted)).Select(Shape)], null));

    private async Task<IResult> PutNodeAsync(ApiCall call)
    {
        NodeInput input = await ApiJson.ReadAsync<NodeInput>(call.Context);
        (FleetNodeRow? node, string? fault) = await fleet.PutNodeAsync(call.Caller.OrgId, Name(call), input.Kind ?? "", input.Parent is null ? null : Usable(input.Parent), call.Caller.Actor, call.Aborted);
        if (node is null)
        {
            throw Bad(fault!);
        }

        return input.Zone is not { } zone ? ApiResults.Ok(Shape(node))
            : await fleet.SetZoneAsync(node, zone, call.Caller.Actor, call.Aborted) is { } set ? ApiResults.Ok(Shape(set)) : throw Bad("there is no such time zone; use a name such as Europe/Berlin");
    }

    private async Task<IResult> AgentsAsync(ApiCall call) =>
        ApiResults.Ok(new Page<object>([.. (await fleet.AgentsAsync(await scopes.RequireAsync(call), call.Aborted)).Select(Shape)], null));

    private async Task<IResult> CodeAsync(ApiCall call)
    {
        AgentInput input = await ApiJson.ReadAsync<AgentInput>(call.Context);
        (AgentCode? code, string? fault) = await codes.MakeAsync(call.Caller.OrgId, Name(call), Usable(input.Site ?? ""), call.Caller.Actor, hosted: false, call.Aborted);
        return code is null ? throw Bad(fault!)
            : ApiResults.Ok(new { agent = Name(call), id = code.AgentId.ToString(CultureInfo.InvariantCulture), code = code.Code, expiresAt = code.ExpiresAt, caFingerprint = code.CaFingerprint }, 201);
    }

    private async Task<IResult> RevokeAsync(ApiCall call)
    {
        await fleet.RevokeAsync(await OneAsync(call), call.Caller.Actor, call.Aborted);
        return ApiResults.None();
    }

    private async Task<IResult> WantAsync(ApiCall call)
    {
        WantsInput input = await ApiJson.ReadAsync<WantsInput>(call.Context);
        FleetAgentRow agent = await OneAsync(call);
        foreach (long? seconds in new[] { input.CounterSeconds, input.InventorySeconds })
        {
            if (seconds is { } number && (number is < 0 or > 86_400 || !FleetWants.IsInterval(TimeSpan.FromSeconds(number))))
            {
                throw Bad("an interval must be between 60 and 86400 seconds");
            }
        }

        string verbs = string.Join(';', new[] { input.ReadNow == true ? "readNow" : null, input.DiscoverNow == true ? "discoverNow" : null }.OfType<string>());
        await fleet.WantAsync(agent, verbs, input.CounterSeconds, input.InventorySeconds, call.Caller.Actor, call.Aborted);
        return ApiResults.Ok(new { agent = agent.Name, number = agent.WantsNumber + 1 }, 202);
    }

    private async Task<IResult> AcknowledgeAsync(ApiCall call)
    {
        FleetAgentRow agent = await OneAsync(call);
        return await files.MakeAsync(agent, call.Aborted) is { } file ? Results.Bytes(file, "application/octet-stream", AcknowledgementFiles.NameOf(agent))
            : throw new ApiProblem(409, "notEnrolled", "The agent is not enrolled", "It has no key yet, or was revoked, so that nothing of it is kept.", "Enrol it with a code first.");
    }

    private async Task<FleetAgentRow> OneAsync(ApiCall call) =>
        await fleet.FindAsync(call.Caller.OrgId, Name(call), call.Aborted) ?? throw ApiProblem.NotFound("agent", call.Route("name"));

    private static string Name(ApiCall call) => Usable(call.Route("name"));

    private static string Usable(string text) => FleetNames.Usable(text) ?? throw Bad(FleetNames.Rule);

    private static ApiProblem Bad(string fault) => new(422, "badValue", "A value can't be taken", $"{char.ToUpperInvariant(fault[0])}{fault[1..]}.", "Correct it and send the body again.");

    private sealed class NodeInput
    {
        public string? Kind { get; init; }
        public string? Parent { get; init; }

        /// <summary>Name of a time zone; empty for that of whoever is above.</summary>
        public string? Zone { get; init; }
    }

    private sealed class AgentInput
    {
        public string? Site { get; init; }
    }

    private sealed class WantsInput
    {
        public bool? ReadNow { get; init; }
        public bool? DiscoverNow { get; init; }
        public long? CounterSeconds { get; init; }
        public long? InventorySeconds { get; init; }
    }
}
