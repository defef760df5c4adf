using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data.Journal;
using Microsoft.Data.Sqlite;

namespace CopyTrack.Server.Data.Sqlite;

/// <summary>The journal over the single writer: each call is one item of its queue, so that waiting calls share a commit.</summary>
internal sealed class SqliteJournal(SqliteDatabase database, IdGenerator ids, DataOptions options) : IDeviceJournal
{
    public Task<T> ApplyAsync<T>(long deviceId, Func<DeviceState, (DeviceChange Change, T Result)> decide, CancellationToken cancellationToken) =>
        database.Writer.RunAsync((_, _) => Task.FromResult(Apply(deviceId, decide)), cancellationToken);

    public Task<DeviceState?> ReadAsync(long deviceId, CancellationToken cancellationToken) =>
        JournalRead.ReadAsync(database, deviceId, cancellationToken);

    private T Apply<T>(long deviceId, Func<DeviceState, (DeviceChange Change, T Result)> decide)
    {
        var statements = database.Writer.Statements;
        var (orgId, state) = Load(statements, deviceId) ?? Adopt(statements, deviceId);
        var (change, result) = decide(state);
        if (change.State is not null)
        {
            var set = new ChangeSet();
            set.Add(orgId, deviceId, change);
            new SqliteChangeWriter(database.Sql, statements).Write(set, ids.Next(), (long)options.ClaimLength.TotalMicroseconds);
        }

        return result;
    }

    private (long OrgId, DeviceState State) Adopt(SqliteStatements statements, long deviceId)
    {
        // Two statements: a prepared batch of the provider runs them one after the other.
        statements.Get(database.Sql["Journal_Adopt"], ("@deviceId", deviceId)).ExecuteNonQuery();
        return Load(statements, deviceId) ?? throw new UnknownDeviceException(deviceId);
    }

    private (long OrgId, DeviceState State)? Load(SqliteStatements statements, long deviceId)
    {
        using SqliteDataReader row = statements.Get(database.Sql["Journal_Lock"], ("@deviceId", deviceId)).ExecuteReader();
        return row.Read()
            ? (row.GetInt64(0), StateDocument.Read(deviceId, row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt64(3)))
            : null;
    }
}
