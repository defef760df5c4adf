using System.Data.Common;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>The two rows that every device has beside its own: its state document and its turn to be polled.</summary>
public static class DeviceRows
{
    /// <summary>
    /// Inserts both for a new device, in the transaction that inserts the device (after it). Does nothing where they stand already.
    /// It is due at once when <paramref name="monitored"/>.
    /// </summary>
    public static async Task AddAsync(IDatabase database, DbConnection connection, long orgId, long deviceId, bool monitored, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(database.Sql["DeviceState_Add"], new { orgId, deviceId }, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(database.Sql["DevicePoll_Add"], new { orgId, deviceId, monitored }, cancellationToken: cancellationToken));
    }
}
