using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Web;

/// <summary>A device with what the overview tells of it.</summary>
internal sealed record DeviceView
{
    public string Name { get; init; } = "";
    public string Address { get; init; } = "";
    public string? Location { get; init; }
    public string? Site { get; init; }
    public string? Profile { get; init; }
    public DateTimeOffset? UnreachableSince { get; init; }
    public long? SessionState { get; init; }
    public string? User { get; init; }

    /// <summary>One word for people.</summary>
    public string State => UnreachableSince is not null ? "not reached" : SessionState switch { null => "free", 3 => "settling", _ => "in use" };
}

/// <summary>What pages read beside the API's own reading.</summary>
internal sealed class WebQueries(IDatabase database)
{
    public Task<DeviceView[]> DevicesAsync(CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<DeviceView>(new CommandDefinition(database.Sql["Web_Devices"], new { orgId = 1L }, cancellationToken: ct))).ToArray(), cancellationToken);

    public Task<SessionView[]> SessionsAsync(int highest, int limit, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<SessionView>(new CommandDefinition(database.Sql[highest <= 3 ? "Session_Live" : "Session_ListWithNames"], new
        {
            orgId = 1L, lowest = 0, highest, device = (long?)null, person = (long?)null, project = (long?)null, site = (string?)null, department = (string?)null,
            from = (long?)null, to = (long?)null, before = long.MaxValue, limit,
        }, cancellationToken: ct))).ToArray(), cancellationToken);

    /// <summary>The sessions at a device that are not settled yet, the newest first.</summary>
    public Task<SessionView[]> NowAtAsync(long deviceId, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<SessionView>(new CommandDefinition(database.Sql["Session_Live"], new
        {
            orgId = 1L, lowest = 0, highest = 3, device = (long?)deviceId, person = (long?)null, project = (long?)null, site = (string?)null, department = (string?)null,
            from = (long?)null, to = (long?)null, before = long.MaxValue, limit = 5,
        }, cancellationToken: ct))).ToArray(), cancellationToken);

    /// <summary>The last walk-ups of a person, with those of whoever was merged into them.</summary>
    public Task<SessionView[]> SessionsOfAsync(long orgId, long person, int limit, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<SessionView>(new CommandDefinition(database.Sql["Session_OfPerson"], new
        {
            orgId, lowest = 0, highest = 4, device = (long?)null, person, project = (long?)null, site = (string?)null, department = (string?)null,
            from = (long?)null, to = (long?)null, before = long.MaxValue, limit,
        }, cancellationToken: ct))).ToArray(), cancellationToken);

    /// <summary>Terminals beside a device that are not revoked.</summary>
    public Task<TerminalView[]> TerminalsAtAsync(long deviceId, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<TerminalView>(new CommandDefinition(database.Sql["Terminal_OfDevice"], new { orgId = 1L, deviceId }, cancellationToken: ct))).ToArray(), cancellationToken);

    public Task<TerminalView[]> TerminalsAsync(CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<TerminalView>(new CommandDefinition(database.Sql["Terminal_ListWithDevice"],
            new { orgId = 1L, site = (string?)null, after = "", limit = 20_000 }, cancellationToken: ct))).ToArray(), cancellationToken);

    public Task<OutboxView[]> AlertsAsync(CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<OutboxView>(new CommandDefinition(database.Sql["Web_Alerts"], new { orgId = OrganisationRepository.DefaultId, limit = 10 }, cancellationToken: ct))).ToArray(), cancellationToken);
}
