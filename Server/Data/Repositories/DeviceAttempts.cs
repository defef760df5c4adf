using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A message of a device, or of somebody who would be one, that was refused.</summary>
public sealed record DeviceAttempt
{
    public required long Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public string? Device { get; init; }
    public required string Address { get; init; }
    public required string Kind { get; init; }
    public required string Detail { get; init; }
}

/// <summary>Refused messages, for the administrator to see; forgotten after a month.</summary>
public sealed class DeviceAttempts(IDatabase database, IdGenerator ids, TimeProvider time)
{
    private const int LongestDetail = 300;

    /// <summary>Keeps one. The detail names no secret and no content.</summary>
    public Task AddAsync(long? deviceId, string address, string kind, string detail, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, ct) => connection.ExecuteAsync(new CommandDefinition(
            database.Sql["DeviceAttempt_Add"],
            new { id = ids.Next(), at = time.GetUtcNow(), deviceId, address, kind, detail = Journal.Columns.Text(detail.Length > LongestDetail ? detail[..LongestDetail] : detail) }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>The newest first, older than <paramref name="before"/>.</summary>
    public Task<IReadOnlyList<DeviceAttempt>> ListAsync(long before, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<DeviceAttempt>>(
        async (connection, ct) => (await connection.QueryAsync<DeviceAttempt>(new CommandDefinition(
            database.Sql["DeviceAttempt_List"], new { before, limit }, cancellationToken: ct))).AsList(),
        cancellationToken);
}
