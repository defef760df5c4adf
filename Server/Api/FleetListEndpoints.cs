using System.Globalization;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api;

/// <summary>What agents meter: devices, the meter read report for billing, and what was refused.</summary>
internal sealed class FleetListEndpoints(FleetRepository fleet, FleetDevices devices, FleetTables tables, MeterReads reads, FleetReadings readings, SupplyForecasts forecasts, FleetScopes scopes, FleetOptions options, ReportOptions reports, TimeProvider time)
{
    private const int MostRefusals = 1000;

    private static readonly ApiAccess Read = new(Reach.Fleet, Roles.Administrator, Roles.Dealer, Roles.Customer, Roles.Manager, Roles.Monitor);

    private static readonly ApiParameter[] Narrow =
    [
        new("site", "string", "Only those of a site."), new("find", "string", "Only those with this text in name, site, agent, serial number or address."), new("state", "string", "Only those that are good, stale or silent."),
    ];

    public IEnumerable<ApiEndpoint> All() =>
    [
        new()
        {
            Method = "GET", Path = "/fleet/devices", Summary = "Metered devices by name, with status and supplies as their agents told them last.", Access = Read, Handle = DevicesAsync,
            Parameters = [.. Narrow, new("agent", "string", "Only those of an agent."), .. ApiParameter.Page], Answer = "FleetDevicePage",
        },
        new() { Method = "GET", Path = "/fleet/devices/{name}", Summary = "One metered device.", Access = Read, Handle = DeviceAsync, Answer = "FleetDevice" },
        new()
        {
            Method = "GET", Path = "/fleet/devices/{name}/readings", Summary = "Readings of a metered device in order.", Access = Read, Handle = ReadingsAsync, Parameters = [.. ApiParameter.Period, .. ApiParameter.Page],
            Answer = "ReadingPage",
        },
        new()
        {
            Method = "GET", Path = "/fleet/meter-reads", Summary = "First and last meters of a period for billing; what is missing or doubtful carries flags.", Access = Read, Handle = ReadsAsync,
            Parameters = [.. Narrow, .. ApiParameter.Period, .. ApiParameter.Page], Answer = "MeterReadPage",
        },
        new() { Method = "GET", Path = "/fleet/refusals", Summary = "The newest of what was refused from agents and strangers.", Access = new(Reach.Whole, Roles.Administrator, Roles.Monitor), Handle = RefusalsAsync, Answer = "FleetRefusalPage" },
    ];

    private object Shape(FleetDeviceRow d, IReadOnlyDictionary<(long DeviceId, string Supply), SupplyForecast> ends, int today)
    {
        ProbeReport? report = ProbeReport.TryParse(d.Report);
        return new
        {
            device = d.Name, site = d.Site, agent = d.Agent, state = Freshness.Of(d, options, time.GetUtcNow()), maker = report?.Identity.Maker, model = report?.Identity.Model, serial = d.Serial, address = d.Address,
            hostName = report?.Identity.HostName, macAddress = report?.Identity.MacAddress, firmware = report?.Identity.Firmware, location = report?.Identity.Location ?? d.Location, summary = report?.Status.Summary, errors = report is null ? [] : report.Status.Errors.ToArray(),
            supplies = report?.Supplies.Select(s => new { kind = s.Kind, color = s.Color, description = s.Description, percent = s.Percent, levelKind = s.LevelKind, runOutAt = ends.GetValueOrDefault((d.DeviceId, s.Index))?.RunsOutAt(today) }) ?? [],
            trays = report?.Trays.Select(t => new { name = t.Name ?? t.Index, media = t.Media, level = t.Level, levelKind = t.LevelKind, capacity = t.Capacity, unit = t.Unit, status = t.Status }) ?? [],
            counters = report?.Counters.Select(c => new
            {
                function = Words.Of(c.Function), color = Words.Camel(c.Color.ToString()), size = Words.Camel(c.Size.ToString()), sides = Words.Camel(c.Sides.ToString()), unit = Words.Of(c.Unit), value = c.Value, derived = c.Derived,
            }) ?? [],
            readingAt = d.ReadingAt, inventoryAt = d.InventoryAt, silentSince = d.SilentSince, silentReason = d.SilentReason,
        };
    }

    private async Task<IResult> DevicesAsync(ApiCall call)
    {
        int limit = call.Limit;
        FleetQuestion question = QuestionOf(call) with { Agent = call.Query("agent") };
        IReadOnlyList<FleetDeviceRow> rows = await devices.ListAsync(await ScopeOfAsync(call), question, PlaceOf(call), limit + 1, call.Aborted);
        return ApiResults.Ok(await PageAsync(rows, limit, call));
    }

    private async Task<IResult> DeviceAsync(ApiCall call) => ApiResults.Ok((await PageAsync([await OneAsync(call)], 1, call)).Items[0]);

    private async Task<IResult> ReadingsAsync(ApiCall call)
    {
        FleetDeviceRow device = await OneAsync(call);
        ReportPeriod period = ReportEndpoints.PeriodOf(call, reports, time);
        int limit = call.Limit;
        IReadOnlyList<FleetReading> rows = await readings.OfAsync(device.DeviceId, period, Cursor.Read(call.Query("cursor"), 1) is [var last] ? Cursor.Number(last) : -1, limit + 1, call.Aborted);
        return ApiResults.Ok(Page<object>.Of(rows, limit, r => Cursor.Of(r.Row.Seq), r => DeviceEndpoints.Shape(r.Row, r.Set)));
    }

    private async Task<IResult> ReadsAsync(ApiCall call)
    {
        ReportPeriod period = ReportEndpoints.PeriodOf(call, reports, time);
        int limit = call.Limit;
        List<(FleetDeviceRow Row, MeterRead Read)> rows = [];
        await foreach ((FleetDeviceRow, MeterRead) read in reads.AllAsync(await ScopeOfAsync(call), QuestionOf(call), period, PlaceOf(call), time.GetUtcNow(), Math.Min(limit + 1, MeterReads.PageSize), call.Aborted))
        {
            rows.Add(read);
            if (rows.Count > limit)
            {
                break;
            }
        }

        // Behind all agents that meter the device, so that it does not come again on the next page.
        return ApiResults.Ok(Page<object>.Of(rows, limit, r => Cursor.Of(r.Row.NameFolded, long.MaxValue.ToString(CultureInfo.InvariantCulture)), r => r.Read));
    }

    private async Task<FleetDeviceRow> OneAsync(ApiCall call) =>
        await devices.OneAsync(await scopes.RequireAsync(call), call.Route("name"), call.Aborted) ?? throw ApiProblem.NotFound("device", call.Route("name"));

    private async Task<Page<object>> PageAsync(IReadOnlyList<FleetDeviceRow> rows, int limit, ApiCall call)
    {
        int today = SupplyForecasts.DayOf(time.GetUtcNow());
        IReadOnlyDictionary<(long DeviceId, string Supply), SupplyForecast> ends = await forecasts.OfAsync([.. rows.Select(r => r.DeviceId)], today, call.Aborted);
        return Page<object>.Of(rows, limit, d => Cursor.Of(d.NameFolded, d.AgentId.ToString(CultureInfo.InvariantCulture)), d => Shape(d, ends, today));
    }

    private FleetQuestion QuestionOf(ApiCall call)
    {
        FleetQuestion question = tables.Question(call.Query("find"), call.Query("state"));
        return call.Query("state") is not null && question.State is null
            ? throw ApiProblem.BadRequest($"There is no state '{call.Query("state")}' of devices.", $"Ask for {string.Join(", ", FleetQuestion.States)}.") : question;
    }

    private static FleetPlace PlaceOf(ApiCall call) => Cursor.Read(call.Query("cursor"), 2) is [var name, var agent] ? new FleetPlace(name, Cursor.Number(agent)) : FleetPlace.Start;

    private async Task<IResult> RefusalsAsync(ApiCall call) => ApiResults.Ok(new Page<object>(
        [.. (await fleet.RefusalsAsync(Math.Min(call.Limit, MostRefusals), call.Aborted)).Select(r => new { at = r.At, agent = r.Agent, sequence = r.Sequence, address = r.Address, reason = r.Reason })], null));

    /// <summary>The token's scope; a site in the query can only narrow it, and says nothing to a token of one site.</summary>
    private async Task<FleetScope> ScopeOfAsync(ApiCall call)
    {
        FleetScope own = await scopes.RequireAsync(call);
        return call.Query("site") is not { } text || own is { Sites.Values: [_], Nodes.IsEmpty: true } ? own : own with { AskedSite = FleetNames.Usable(text) ?? throw ApiProblem.NotFound("site", text) };
    }
}
