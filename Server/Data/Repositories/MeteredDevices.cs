using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>Where a device's agent is and how it is asked, as stored. Sealed members are opened by the secret sealer.</summary>
public record SnmpSettings
{
    public required string Address { get; init; }
    public required long Port { get; init; }
    public required string SnmpVersion { get; init; }
    public byte[]? CommunitySealed { get; init; }
    public string? V3User { get; init; }
    public string? V3Auth { get; init; }
    public byte[]? V3AuthPasswordSealed { get; init; }
    public string? V3Priv { get; init; }
    public byte[]? V3PrivPasswordSealed { get; init; }
    /// <summary>Context of version 3; null = the default one.</summary>
    public string? V3Context { get; init; }

    /// <summary>Those of a whole device.</summary>
    public static SnmpSettings Of(DeviceRow device) => new()
    {
        Address = device.Address, Port = device.Port, SnmpVersion = device.SnmpVersion, CommunitySealed = device.CommunitySealed, V3User = device.V3User, V3Auth = device.V3Auth,
        V3AuthPasswordSealed = device.V3AuthPasswordSealed, V3Priv = device.V3Priv, V3PrivPasswordSealed = device.V3PrivPasswordSealed,
        V3Context = device.V3Context,
    };
}

/// <summary>A device as its meters are read.</summary>
public sealed record MeteredDeviceRow : SnmpSettings
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required string Name { get; init; }
    public string? Profile { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>The devices whose meters are read.</summary>
public sealed class MeteredDevices(IDatabase database)
{
    /// <summary>All of them.</summary>
    public Task<IReadOnlyList<MeteredDeviceRow>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<MeteredDeviceRow>>(
        async (c, ct) => [.. await c.QueryAsync<MeteredDeviceRow>(new CommandDefinition(database.Sql["Device_Metered"], cancellationToken: ct))], cancellationToken);
}
