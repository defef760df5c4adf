using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data.Journal;

namespace CopyTrack.Server.Data.PostgreSql;

/// <summary>The journal over lanes: a device always goes to the same one, so that its calls keep their order within this node.</summary>
internal sealed class PostgreSqlJournal(PostgreSqlDatabase database, IdGenerator ids, DataOptions options, ILogger logger, Action eventsWritten, int perCommit = JournalLane.PerCommit)
    : IDeviceJournal, IAsyncDisposable
{
    /// <summary>Two lanes keep a database busy whose every transaction is large.</summary>
    private const int BulkLanes = 2, BulkPerCommit = 200;

    private readonly JournalLane[] _lanes =
        [.. Enumerable.Range(0, Math.Max(1, options.JournalLanes)).Select(_ => new JournalLane(database, ids, options, logger, eventsWritten, perCommit))];

    private readonly Lazy<PostgreSqlJournal>? _bulk = perCommit == BulkPerCommit ? null
        : new(() => new PostgreSqlJournal(database, ids, options with { JournalLanes = BulkLanes }, logger, eventsWritten, BulkPerCommit));

    public IDeviceJournal Bulk => _bulk?.Value ?? this;

    public async Task<T> ApplyAsync<T>(long deviceId, Func<DeviceState, (DeviceChange Change, T Result)> decide, CancellationToken cancellationToken)
    {
        var item = new JournalItem<T>(deviceId, decide, cancellationToken);
        await _lanes[(int)((uint)HashCode.Combine(deviceId) % (uint)_lanes.Length)].QueueAsync(item, cancellationToken);
        return await item.Task;
    }

    public Task<DeviceState?> ReadAsync(long deviceId, CancellationToken cancellationToken) =>
        JournalRead.ReadAsync(database, deviceId, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
        {
            await lane.DisposeAsync();
        }

        if (_bulk is { IsValueCreated: true })
        {
            await _bulk.Value.DisposeAsync();
        }
    }
}
