using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Fleet;

/// <summary>An agent's word for a device that may be another one's. <see cref="Why"/>: <c>elsewhere</c>, this installation reads the device itself at another site; <c>shared</c>, another agent tells of it at another place at the same time.</summary>
public sealed record DoubtfulLinkRow
{
    public required long AgentId { get; init; }
    public required string Key { get; init; }
    public required long DeviceId { get; init; }
    public required string Device { get; init; }

    /// <summary>Where the device stands by this installation; null for no site.</summary>
    public string? DeviceSite { get; init; }
    public required string Agent { get; init; }

    /// <summary>The agent's site.</summary>
    public required string Site { get; init; }
    public string? Serial { get; init; }
    public string? Address { get; init; }
    public required DateTimeOffset FirstSeenAt { get; init; }
    public DateTimeOffset? ReadingAt { get; init; }
    public required string Why { get; init; }
}

/// <summary>Links of agents' names to devices that went by a serial number alone and may be wrong, and how they are parted.</summary>
public sealed class FleetLinks(IDatabase database, FleetDevices devices, DeviceRepository all, AuditLog audit, TimeProvider time)
{
    /// <summary>Most links that are told at once.</summary>
    public const int Most = 200;

    /// <summary>Links in doubt, by the names of the devices; at most <see cref="Most"/> of each kind. A place counts as there when it told something since <paramref name="freshAfter"/>.</summary>
    public Task<IReadOnlyList<DoubtfulLinkRow>> DoubtfulAsync(long orgId, DateTimeOffset freshAfter, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<DoubtfulLinkRow>>(
        async (c, ct) =>
        {
            var elsewhere = (await c.QueryAsync<DoubtfulLinkRow>(Command("FleetLink_Elsewhere", new { orgId, limit = Most }, ct))).AsList();
            var shared = (await c.QueryAsync<DoubtfulLinkRow>(Command("FleetLink_Shared", new { orgId, freshAfter, limit = Most }, ct))).AsList();
            return [.. elsewhere.Concat(shared).DistinctBy(l => (l.AgentId, l.Key))];
        },
        cancellationToken);

    /// <summary>
    /// Parts what an agent names so from the device that it was taken for: it gets a device of its own, to which readings go from now on (within five minutes on every node). What the ledger holds stays where it was
    /// booked. The name of the new device; null when there is no such link, or nobody else reads the device, as after it was parted.
    /// </summary>
    public async Task<string?> PartAsync(FleetAgentRow agent, string key, string actor, CancellationToken cancellationToken)
    {
        var made = await database.WriteAsync<string?>(
            async (c, ct) =>
            {
                await c.ExecuteScalarAsync<long>(Command("Organisation_Lock", new { orgId = agent.OrgId }, ct));
                if (await c.QuerySingleOrDefaultAsync<KnownLink>(Command("FleetLink_Get", new { orgId = agent.OrgId, agentId = agent.Id, key }, ct)) is not { } link)
                {
                    return null;
                }

                var own = await devices.AddAsync(c, agent, new NewFleetDevice(key, link.Serial, ProbeReport.TryParse(link.Report)?.Identity.Model, null, link.Address), ct);
                await c.ExecuteAsync(Command("FleetLink_Part", new { agentId = agent.Id, key, deviceId = link.DeviceId, newId = own.Id, now = time.GetUtcNow() }, ct));
                await audit.AddAsync(c, agent.OrgId, actor, "fleet.link.part", $"fleetAgent:{agent.Id}", link.Device, own.Name, ct);
                return own.Name;
            },
            cancellationToken);
        if (made is not null)
        {
            await all.TellChangedAsync(cancellationToken);
        }

        return made;
    }

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);

    private sealed record KnownLink
    {
        public required long DeviceId { get; init; }
        public required string Device { get; init; }
        public string? Serial { get; init; }
        public string? Address { get; init; }
        public string? Report { get; init; }
    }
}
