using System.Data.Common;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using Dapper;

namespace CopyTrack.Server.Web;

/// <summary>Which sessions are looked for; null members do not narrow.</summary>
internal sealed record SessionQuestion(int Lowest, int Highest, long? DeviceId, long? PersonId, ReportPeriod? Period);

/// <summary>Where a list of sessions goes on: behind this one.</summary>
internal readonly record struct SessionPlace(DateTimeOffset At, long Id);

/// <summary>What pages read beside the API's own reading.</summary>
internal sealed class WebQueries(IDatabase database)
{
    /// <summary>All devices by name, as they stand now. Thousands of rows for each look: column by column without a mapper between, and without a table of them so large that collecting it means collecting everything.</summary>
    public Task<DeviceView[]> DevicesAsync(CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
    {
        List<DeviceView> devices = [];
        await using (DbDataReader rows = await connection.ExecuteReaderAsync(new CommandDefinition(database.Sql["Web_Devices"], new { orgId = 1L }, cancellationToken: ct)))
        {
            while (await rows.ReadAsync(ct))
            {
                devices.Add(new DeviceView { Id = rows.GetInt64(0), Name = rows.GetString(1), Address = rows.GetString(2), Location = rows.IsDBNull(3) ? null : rows.GetString(3), Site = rows.IsDBNull(4) ? null : rows.GetString(4) });
            }
        }

        DeviceView[] byId = [.. devices];
        long[] ids = Array.ConvertAll(byId, d => d.Id);
        Array.Sort(ids, byId);
        await using (DbDataReader rows = await connection.ExecuteReaderAsync(new CommandDefinition(database.Sql["Web_DevicesNow"], new { orgId = 1L }, cancellationToken: ct)))
        {
            while (await rows.ReadAsync(ct))
            {
                if (Array.BinarySearch(ids, rows.GetInt64(0)) is >= 0 and var at)
                {
                    byId[at].Take(rows.GetInt32(1), rows.IsDBNull(2) ? null : rows.GetInt64(2), rows.IsDBNull(3) ? null : rows.GetString(3));
                }
            }
        }

        return devices.ToArray();
    }, cancellationToken);

    public Task<SessionView[]> SessionsAsync(int highest, int limit, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<SessionView>(new CommandDefinition(database.Sql[highest <= 3 ? "Session_Live" : "Session_ListWithNames"], new
        {
            orgId = 1L, lowest = 0, highest, device = (long?)null, person = (long?)null, whole = true, sites = ValueSet<string>.None, departments = ValueSet<string>.None, projects = ValueSet<long>.None, onlyProjects = false,
            from = (long?)null, to = (long?)null, opened = long.MaxValue, before = long.MaxValue, limit,
        }, cancellationToken: ct))).ToArray(), cancellationToken);

    /// <summary>A page of sessions, the newest first, and the place of the last one when there are more.</summary>
    public Task<(SessionView[] Sessions, SessionPlace? Next)> SessionPageAsync(SessionQuestion q, SessionPlace? after, int limit, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
    {
        string statement = q.Highest <= 3 ? "Session_PageLive" : q.PersonId is not null ? "Session_PageOfPerson" : q.DeviceId is not null ? "Session_PageOfDevice" : "Session_Page";
        SessionPlace place = after ?? new SessionPlace((q.Period?.To ?? Instant.FromMicros(253_402_300_799_999_999)).AddMicroseconds(-1), long.MaxValue);
        SessionView[] rows = [.. await connection.QueryAsync<SessionView>(new CommandDefinition(database.Sql[statement], new
        {
            orgId = 1L, lowest = q.Lowest, highest = q.Highest, device = q.DeviceId, person = q.PersonId, from = q.Period?.From ?? DateTimeOffset.UnixEpoch, at = place.At, id = place.Id, limit = limit + 1,
        }, cancellationToken: ct))];
        return rows.Length > limit ? (rows[..limit], new SessionPlace(rows[limit - 1].OpenedAt, rows[limit - 1].Id)) : (rows, (SessionPlace?)null);
    }, cancellationToken);

    /// <summary>The sessions at a device that are not settled yet, the newest first.</summary>
    public Task<SessionView[]> NowAtAsync(long deviceId, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<SessionView>(new CommandDefinition(database.Sql["Session_Live"], new
        {
            orgId = 1L, lowest = 0, highest = 3, device = (long?)deviceId, person = (long?)null, whole = true, sites = ValueSet<string>.None, departments = ValueSet<string>.None, projects = ValueSet<long>.None, onlyProjects = false,
            from = (long?)null, to = (long?)null, opened = long.MaxValue, before = long.MaxValue, limit = 5,
        }, cancellationToken: ct))).ToArray(), cancellationToken);

    /// <summary>The last walk-ups of a person, with those of whoever was merged into them.</summary>
    public Task<SessionView[]> SessionsOfAsync(long orgId, long person, int limit, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<SessionView>(new CommandDefinition(database.Sql["Session_OfPerson"], new
        {
            orgId, lowest = 0, highest = 4, device = (long?)null, person, whole = true, sites = ValueSet<string>.None, departments = ValueSet<string>.None, projects = ValueSet<long>.None, onlyProjects = false,
            from = (long?)null, to = (long?)null, opened = long.MaxValue, before = long.MaxValue, limit,
        }, cancellationToken: ct))).ToArray(), cancellationToken);

    /// <summary>Terminals beside a device that are not revoked.</summary>
    public Task<TerminalView[]> TerminalsAtAsync(long deviceId, CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<TerminalView>(new CommandDefinition(database.Sql["Terminal_OfDevice"], new { orgId = 1L, deviceId }, cancellationToken: ct))).ToArray(), cancellationToken);

    public Task<TerminalView[]> TerminalsAsync(CancellationToken cancellationToken) => database.ReadAsync(async (connection, ct) =>
        (await connection.QueryAsync<TerminalView>(new CommandDefinition(database.Sql["Terminal_ListWithDevice"],
            new { orgId = 1L, whole = true, sites = ValueSet<string>.None, after = "", limit = 20_000 }, cancellationToken: ct))).ToArray(), cancellationToken);
}
