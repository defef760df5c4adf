using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.WalkUp;
using Dapper;

namespace CopyTrack.Server.Api;

/// <summary>Terminals.</summary>
internal sealed class TerminalEndpoints(IDatabase database, IWalkUpControl walkUp, ITerminalRevocation revocation, AuditLog audit)
{
    private static readonly ApiAccess Read = new(Reach.Devices, Roles.Administrator, Roles.Dealer, Roles.Monitor);
    private static readonly ApiAccess Write = new(Reach.Devices, Roles.Administrator);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "GET", Path = "/terminals", Summary = "Terminals by name.", Access = Read, Handle = ListAsync, Parameters = ApiParameter.Page, Answer = "TerminalPage" },
        new() { Method = "POST", Path = "/terminals/{id}/lock", Summary = "Locks the panel and ends the open session with reason admin.", Access = Write, Handle = LockAsync, Answer = "Locked" },
        new() { Method = "POST", Path = "/terminals/{id}/revoke", Summary = "Revokes the terminal's certificate and cuts its connection.", Access = Write, Handle = RevokeAsync },
    ];

    private static object Shape(TerminalView t) => new
    {
        id = t.Id, name = t.Name, device = t.Device, vendor = t.Vendor, model = t.Model, firmware = t.Firmware, capabilities = t.Capabilities?.Split(';') ?? [],
        connected = t.ConnectedNode is not null, lastSeenAt = t.LastSeenAt, panel = t.PanelState, revokedAt = t.RevokedAt,
    };

    private async Task<IResult> ListAsync(ApiCall call)
    {
        string after = Cursor.Read(call.Query("cursor"), 1)?[0] ?? "";
        int limit = call.Limit;
        TerminalView[] rows = await database.ReadAsync(async (connection, ct) => (await connection.QueryAsync<TerminalView>(new CommandDefinition(
            database.Sql["Terminal_ListWithDevice"], new { orgId = call.Caller.OrgId, whole = call.Caller.IsWhole, sites = call.Caller.Scope.Sites, after, limit = limit + 1 }, cancellationToken: ct))).ToArray(), call.Aborted);
        return ApiResults.Ok(Page<object>.Of(rows, limit, t => Cursor.Of(t.NameFolded), Shape));
    }

    private async Task<IResult> LockAsync(ApiCall call)
    {
        string id = await OneAsync(call);
        await audit.TellAsync(call.Caller.OrgId, call.Caller.Actor, "terminal.lock", $"terminal:{id}", null, call.Aborted);
        return ApiResults.Ok(new { sessionEnded = await walkUp.LockAsync(id, call.Aborted) });
    }

    private async Task<IResult> RevokeAsync(ApiCall call)
    {
        string id = await OneAsync(call);
        return await revocation.RevokeAsync(id, call.Caller.Actor, call.Aborted) ? ApiResults.None() : throw ApiProblem.NotFound("terminal", id);
    }

    private async Task<string> OneAsync(ApiCall call)
    {
        string id = call.Route("id");
        return await database.ReadAsync((connection, ct) => connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            database.Sql["Terminal_InScope"], new { orgId = call.Caller.OrgId, whole = call.Caller.IsWhole, sites = call.Caller.Scope.Sites, id }, cancellationToken: ct)), call.Aborted)
            ?? throw ApiProblem.NotFound("terminal", id);
    }
}
