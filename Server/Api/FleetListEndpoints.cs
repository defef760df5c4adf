using System.Globalization;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api;

/// <summary>What agents meter: devices, the meter read report for billing, and what was refused.</summary>
internal sealed class FleetListEndpoints(FleetRepository fleet, FleetDevices devices, MeterReads reads, SupplyForecasts forecasts, FleetScopes scopes, FleetOptions options, ReportOptions reports, TimeProvider time)
{
    private const int MostRefusals = 1000;

    private static readonly ApiAccess Read = new(Reach.Fleet, Roles.Administrator, Roles.Dealer, Roles.Customer, Roles.Manager, Roles.Monitor);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new()
        {
            Method = "GET", Path = "/fleet/devices", Summary = "Metered devices by name, with status and supplies as their agents told them last.", Access = Read, Handle = DevicesAsync,
            Parameters = [new("site", "string", "Only those of a site."), .. ApiParameter.Page], Answer = "FleetDevicePage",
        },
        new()
        {
            Method = "GET", Path = "/fleet/meter-reads", Summary = "First and last meters of a period for billing; what is missing or doubtful carries flags.", Access = Read, Handle = ReadsAsync,
            Parameters = [new("site", "string", "Only those of a site."), .. ApiParameter.Period], Answer = "MeterReadPage",
        },
        new() { Method = "GET", Path = "/fleet/refusals", Summary = "The newest of what was refused from agents and strangers.", Access = new(Reach.Whole, Roles.Administrator, Roles.Monitor), Handle = RefusalsAsync, Answer = "FleetRefusalPage" },
    ];

    private object Shape(FleetDeviceRow d, IReadOnlyDictionary<(long DeviceId, string Supply), SupplyForecast> ends, int today)
    {
        ProbeReport? report = ProbeReport.TryParse(d.Report);
        return new
        {
            device = d.Name, site = d.Site, agent = d.Agent, state = Freshness.Of(d, options, time.GetUtcNow()), maker = report?.Identity.Maker, model = report?.Identity.Model, serial = d.Serial, address = d.Address,
            location = report?.Identity.Location ?? d.Location, summary = report?.Status.Summary, errors = report is null ? [] : report.Status.Errors.ToArray(),
            supplies = report?.Supplies.Select(s => new { kind = s.Kind, color = s.Color, description = s.Description, percent = s.Percent, levelKind = s.LevelKind, runOutAt = ends.GetValueOrDefault((d.DeviceId, s.Index))?.RunsOutAt(today) }) ?? [],
            readingAt = d.ReadingAt, inventoryAt = d.InventoryAt, silentSince = d.SilentSince, silentReason = d.SilentReason,
        };
    }

    private async Task<IResult> DevicesAsync(ApiCall call)
    {
        string[]? after = Cursor.Read(call.Query("cursor"), 2);
        int limit = call.Limit, today = SupplyForecasts.DayOf(time.GetUtcNow());
        IReadOnlyList<FleetDeviceRow> rows = await devices.ListAsync(await ScopeOfAsync(call), after?[0] ?? "", after is null ? 0 : Cursor.Number(after[1]), limit + 1, call.Aborted);
        IReadOnlyDictionary<(long DeviceId, string Supply), SupplyForecast> ends = await forecasts.OfAsync([.. rows.Select(r => r.DeviceId)], today, call.Aborted);
        return ApiResults.Ok(Page<object>.Of(rows, limit, d => Cursor.Of(d.NameFolded, d.AgentId.ToString(CultureInfo.InvariantCulture)), d => Shape(d, ends, today)));
    }

    private async Task<IResult> ReadsAsync(ApiCall call)
    {
        ReportPeriod period = ReportEndpoints.PeriodOf(call, reports, time);
        return ApiResults.Ok(new Page<object>([.. await reads.BuildAsync(await ScopeOfAsync(call), period, time.GetUtcNow(), call.Aborted)], null));
    }

    private async Task<IResult> RefusalsAsync(ApiCall call) => ApiResults.Ok(new Page<object>(
        [.. (await fleet.RefusalsAsync(Math.Min(call.Limit, MostRefusals), call.Aborted)).Select(r => new { at = r.At, agent = r.Agent, sequence = r.Sequence, address = r.Address, reason = r.Reason })], null));

    /// <summary>The token's scope; a site in the query can only narrow it.</summary>
    private async Task<FleetScope> ScopeOfAsync(ApiCall call)
    {
        FleetScope own = await scopes.RequireAsync(call);
        return call.Query("site") is not { } text || own.Site is not null ? own : own with { Site = FleetNames.Usable(text) ?? throw ApiProblem.NotFound("site", text) };
    }
}
