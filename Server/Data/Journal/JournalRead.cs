using CopyTrack.Accounting.Sessions;
using Dapper;

namespace CopyTrack.Server.Data.Journal;

/// <summary>Looks at a state without a lock.</summary>
internal static class JournalRead
{
    /// <summary>The state as committed; null when the device does not exist or nothing was ever decided about it.</summary>
    public static Task<DeviceState?> ReadAsync(IDatabase database, long deviceId, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) =>
        {
            var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(database.Sql["Journal_Read"], new { deviceId }, cancellationToken: ct));
            return row?.State is null ? null : StateDocument.Read(deviceId, row.State, row.ClaimOwner, row.ClaimToken);
        },
        cancellationToken);

    private sealed record Row
    {
        public string? State { get; init; }
        public string? ClaimOwner { get; init; }
        public long ClaimToken { get; init; }
    }
}
