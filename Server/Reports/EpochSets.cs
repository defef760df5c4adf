using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.Ledger;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>What an entry adds to the columns of reports.</summary>
internal readonly record struct Projected(PageFunction Function, bool Facet, PageCounts Counts);

/// <summary>Epochs of devices as they are needed, kept for one report. Devices of one model share their set of counters.</summary>
internal sealed class EpochSets(IDatabase database, DbConnection connection, PriceList? prices = null)
{
    private readonly Dictionary<long, Epochs> byDevice = [];
    private readonly Dictionary<string, (BaseCounterSet Set, CounterMoves Moves)> byDocument = new(StringComparer.Ordinal);
    private long lastDevice = -1, lastInterval = -1;
    private string? lastMeters;
    private ImmutableArray<long?> lastValues = [];

    /// <summary>All epochs of a device in order.</summary>
    public async ValueTask<EpochRecord[]> OfAsync(long deviceId, CancellationToken cancellationToken) => (await EpochsAsync(deviceId, cancellationToken)).Records;

    /// <summary>Reads the epochs of all devices that a report is about by one statement, for who needs most of them.</summary>
    public async Task ReadAllAsync(ReportScope scope, ReportFilter filter, CancellationToken cancellationToken)
    {
        List<EpochRow> epochs = [];
        await using (DbDataReader rows = await connection.ExecuteReaderAsync(new CommandDefinition(
            database.Sql["Epoch_OfDevices"], new { orgId = scope.OrgId, deviceId = filter.DeviceId, whole = scope.IsWhole, sites = scope.Sites, ofSite = filter.Site }, cancellationToken: cancellationToken)))
        {
            while (await rows.ReadAsync(cancellationToken))
            {
                epochs.Add(EpochRow.Read(rows));
            }
        }

        Keep(epochs);
    }

    /// <summary>Reads the epochs of the devices of these entries that are not known yet, by one statement.</summary>
    public Task ReadAsync(List<EntryLine> entries, CancellationToken cancellationToken) => ReadAsync(entries.Select(e => e.DeviceId), cancellationToken);

    /// <summary>Reads the epochs of these devices that are not known yet, by one statement.</summary>
    public async Task ReadAsync(IEnumerable<long> devices, CancellationToken cancellationToken)
    {
        long[] ids = [.. devices.Distinct().Where(id => !byDevice.ContainsKey(id))];
        if (ids.Length > 0)
        {
            Keep(await connection.QueryAsync<EpochRow>(new CommandDefinition(database.Sql["Epoch_OfMany"], new { ids }, cancellationToken: cancellationToken)));
        }
    }

    /// <summary>True when some of these entries, whose devices were read, moved a counter of which it matters where it stood.</summary>
    public bool NeedMeters(List<EntryLine> entries) => entries.Exists(e => byDevice.TryGetValue(e.DeviceId, out Epochs? epochs) && epochs.Of(e.Epoch)?.NeedsMeters(e.Counter) == true);

    /// <summary>
    /// Function and counts of an entry, projected as posting does: from the meter value at the end of its interval, so that halves of large pages
    /// round alike; a reversal is the exact negative of what it reverses. Nothing for an entry whose counter is unknown.
    /// </summary>
    public ValueTask<Projected?> ProjectAsync(EntryLine entry, CancellationToken cancellationToken) =>
        byDevice.TryGetValue(entry.DeviceId, out Epochs? epochs) ? new ValueTask<Projected?>(Project(entry, epochs)) : ReadAndProjectAsync(entry, cancellationToken);

    private async ValueTask<Projected?> ReadAndProjectAsync(EntryLine entry, CancellationToken cancellationToken) => Project(entry, await EpochsAsync(entry.DeviceId, cancellationToken));

    private Projected? Project(EntryLine entry, Epochs epochs)
    {
        if (epochs.Of(entry.Epoch) is not { } moves || !moves.Has(entry.Counter))
        {
            return null;
        }

        PageCounts counts = moves.Of(entry.Counter, entry.Delta, moves.NeedsMeters(entry.Counter) ? ValuesOf(entry) : []);
        BaseCounter counter = moves[entry.Counter];
        // What it cost was decided when it was booked; entries from before costs were kept take the prices of the configuration.
        return new Projected(counter.Key.Function, counter.Role == CounterRole.Facet, entry.CostMicros is { } cost ? counts with { CostMicros = cost } : counts);
    }

    private async ValueTask<Epochs> EpochsAsync(long deviceId, CancellationToken cancellationToken)
    {
        if (!byDevice.TryGetValue(deviceId, out Epochs? epochs))
        {
            byDevice[deviceId] = epochs = Made([.. await connection.QueryAsync<EpochRow>(new CommandDefinition(database.Sql["Audit_Epochs"], new { deviceId }, cancellationToken: cancellationToken))]);
        }

        return epochs;
    }

    private void Keep(IEnumerable<EpochRow> rows)
    {
        foreach (IGrouping<long, EpochRow> device in rows.GroupBy(r => r.DeviceId))
        {
            byDevice[device.Key] = Made([.. device]);
        }
    }

    private Epochs Made(EpochRow[] rows)
    {
        EpochRecord[] records = new EpochRecord[rows.Length];
        CounterMoves[] moves = new CounterMoves[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            if (!byDocument.TryGetValue(rows[i].Counters, out (BaseCounterSet Set, CounterMoves Moves) shared))
            {
                BaseCounterSet set = StateDocument.ReadSet(rows[i].Counters);
                byDocument[rows[i].Counters] = shared = (set, new CounterMoves(set, prices ?? PriceList.Free));
            }

            (records[i], moves[i]) = (rows[i].ToRecord(shared.Set), shared.Moves);
        }

        return new Epochs(records, moves);
    }

    /// <summary>The meters at the end of an entry's interval, none where nothing tells them; entries of one interval follow each other and are read once.</summary>
    private ImmutableArray<long?> ValuesOf(EntryLine entry)
    {
        if (entry.Meters is null)
        {
            return [];
        }

        if ((entry.DeviceId, entry.IntervalSeq) != (lastDevice, lastInterval) || !string.Equals(entry.Meters, lastMeters, StringComparison.Ordinal))
        {
            (lastDevice, lastInterval, lastMeters, lastValues) = (entry.DeviceId, entry.IntervalSeq, entry.Meters, Columns.ReadMeters(entry.Meters));
        }

        return lastValues;
    }

    /// <summary>The epochs of one device.</summary>
    private sealed class Epochs(EpochRecord[] records, CounterMoves[] moves)
    {
        public EpochRecord[] Records => records;

        public CounterMoves? Of(int epoch)
        {
            // The last one is asked for most.
            for (int i = records.Length - 1; i >= 0; i--)
            {
                if (records[i].Epoch == epoch)
                {
                    return moves[i];
                }
            }

            return null;
        }
    }
}
