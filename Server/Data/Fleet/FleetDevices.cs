using System.Data.Common;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Fleet;

/// <summary>What an agent says of a device that it names for the first time.</summary>
public sealed record NewFleetDevice(string Key, string? Serial, string? Model, string? Location, string? Address);

/// <summary>Which device an agent's name stands for. A device is one device, whoever meters it.</summary>
public sealed class FleetDevices(IDatabase database, DeviceRepository devices, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    /// <summary>Address of a device that only its agent knows; such a name never resolves (RFC 2606 §2).</summary>
    public const string NoAddress = "metered.invalid";

    private const int LongestName = 120, MostTries = 1000;

    /// <summary>The device behind an agent's name; null when the name is new.</summary>
    public Task<FleetLinkRow?> FindAsync(long agentId, string key, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleOrDefaultAsync<FleetLinkRow>(Command("FleetDevice_Find", new { agentId, key }, ct)), cancellationToken);

    /// <summary>
    /// The device behind an agent's name, made when there is none. By its serial number it is a device that another agent of the same customer meters, or one of the same site that this
    /// server reads itself (for the agent inside the server: of no site too); never one of another customer, whatever number an agent claims. Two devices of one number at a customer are no proof: then a new one is made.
    /// Null when the name is new and the agent has <paramref name="most"/> devices already.
    /// </summary>
    public async Task<FleetLinkRow?> LinkAsync(FleetAgentRow agent, NewFleetDevice found, int most, CancellationToken cancellationToken)
    {
        var made = await database.WriteAsync(
            async (c, ct) =>
            {
                // Two agents may meet a new device at one time: one of them makes it, and the other finds it.
                await c.ExecuteScalarAsync<long>(Command("Organisation_Lock", new { orgId = agent.OrgId }, ct));
                if (await c.QuerySingleOrDefaultAsync<FleetLinkRow>(Command("FleetDevice_Find", new { agentId = agent.Id, key = found.Key }, ct)) is not null)
                {
                    return false;
                }

                if (await c.ExecuteScalarAsync<long>(Command("FleetDevice_Count", new { agentId = agent.Id }, ct)) >= most)
                {
                    return false;
                }

                var device = await SameAsync(c, agent, found.Serial, ct);
                var isNew = device is null;
                device ??= await AddAsync(c, agent, found, ct);
                await c.ExecuteAsync(Command("FleetDevice_Add", new { agentId = agent.Id, key = found.Key, deviceId = device.Value, serial = found.Serial, address = found.Address, now = time.GetUtcNow() }, ct));
                return isNew;
            },
            cancellationToken);
        if (made)
        {
            await devices.TellChangedAsync(cancellationToken);
        }

        return await FindAsync(agent.Id, found.Key, cancellationToken);
    }

    /// <summary>Metered devices in the order of their names, behind a place in it; one that several agents meter stands there for each of them, one after the other.</summary>
    public Task<IReadOnlyList<FleetDeviceRow>> ListAsync(FleetScope scope, FleetQuestion question, FleetPlace after, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<FleetDeviceRow>>(
        async (c, ct) => (await c.QueryAsync<FleetDeviceRow>(Command("FleetDevice_List", new
        {
            orgId = scope.OrgId, whole = scope.IsWhole, sites = scope.Sites, nodes = scope.Nodes, askedSite = scope.AskedSite, find = question.Pattern, state = question.State, staleBefore = question.StaleBefore, agent = question.Agent is { } agent ? NameFolding.Fold(agent) : null,
            reports = question.Reports ? 1L : 0L, after = after.NameFolded, afterId = after.AgentId, limit,
        }, ct))).AsList(), cancellationToken);

    /// <summary>The metered device of that name, as far as somebody sees it; null when there is none. Of several agents that meter it the first.</summary>
    public async Task<FleetDeviceRow?> OneAsync(FleetScope scope, string name, CancellationToken cancellationToken) =>
        // With agent 0 the list begins with the name itself.
        NameFolding.Fold(name) is { Length: > 0 and <= 256 } folded && await ListAsync(scope, FleetQuestion.All, new FleetPlace(folded, 0), 1, cancellationToken) is [{ } row] && row.NameFolded == folded ? row : null;

    /// <summary>How many devices that this installation reads itself have not told yet what they are.</summary>
    public Task<long> CountUnreadAsync(long orgId, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.ExecuteScalarAsync<long>(Command("Device_CountUnread", new { orgId }, ct)), cancellationToken);

    /// <summary>Pages of a device by month, between two months.</summary>
    public Task<IReadOnlyList<DeviceMonthRow>> MonthsAsync(long orgId, long deviceId, int first, int last, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<DeviceMonthRow>>(
        async (c, ct) => (await c.QueryAsync<DeviceMonthRow>(Command("FleetDevice_Months", new { orgId, deviceId, first, last }, ct))).AsList(), cancellationToken);

    private async Task<long?> SameAsync(DbConnection connection, FleetAgentRow agent, string? serial, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(serial))
        {
            return null;
        }

        long[] same = [.. await connection.QueryAsync<long>(Command("FleetDevice_SameSerial", new { orgId = agent.OrgId, customerId = agent.CustomerId, serial }, cancellationToken))];
        if (same.Length == 0)
        {
            same = [.. await connection.QueryAsync<long>(Command("FleetDevice_OwnSerial", new { orgId = agent.OrgId, site = agent.Site, hosted = agent.Hosted, serial }, cancellationToken))];
        }

        return same is [var only] ? only : null;
    }

    private async Task<long> AddAsync(DbConnection connection, FleetAgentRow agent, NewFleetDevice found, CancellationToken cancellationToken)
    {
        var wanted = string.Join(' ', new[] { found.Model, found.Serial }.Where(t => !string.IsNullOrWhiteSpace(t)));
        wanted = wanted.Length == 0 ? found.Key : wanted.Length > LongestName ? wanted[..LongestName] : wanted;
        for (var i = 1; i <= MostTries; i++)
        {
            var name = i == 1 ? wanted : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{wanted} ({i})");
            string[] names = [NameFolding.Fold(name)];
            if (!(await connection.QueryAsync<DeviceRow>(Command("Device_FindByNames", new { orgId = agent.OrgId, names }, cancellationToken))).Any())
            {
                var now = time.GetUtcNow();
                var row = new DeviceRow
                {
                    Id = ids.Next(), OrgId = agent.OrgId, Name = name, NameFolded = names[0], Address = found.Address ?? NoAddress, Location = found.Location, Site = agent.Site, InventorySeconds = 0, CreatedAt = now, UpdatedAt = now,
                };
                await connection.ExecuteAsync(Command("Device_Put", row, cancellationToken));
                await DeviceRows.AddAsync(database, connection, agent.OrgId, row.Id, monitored: false, cancellationToken);
                await audit.AddAsync(connection, agent.OrgId, $"fleetAgent:{agent.Id}", "device.add", $"device:{row.Id}", null, name, cancellationToken);
                return row.Id;
            }
        }

        throw new InvalidOperationException($"there are {MostTries} devices called '{wanted}'");
    }

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
