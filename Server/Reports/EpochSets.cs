using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Ledger;
using CopyTrack.Server.Data.Journal;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>Epochs of devices as they are needed, kept for one report.</summary>
internal sealed class EpochSets(IDatabase database, DbConnection connection)
{
    private readonly Dictionary<long, EpochRecord[]> _byDevice = [];
    private long _lastDevice = -1, _lastInterval = -1;
    private string? _lastMeters;
    private ImmutableArray<long?> _lastValues = [];

    /// <summary>All epochs of a device in order.</summary>
    public async Task<EpochRecord[]> OfAsync(long deviceId, CancellationToken cancellationToken)
    {
        if (!_byDevice.TryGetValue(deviceId, out EpochRecord[]? epochs))
        {
            IEnumerable<EpochRow> rows = await connection.QueryAsync<EpochRow>(
                new CommandDefinition(database.Sql["Audit_Epochs"], new { deviceId }, cancellationToken: cancellationToken));
            _byDevice[deviceId] = epochs = [.. rows.Select(r => r.ToRecord())];
        }

        return epochs;
    }

    /// <summary>The meters at the end of an entry's interval; entries of one interval follow each other and are read once.</summary>
    private ImmutableArray<long?> ValuesOf(EntryLine entry)
    {
        if ((entry.DeviceId, entry.IntervalSeq) != (_lastDevice, _lastInterval) || !string.Equals(entry.Meters, _lastMeters, StringComparison.Ordinal))
        {
            (_lastDevice, _lastInterval, _lastMeters, _lastValues) = (entry.DeviceId, entry.IntervalSeq, entry.Meters, Columns.ReadMeters(entry.Meters!));
        }

        return _lastValues;
    }

    /// <summary>
    /// Function and counts of an entry, projected as posting does: from the meter value at the end of its interval, so that halves of large pages
    /// round alike; a reversal is the exact negative of what it reverses. Nothing for an entry whose counter is unknown.
    /// </summary>
    public async Task<(PageFunction Function, bool Facet, PageCounts Counts)?> ProjectAsync(EntryLine entry, PriceList prices, CancellationToken cancellationToken)
    {
        EpochRecord? epoch = Array.Find(await OfAsync(entry.DeviceId, cancellationToken), e => e.Epoch == entry.Epoch);
        if (epoch is null || entry.Counter < 0 || entry.Counter >= epoch.Set.Counters.Length)
        {
            return null;
        }

        BaseCounter counter = epoch.Set.Counters[entry.Counter];
        long end = entry.Meters is null ? Math.Abs(entry.Delta) : ValuesOf(entry)[entry.Counter] ?? Math.Abs(entry.Delta);
        PageCounts counts = entry.Delta >= 0
            ? Projection.Of(epoch.Set, counter, end - entry.Delta, end, prices)
            : Projection.Of(epoch.Set, counter, end, end + entry.Delta, prices);
        // What it cost was decided when it was booked; entries from before costs were kept take the prices of the configuration.
        return (counter.Key.Function, counter.Role == CounterRole.Facet, entry.CostMicros is { } cost ? counts with { CostMicros = cost } : counts);
    }
}
