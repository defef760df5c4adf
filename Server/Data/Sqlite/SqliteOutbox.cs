using CopyTrack.Server.Data.Outbox;
using Microsoft.Data.Sqlite;

namespace CopyTrack.Server.Data.Sqlite;

/// <summary>The outbox of the embedded database: a change of the file by anyone is seen by its data version, asked every 200 ms.</summary>
internal sealed class SqliteOutbox(SqliteDatabase database, TimeProvider time, ILogger logger) : OutboxBase(database, time, logger)
{
    protected override async Task<OutboxSignal> OpenSignalAsync(CancellationToken cancellationToken) =>
        new Signal((SqliteConnection)await Database.OpenReaderAsync(cancellationToken), Time);

    private sealed class Signal : OutboxSignal
    {
        private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);
        private readonly SqliteConnection _connection;
        private readonly TimeProvider _time;
        private long _version;

        public Signal(SqliteConnection connection, TimeProvider time)
        {
            (_connection, _time) = (connection, time);
            _version = Version();
        }

        public override async Task<bool> WaitAsync(CancellationToken cancellationToken)
        {
            for (var seen = _version; seen == _version; _version = Version())
            {
                await Task.Delay(s_pause, _time, cancellationToken);
            }

            return true;
        }

        public override ValueTask DisposeAsync() => _connection.DisposeAsync();

        private long Version()
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "pragma data_version";
            return (long)command.ExecuteScalar()!;
        }
    }
}
