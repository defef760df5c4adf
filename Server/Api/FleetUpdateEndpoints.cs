using System.Globalization;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Identity.Licensing;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Fleet.Updates;
using Microsoft.AspNetCore.Http.Features;

namespace CopyTrack.Server.Api;

/// <summary>Update packages of agents: what is there, who is offered it, how agents stand.</summary>
internal sealed class FleetUpdateEndpoints(FleetPackages packages, PackageIntake intake, FleetScopes scopes)
{
    private static readonly ApiAccess Read = new(Reach.Fleet, Roles.Administrator, Roles.Dealer, Roles.Customer, Roles.Manager, Roles.Monitor);
    private static readonly ApiAccess Write = new(Reach.Whole, Roles.Administrator);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "GET", Path = "/fleet/updates", Summary = "Which version each agent runs, and how it stands about updates.", Access = Read, Handle = AgentsAsync, Answer = "FleetAgentUpdatePage" },
        new() { Method = "GET", Path = "/fleet/packages", Summary = "Update packages with their stages.", Access = Write, Handle = ListAsync, Answer = "FleetPackagePage" },
        new() { Method = "POST", Path = "/fleet/packages", Summary = "Takes a package that the publisher signed (application/octet-stream): one of agents, which nobody is offered before a stage says so, or a licence, which holds at once.", Access = Write, Handle = TakeAsync, Answer = "FleetPackage" },
        new() { Method = "PUT", Path = "/fleet/packages/{id}/stage", Summary = "Offers a package to a share of the agents of everyone, a dealer, a customer or a site; 0 takes that back. With raiseHours the share goes up by itself (1, 5, 10, 25, 50, 100) each time so many hours passed without a failure.", Access = Write, Handle = StageAsync, Body = "FleetStageInput", Answer = "FleetPackage" },
        new() { Method = "POST", Path = "/fleet/packages/{id}/halt", Summary = "Stops offering a package.", Access = Write, Handle = call => HaltAsync(call, $"halted by {call.Caller.Actor}"), Answer = "FleetPackage" },
        new() { Method = "POST", Path = "/fleet/packages/{id}/resume", Summary = "Goes on offering a package that was halted.", Access = Write, Handle = call => HaltAsync(call, null), Answer = "FleetPackage" },
        new() { Method = "DELETE", Path = "/fleet/packages/{id}", Summary = "Removes a package; agents that run it keep it.", Access = Write, Handle = RemoveAsync },
    ];

    private static object Shape(FleetPackageRow p, IEnumerable<FleetRolloutRow> stages) => new
    {
        id = p.Id.ToString(CultureInfo.InvariantCulture), product = p.Product, version = p.Version, platform = p.Platform, hash = p.Hash, size = p.Size, addedAt = p.AddedAt, done = p.Done, failed = p.Failed,
        haltedAt = p.HaltedAt, haltedReason = p.HaltedReason, stages = stages.Where(s => s.PackageId == p.Id).Select(s => new { node = s.Node, percent = s.Share, raiseHours = s.RaiseHours, since = s.ChangedAt }).ToArray(),
    };

    private async Task<IResult> AgentsAsync(ApiCall call) => ApiResults.Ok(new Page<object>(
        [.. (await packages.AgentsAsync(await scopes.RequireAsync(call), call.Aborted)).Select(a => new
        {
            agent = a.Agent, site = a.Site, version = a.Version, platform = a.Platform, mode = a.Mode, state = char.ToLowerInvariant(a.State[0]) + a.State[1..], about = a.About == "-" ? null : a.About,
            reason = a.Reason == "-" ? null : a.Reason, reportedAt = a.ReportedAt,
        })],
        null));

    private async Task<IResult> ListAsync(ApiCall call)
    {
        IReadOnlyList<FleetRolloutRow> stages = await packages.StagesAsync(call.Caller.OrgId, call.Aborted);
        return ApiResults.Ok(new Page<object>([.. (await packages.ListAsync(call.Caller.OrgId, call.Aborted)).Select(p => Shape(p, stages))], null));
    }

    private async Task<IResult> TakeAsync(ApiCall call)
    {
        if (call.Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = PackageShelf.MaxBytes;
        }

        try
        {
            (FleetPackageRow? package, Entitlement? licence) = await intake.TakeAsync(call.Caller.OrgId, call.Context.Request.Body, call.Caller.Actor, call.Aborted);
            return package is not null ? ApiResults.Ok(Shape(package, []), 201) : ApiResults.Ok(new { product = PackageManifest.Licence, licence = licence!.Id, until = licence.Until });
        }
        catch (FleetFormatException e)
        {
            throw new ApiProblem(422, "badPackage", "The package is not taken", $"{char.ToUpperInvariant(e.Message[0])}{e.Message[1..]}.", "Send a package as the publisher made it, to a server that was built with the publisher's key.");
        }
    }

    private async Task<IResult> StageAsync(ApiCall call)
    {
        StageInput input = await ApiJson.ReadAsync<StageInput>(call.Context);
        FleetPackageRow package = await OneAsync(call);
        if (input.Percent is not (>= 0 and <= 100))
        {
            throw Bad("percent must be from 0 to 100");
        }

        if (input.RaiseHours is < 1 or > StageRules.MostHours)
        {
            throw Bad(FormattableString.Invariant($"raiseHours must be from 1 to {StageRules.MostHours}"));
        }

        string? node = input.Node is null ? null : FleetNames.Usable(input.Node) ?? throw Bad(FleetNames.Rule);
        return await packages.StageAsync(package, node, (int)input.Percent.Value, (int?)input.RaiseHours, call.Caller.Actor, call.Aborted) is { } fault ? throw Bad(fault) : await ShownAsync(call);
    }

    private async Task<IResult> HaltAsync(ApiCall call, string? reason)
    {
        await packages.HaltAsync(await OneAsync(call), reason, call.Caller.Actor, call.Aborted);
        return await ShownAsync(call);
    }

    private async Task<IResult> RemoveAsync(ApiCall call)
    {
        await packages.RemoveAsync(await OneAsync(call), call.Caller.Actor, call.Aborted);
        return ApiResults.None();
    }

    private async Task<IResult> ShownAsync(ApiCall call) => ApiResults.Ok(Shape(await OneAsync(call), await packages.StagesAsync(call.Caller.OrgId, call.Aborted)));

    private async Task<FleetPackageRow> OneAsync(ApiCall call) => long.TryParse(call.Route("id"), NumberStyles.None, CultureInfo.InvariantCulture, out long id)
        && await packages.GetAsync(call.Caller.OrgId, id, call.Aborted) is { Whole: 1 } package ? package : throw ApiProblem.NotFound("package", call.Route("id"));

    private static ApiProblem Bad(string fault) => new(422, "badValue", "A value can't be taken", $"{char.ToUpperInvariant(fault[0])}{fault[1..]}.", "Correct it and send the body again.");

    private sealed class StageInput
    {
        public string? Node { get; init; }
        public long? Percent { get; init; }
        public long? RaiseHours { get; init; }
    }
}
