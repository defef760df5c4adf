using System.Text.Json;
using System.Text.Json.Nodes;
using CopyTrack.Accounting.Audit;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Ledger;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Polling;
using CopyTrack.Server.Reports;
using Dapper;

namespace CopyTrack.Server.Api;

/// <summary>Devices, their readings and their balance.</summary>
internal sealed class DeviceEndpoints(IDatabase database, DeviceRepository devices, DeviceUpsert upsert, InventoryRepository inventories, AuditRunner audit, BalanceReader balances,
    IDeviceReads reads, AuditLog log, ReportOptions options, TimeProvider time)
{
    private const int MaxChanges = 100;

    private static readonly ApiAccess Read = new(Reach.Devices, Roles.Administrator, Roles.Dealer, Roles.Customer, Roles.Manager, Roles.Monitor);
    private static readonly ApiAccess Write = new(Reach.Whole, Roles.Administrator);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "GET", Path = "/devices", Summary = "Devices by name.", Access = Read, Handle = ListAsync, Parameters = ApiParameter.Page, Answer = "DevicePage" },
        new() { Method = "GET", Path = "/devices/{name}", Summary = "One device.", Access = Read, Handle = GetAsync, Answer = "Device" },
        new() { Method = "PUT", Path = "/devices/{name}", Summary = "Adds or changes a device: absent members stay, null clears.", Access = Write, Handle = PutAsync, Body = "DeviceInput", Answer = "Device" },
        new() { Method = "DELETE", Path = "/devices/{name}", Summary = "Takes a device out of service; its ledger stays.", Access = Write, Handle = DeleteAsync },
        new() { Method = "GET", Path = "/devices/{name}/meters", Summary = "Readings of a device in order.", Access = Read, Handle = MetersAsync, Parameters = [.. ApiParameter.Period, .. ApiParameter.Page], Answer = "ReadingPage" },
        new() { Method = "GET", Path = "/devices/{name}/balance", Summary = "What the meters moved by against what the ledger holds, by epoch.", Access = Read, Handle = BalanceAsync, Parameters = ApiParameter.Period, Answer = "Balance" },
        new() { Method = "GET", Path = "/devices/{name}/inventory", Summary = "What the device said of itself at the last look, and what changed.", Access = Read, Handle = InventoryAsync, Answer = "Inventory" },
        new() { Method = "POST", Path = "/devices/{name}/read", Summary = "Reads meters and inventory now and tells what came of it.", Access = Write, Handle = ReadAsync, Answer = "ReadNow" },
        new() { Method = "POST", Path = "/devices/{name}/credential", Summary = "Makes the secret with which the device sends receipts; told this once.", Access = Write, Handle = CredentialAsync, Answer = "Credential" },
        new() { Method = "DELETE", Path = "/devices/{name}/credential", Summary = "Revokes the device's secret; what it sends is refused within seconds.", Access = Write, Handle = RevokeCredentialAsync },
    ];

    private static object Shape(DeviceRow d) => new
    {
        name = d.Name, address = d.Address, port = d.Port, snmpVersion = d.SnmpVersion, hasCommunity = d.CommunitySealed is not null, v3User = d.V3User, v3Auth = d.V3Auth, v3Priv = d.V3Priv, v3Context = d.V3Context,
        location = d.Location, site = d.Site, functions = d.Functions?.Split(';') ?? [], colorCapable = d.ColorCapable, profile = d.Profile, inventorySeconds = d.InventorySeconds, hasCredential = d.CredentialHash is not null, enabled = d.Enabled,
    };

    /// <summary>A reading with its counters.</summary>
    internal static object Shape(ReadingRow r, BaseCounterSet set) => new
    {
        at = r.At, confirmedAt = r.ConfirmedAt, epoch = r.Epoch, seq = r.Seq, trigger = Words.Of((ReadingTrigger)r.Trigger),
        counters = set.Counters.Zip(Data.Journal.Columns.ReadMeters(r.Meters), (c, v) => new
        {
            function = Words.Of(c.Key.Function), color = Words.Camel(c.Key.Color.ToString()), size = Words.Camel(c.Key.Size.ToString()), sides = Words.Camel(c.Key.Sides.ToString()),
            unit = Words.Of(c.Key.Unit), value = v, oid = c.Oids.Length == 1 ? c.Oids[0] : null, derivedFrom = c.Oids.Length > 1 ? c.Oids : default(IEnumerable<string>),
        }),
    };

    private async Task<IResult> ListAsync(ApiCall call)
    {
        string after = Cursor.Read(call.Query("cursor"), 1)?[0] ?? "";
        int limit = call.Limit;
        List<DeviceRow> rows = [];
        while (rows.Count <= limit)
        {
            IReadOnlyList<DeviceRow> more = await devices.ListAsync(call.Caller.OrgId, after, limit + 1, call.Aborted);
            rows.AddRange(more.Where(d => InScope(d, call.Caller)));
            if (more.Count <= limit)
            {
                break;
            }

            after = more[^1].NameFolded;
        }

        return ApiResults.Ok(Page<object>.Of(rows, limit, d => Cursor.Of(d.NameFolded), Shape));
    }

    private async Task<IResult> GetAsync(ApiCall call) => ApiResults.Ok(Shape(await OneAsync(call)));

    private async Task<IResult> PutAsync(ApiCall call)
    {
        string name = call.Route("name");
        DeviceInput input = await ApiJson.ReadAsync<DeviceInput>(call.Context);
        if (input.Name.Length > 0 && NameFolding.Fold(input.Name) != NameFolding.Fold(name))
        {
            throw ApiProblem.BadRequest("The body's name is not the path's.", "Leave it out; a device's name does not change.");
        }

        ApiInputs.CheckOrganisation(input.Organisation, call.Caller);
        UpsertKind kind = await ApiInputs.TakeAsync(() => upsert.ApplyAsync(input with { Name = name, Organisation = default }, new UpsertContext(call.Caller.OrgId, call.Caller.Actor), call.Aborted));
        return ApiResults.Ok(Shape(await OneAsync(call)), kind == UpsertKind.Added ? 201 : 200);
    }

    private async Task<IResult> DeleteAsync(ApiCall call)
    {
        DeviceRow device = await OneAsync(call);
        await devices.DeleteAsync(call.Caller.OrgId, device.Name, call.Caller.Actor, call.Aborted);
        return ApiResults.None();
    }

    private async Task<IResult> MetersAsync(ApiCall call)
    {
        DeviceRow device = await OneAsync(call);
        ReportPeriod period = ReportEndpoints.PeriodOf(call, options, time);
        long seq = Cursor.Read(call.Query("cursor"), 1) is [var last] ? Cursor.Number(last) : -1;
        int limit = call.Limit;
        return await database.ReadAsync(async (connection, ct) =>
        {
            ReadingRow[] rows = [.. await connection.QueryAsync<ReadingRow>(new CommandDefinition(database.Sql["Reading_Span"],
                new { deviceId = device.Id, from = period.From, to = period.To, seq, count = limit + 1 }, cancellationToken: ct))];
            Dictionary<int, BaseCounterSet> sets = (await new EpochSets(database, connection).OfAsync(device.Id, ct)).ToDictionary(e => e.Epoch, e => e.Set);
            return ApiResults.Ok(Page<object>.Of([.. rows.Where(r => sets.ContainsKey(r.Epoch))], limit, r => Cursor.Of(r.Seq), r => Shape(r, sets[r.Epoch])));
        }, call.Aborted);
    }

    private async Task<IResult> BalanceAsync(ApiCall call)
    {
        DeviceRow device = await OneAsync(call);
        return ApiResults.Ok(call.Query("from") is null && call.Query("to") is null
            ? await audit.DeviceAsync(device.Id, device.Name, full: false, call.Aborted)
            : await balances.OfAsync(device.Id, device.Name, call.Caller.Scope, ReportEndpoints.PeriodOf(call, options, time), call.Aborted));
    }

    private async Task<IResult> InventoryAsync(ApiCall call)
    {
        DeviceRow device = await OneAsync(call);
        InventoryRow? row = await inventories.FindAsync(device.Id, call.Aborted);
        if (row is null || JsonNode.Parse(row.Report) is not JsonObject report)
        {
            throw new ApiProblem(404, "notFound", "No inventory yet", $"The inventory of '{device.Name}' has not been read.", "Wait for the device's next turn, and see whether it answers.");
        }

        // The shape of a probe, with when it was and what changed.
        report["readAt"] = ReportJson.Rfc3339(row.ReadAt);
        report["changes"] = JsonSerializer.SerializeToNode((await inventories.ChangesAsync(device.Id, MaxChanges, call.Aborted)).Select(c => new
        {
            at = c.At, kind = Words.Camel(((InventoryChangeKind)c.Kind).ToString()), subject = c.Subject, before = c.Before, after = c.After,
        }), ApiJson.Options);
        return ApiResults.Ok(report);
    }

    private async Task<IResult> ReadAsync(ApiCall call)
    {
        DeviceRow device = await OneAsync(call);
        await database.WriteAsync(async (connection, ct) =>
        {
            await log.AddAsync(connection, call.Caller.OrgId, call.Caller.Actor, "device.read", $"device:{device.Id}", null, null, ct);
            return true;
        }, call.Aborted);
        (ReadNow meters, string? fault) = await reads.NowAsync(device.Id, call.Aborted);
        return ApiResults.Ok(new
        {
            device = device.Name,
            meters = meters switch { ReadNow.Taken => "read", ReadNow.Failed => "failed", ReadNow.InSession => "inSession", _ => "asked" },
            readAt = (meters as ReadNow.Taken)?.Reading.At, verdict = meters is ReadNow.Taken taken ? Words.Camel(taken.Verdict.ToString()) : null,
            inventory = fault is null ? "read" : "failed", reason = fault,
        });
    }

    private async Task<IResult> CredentialAsync(ApiCall call)
    {
        DeviceRow device = await OneAsync(call);
        string secret = MachineSecret.Generate(MachineSecret.DevicePrefix);
        await devices.SetCredentialAsync(call.Caller.OrgId, device.Name, MachineSecret.Hash(secret, MachineSecret.DevicePrefix)!, call.Caller.Actor, call.Aborted);
        return ApiResults.Ok(new { device = device.Name, secret }, 201);
    }

    private async Task<IResult> RevokeCredentialAsync(ApiCall call)
    {
        DeviceRow device = await OneAsync(call);
        await devices.SetCredentialAsync(call.Caller.OrgId, device.Name, null, call.Caller.Actor, call.Aborted);
        return ApiResults.None();
    }

    private static bool InScope(DeviceRow device, ApiCaller caller) => caller.Scope.OfDevices.Sees(device.Site, null, null);

    private async Task<DeviceRow> OneAsync(ApiCall call) =>
        await devices.FindAsync(call.Caller.OrgId, call.Route("name"), call.Aborted) is { } device && InScope(device, call.Caller)
            ? device : throw ApiProblem.NotFound("device", call.Route("name"));
}
