using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A device as its meters are read.</summary>
public sealed record MeteredDeviceRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required string Name { get; init; }
    public required string Address { get; init; }
    public required long Port { get; init; }
    public required string SnmpVersion { get; init; }
    public byte[]? CommunitySealed { get; init; }
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
