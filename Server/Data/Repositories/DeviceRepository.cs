using System.Data.Common;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A device as stored. Sealed members are opened by the secret sealer.</summary>
public sealed record DeviceRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required string Name { get; init; }
    public required string NameFolded { get; init; }
    public required string Address { get; init; }
    public long Port { get; init; } = 161;
    public string SnmpVersion { get; init; } = "2c";
    public byte[]? CommunitySealed { get; init; }
    public string? V3User { get; init; }
    public string? V3Auth { get; init; }
    public byte[]? V3AuthPasswordSealed { get; init; }
    public string? V3Priv { get; init; }
    public byte[]? V3PrivPasswordSealed { get; init; }
    /// <summary>Context of version 3; null = the default one.</summary>
    public string? V3Context { get; init; }
    public string? Location { get; init; }
    public string? Site { get; init; }
    /// <summary>Functions that the device offers, `;` between; null = all.</summary>
    public string? Functions { get; init; }
    public bool? ColorCapable { get; init; }
    public string? Profile { get; init; }
    /// <summary>Time between two looks at its inventory; null = as the site says, 0 = never.</summary>
    public long? InventorySeconds { get; init; }
    /// <summary>SHA-256 of the secret with which it sends receipts.</summary>
    public byte[]? CredentialHash { get; init; }
    public bool Enabled { get; init; } = true;
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }

    // The generated text would show sealed secrets and hashes.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Id = ").Append(Id).Append(", Name = ").Append(Name);
        return true;
    }
}

/// <summary>Devices, by organisation and folded name. A deleted device keeps its row and its ledger; putting its name again revives it.</summary>
public sealed class DeviceRepository(IDatabase database, IOutbox outbox, AuditLog audit, TimeProvider time)
{
    /// <summary>Topic of the outbox message that makes every node load its devices anew.</summary>
    public const string ChangedTopic = "device.changed";


    /// <summary>The device, or null when there is none of that name (case does not matter) or it is deleted.</summary>
    public Task<DeviceRow?> FindAsync(long orgId, string name, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) => await FindManyAsync(connection, orgId, [NameFolding.Fold(name)], ct) is [{ DeletedAt: null } device] ? device : null,
        cancellationToken);

    /// <summary>The device of that id, also a deleted one, or null.</summary>
    public Task<DeviceRow?> GetAsync(long id, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<DeviceRow>(new CommandDefinition(database.Sql["Device_Get"], new { id }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>At most <paramref name="limit"/> devices in the order of their folded names, after that name (empty at first).</summary>
    public Task<IReadOnlyList<DeviceRow>> ListAsync(long orgId, string after, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => QueryAsync(connection, "Device_List", new { orgId, after, limit }, ct), cancellationToken);

    /// <summary>The device whose receipt secret has this SHA-256, or null.</summary>
    public Task<DeviceRow?> FindByCredentialAsync(byte[] hash, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.QuerySingleOrDefaultAsync<DeviceRow>(new CommandDefinition(database.Sql["Device_FindByCredential"], new { hash }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>Replaces the device's receipt secret, null revokes it; false when there is no such device.</summary>
    public Task<bool> SetCredentialAsync(long orgId, string name, byte[]? hash, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(orgId, name, "Device_SetCredential", "device.credential", actor, hash, cancellationToken);

    /// <summary>Marks the device deleted and ends its polling; false when there is no such device.</summary>
    public async Task<bool> DeleteAsync(long orgId, string name, string actor, CancellationToken cancellationToken)
    {
        if (!await ChangeAsync(orgId, name, "Device_Delete", "device.delete", actor, null, cancellationToken))
        {
            return false;
        }

        await TellChangedAsync(cancellationToken);
        return true;
    }

    /// <summary>Tells every node that runs that a device was added, changed or deleted; called after the commit.</summary>
    public Task TellChangedAsync(CancellationToken cancellationToken) => outbox.PublishAsync(ChangedTopic, null, "{}", cancellationToken);

    /// <summary>Makes the device due now, in the transaction that writes it.</summary>
    public Task ReadAtOnceAsync(DbConnection connection, long id, CancellationToken cancellationToken) => connection.ExecuteAsync(new CommandDefinition(
        database.Sql["Claim_SetDue"], new { devices = new[] { id }, nextDue = time.GetUtcNow() }, cancellationToken: cancellationToken));

    /// <summary>Devices of these folded names, deleted ones too.</summary>
    public async Task<IReadOnlyList<DeviceRow>> FindManyAsync(DbConnection connection, long orgId, IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        names.Count == 0 ? [] : await QueryAsync(connection, "Device_FindByNames", new { orgId, names = names.ToArray() }, cancellationToken);

    /// <summary>Inserts the device, or replaces what is stored under its id, with the rows that go beside it.</summary>
    public async Task WriteAsync(DbConnection connection, DeviceRow device, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(database.Sql["Device_Put"], device, cancellationToken: cancellationToken));
        await DeviceRows.AddAsync(database, connection, device.OrgId, device.Id, monitored: true, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(database.Sql["Device_SetMonitored"], new { id = device.Id, monitored = true }, cancellationToken: cancellationToken));
    }

    private Task<bool> ChangeAsync(long orgId, string name, string statement, string action, string actor, byte[]? hash, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            if (await FindManyAsync(connection, orgId, [NameFolding.Fold(name)], ct) is not [{ DeletedAt: null } device])
            {
                return false;
            }

            await connection.ExecuteAsync(new CommandDefinition(database.Sql[statement], new { id = device.Id, hash, now = time.GetUtcNow() }, cancellationToken: ct));
            if (statement == "Device_Delete")
            {
                await connection.ExecuteAsync(new CommandDefinition(database.Sql["Device_SetMonitored"], new { id = device.Id, monitored = false }, cancellationToken: ct));
            }

            var values = statement == "Device_SetCredential" ? new AuditValues().AddKept("credential", true, device.CredentialHash is not null, hash is not null)
                : new AuditValues().Add("name", device.Name, null).Add("address", device.Address, null).Add("site", device.Site, null).AddKept("credential", device.CredentialHash is not null, true, false);
            await audit.AddAsync(connection, orgId, actor, action, $"device:{device.Id}", values, ct);
            return true;
        },
        cancellationToken);

    private async Task<IReadOnlyList<DeviceRow>> QueryAsync(DbConnection connection, string statement, object parameters, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<DeviceRow>(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: cancellationToken))).AsList();
}
