using System.Collections.Immutable;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;

namespace CopyTrack.Server.Api;

/// <summary>Offsets of meters: swaps that the ledger saw, and what an administrator enters for the bill.</summary>
internal sealed class FleetOffsetEndpoints(FleetDevices devices, MeterSwaps swaps, FleetScopes scopes)
{
    public IEnumerable<ApiEndpoint> All() =>
    [
        new()
        {
            Method = "GET", Path = "/fleet/devices/{name}/offsets", Summary = "Swaps of boards that the ledger saw at a device, with the offsets that follow, and the offsets that were entered.",
            Access = new(Reach.Fleet, Roles.Administrator, Roles.Dealer, Roles.Customer, Roles.Manager, Roles.Monitor), Handle = ListAsync, Answer = "MeterOffsets",
        },
        new()
        {
            Method = "POST", Path = "/fleet/devices/{name}/offsets", Summary = "Enters offsets of a device's meters, for a swap that was seen (without figures as the ledger reckons them) or for a time. What was entered before stays.",
            Access = new(Reach.Whole, Roles.Administrator), Handle = EnterAsync, Body = "MeterOffsetInput", Answer = "MeterOffsets",
        },
    ];

    private async Task<IResult> ListAsync(ApiCall call) => ApiResults.Ok(Shape(await swaps.OfAsync((await OneAsync(call)).DeviceId, call.Aborted)));

    private async Task<IResult> EnterAsync(ApiCall call)
    {
        OffsetInput input = await ApiJson.ReadAsync<OffsetInput>(call.Context);
        FleetDeviceRow device = await OneAsync(call);
        if (await swaps.EnterAsync(call.Caller.OrgId, device.DeviceId, input.ToEntry(), call.Caller.Actor, call.Aborted) is { } fault)
        {
            throw new ApiProblem(422, "badValue", "A value can't be taken", $"{char.ToUpperInvariant(fault[0])}{fault[1..]}.", "Correct it and send the body again.");
        }

        return ApiResults.Ok(Shape(await swaps.OfAsync(device.DeviceId, call.Aborted)), 201);
    }

    private async Task<FleetDeviceRow> OneAsync(ApiCall call) =>
        await devices.OneAsync(await scopes.RequireAsync(call), call.Route("name"), call.Aborted) ?? throw ApiProblem.NotFound("device", call.Route("name"));

    private static object Shape(DeviceOffsets known) => new
    {
        swaps = known.Swaps.Select(s => new { epoch = s.Epoch, at = s.At, reason = s.Reason, confirmed = s.Confirmed, figures = s.Figures.Select(f => new { counter = f.Counter, before = f.Before, after = f.After, offset = f.Offset }) }),
        entered = known.Entered.Select(e => new
        {
            counter = e.Row.Counter, epoch = e.Row.Epoch, at = e.Row.At, offset = e.Row.Pages, ledger = e.Row.Ledger, reason = e.Row.Reason, enteredBy = e.Row.EnteredBy, enteredAt = e.Row.EnteredAt, counts = e.Counts,
        }),
    };

    private sealed class OffsetInput
    {
        public long? Epoch { get; init; }
        public DateTimeOffset? At { get; init; }
        public string? Reason { get; init; }
        public long? Pages { get; init; }
        public long? Mono { get; init; }
        public long? Color { get; init; }
        public long? Scans { get; init; }
        public long? Faxes { get; init; }

        public OffsetEntry ToEntry() => new(Epoch, At, Reason, new[] { ("pages", Pages), ("mono", Mono), ("color", Color), ("scans", Scans), ("faxes", Faxes) }
            .Where(f => f.Item2 is not null).ToImmutableDictionary(f => f.Item1, f => f.Item2!.Value));
    }
}
