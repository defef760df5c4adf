using System.Data.Common;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Fleet;

/// <summary>What an agent says of a device that it names for the first time.</summary>
public sealed record NewFleetDevice(string Key, string? Serial, string? Model, string? Location, string? Address)
{
    /// <summary>MAC address; null where it is not told.</summary>
    public string? Mac { get; init; }

    /// <summary>Name of the profile that it is read by; null when it is not told yet.</summary>
    public string? Profile { get; init; }

    /// <summary>
    /// Whether it can be the device of which that is known: another MAC address tells two apart that have one serial number, and so does another model where both were read in the same way.
    /// </summary>
    public bool IsLikely(DeviceIdentity? known, string? profile) => known is null
        || !(Differ(known.MacAddress, Mac) || (Profile is not null && Profile == profile && Differ(known.Model, Model)));

    private static bool Differ(string? one, string? other) => one is not null && other is not null && !string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Which device an agent's name stands for. A device is one device, whoever meters it.</summary>
public sealed class FleetDevices(IDatabase database, DeviceRepository devices, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    /// <summary>Address of a device that only its agent knows; such a name never resolves (RFC 2606 §2).</summary>
    public const string NoAddress = "metered.invalid";

    private const int LongestName = 120, MostTries = 1000;

    /// <summary>So many devices by name are looked through first for what many may have.</summary>
    private const int Near = 5000;

    /// <summary>The device behind an agent's name; null when the name is new.</summary>
    public Task<FleetLinkRow?> FindAsync(long agentId, string key, CancellationToken cancellationToken) => database.ReadAsync(
        (c, ct) => c.QuerySingleOrDefaultAsync<FleetLinkRow>(Command("FleetDevice_Find", new { agentId, key }, ct)), cancellationToken);

    /// <summary>
    /// The device behind an agent's name, made when there is none. By its serial number it is a device that another agent of the same customer meters, or one of the same site that this
    /// server reads itself (for the agent inside the server: of no site too), unless it is seen to be another one; never one of another customer, whatever number an agent claims. Two devices of one number at a customer are no proof: then a new one is made.
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

                var device = await SameAsync(c, agent, found, ct);
                var isNew = device is null;
                device ??= (await AddAsync(c, agent, found, ct)).Id;
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
        async (c, ct) =>
        {
            // Each has a way of its own: all by name as far as the page goes, those of some agents from the agents on, those with a text from wherever it may stand.
            var isWhole = scope is { IsWhole: true, AskedSite: null } && question.Agent is null;
            if (isWhole && question.IsNarrow && await AskAsync("FleetDevice_ListNear") is var near && near.Count == limit)
            {
                return near;
            }

            return await AskAsync(isWhole && !question.IsNarrow ? "FleetDevice_List" : isWhole && question.Find is not null ? "FleetDevice_ListFound" : "FleetDevice_ListOf");

            async Task<List<FleetDeviceRow>> AskAsync(string statement) => (await c.QueryAsync<FleetDeviceRow>(Command(statement, new
            {
                orgId = scope.OrgId, whole = scope.IsWhole, sites = scope.Sites, nodes = scope.Nodes, askedSite = scope.AskedSite, text = question.Text, find = question.Pattern, state = question.State, staleBefore = question.StaleBefore,
                agent = question.Agent is { } agent ? NameFolding.Fold(agent) : null, reports = question.Reports ? 1L : 0L, after = after.NameFolded, afterId = after.AgentId, span = Near, limit,
            }, ct))).AsList();
        },
        cancellationToken);

    /// <summary>The same rows with what the devices said last, for who asked for a list without and shows a part of it.</summary>
    public async Task<IReadOnlyList<FleetDeviceRow>> WithReportsAsync(IReadOnlyList<FleetDeviceRow> rows, CancellationToken cancellationToken)
    {
        long[] ids = [.. rows.Select(r => r.DeviceId).Distinct()];
        var reports = ids.Length == 0 ? [] : await database.ReadAsync(
            async (c, ct) => (await c.QueryAsync<(long DeviceId, string Report)>(Command("Inventory_Reports", new { ids }, ct))).ToDictionary(r => r.DeviceId, r => r.Report), cancellationToken);
        return [.. rows.Select(r => r with { Report = reports.GetValueOrDefault(r.DeviceId) })];
    }

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

    private async Task<long?> SameAsync(DbConnection connection, FleetAgentRow agent, NewFleetDevice found, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(found.Serial))
        {
            return null;
        }

        var same = await LikelyAsync("FleetDevice_SameSerial", new { orgId = agent.OrgId, customerId = agent.CustomerId, serial = found.Serial });
        if (same.Length == 0)
        {
            same = await LikelyAsync("FleetDevice_OwnSerial", new { orgId = agent.OrgId, site = agent.Site, hosted = agent.Hosted, serial = found.Serial });
        }

        return same is [{ DeviceId: var only, IsLikely: true }] ? only : null;

        // All that tell the number are counted: of two, none is proven, though only one of them be likely.
        async Task<(long DeviceId, bool IsLikely)[]> LikelyAsync(string statement, object parameters) =>
            [.. (await connection.QueryAsync<SameSerial>(Command(statement, parameters, cancellationToken))).Select(s => (s.DeviceId, ProbeReport.TryParse(s.Report) is not { } report || found.IsLikely(report.Identity, report.Profile)))];
    }

    /// <summary>Makes a device for what an agent found, in the caller's transaction, under a name that no other has.</summary>
    internal async Task<DeviceRow> AddAsync(DbConnection connection, FleetAgentRow agent, NewFleetDevice found, CancellationToken cancellationToken)
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
                return row;
            }
        }

        throw new InvalidOperationException($"there are {MostTries} devices called '{wanted}'");
    }

    private sealed record SameSerial
    {
        public required long DeviceId { get; init; }
        public string? Report { get; init; }
    }

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
