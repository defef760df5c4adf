using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Ledger;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>What the meters of one device and epoch did in a period: values at its first and last border, and the movement (a wrap unrolled).</summary>
internal sealed record MeterSpan(EpochRecord Epoch, ReadingRecord First, ReadingRecord Last)
{
    /// <summary>Counters that count paper once: the parts, or the total where there are none.</summary>
    public ImmutableArray<int> PageCounters { get; } = PagesOf(Epoch.Set);

    // No engine makes so many pages that a counter of more digits comes round twice.
    private const long Short = 1_000_000_000;

    /// <summary>How far counters of few digits moved, as their entries have it: they may come round more than once between two borders. Nothing where none has few.</summary>
    public IReadOnlyDictionary<int, long> Posted { get; init; } = ImmutableDictionary<int, long>.Empty;

    /// <summary>True for a set of which a counter may come round while a device is in use.</summary>
    public static bool ComesRound(BaseCounterSet set) => set.Counters.Any(c => c.Modulus is > 0 and <= Short);

    /// <summary>Movement of a counter; null where no border gave its value.</summary>
    public long? Moved(int counter)
    {
        if (First.Values[counter] is not long first || Last.Values[counter] is not long last)
        {
            return null;
        }

        if (Posted.TryGetValue(counter, out long posted))
        {
            return posted;
        }

        long modulus = Epoch.Set.Counters[counter].Modulus;
        return last < first && modulus > 0 ? last - first + modulus : last - first;
    }

    /// <summary>Sum of the movements of the page counters.</summary>
    public long Metered => PageCounters.Sum(i => Moved(i) ?? 0);

    /// <summary>Sum of the values of the page counters at a border; null when it has none.</summary>
    public long? At(ReadingRecord border) => PageCounters.Any(i => border.Values[i] is not null) ? PageCounters.Sum(i => border.Values[i] ?? 0) : null;

    /// <summary>True when the page counters count impressions, as the roll-ups do.</summary>
    public bool CountsImpressions => PageCounters.All(i => Epoch.Set.Counters[i].Key.Unit == CounterUnit.Impressions);

    /// <summary>The unit of the page counters, <c>mixed</c> when they have several, null without any.</summary>
    public string? Unit
    {
        get
        {
            CounterUnit[] units = [.. PageCounters.Select(i => Epoch.Set.Counters[i].Key.Unit).Distinct()];
            return units.Length switch { 0 => null, 1 => Words.Of(units[0]), _ => "mixed" };
        }
    }

    private static ImmutableArray<int> PagesOf(BaseCounterSet set)
    {
        ImmutableArray<int> parts = [.. set.Counters.Where(c => c.Role == CounterRole.Part && c.Key.Unit != CounterUnit.Scans).Select(c => c.Index)];
        return parts.Length > 0 ? parts : [.. set.Counters.Where(c => c.Role == CounterRole.Total).Select(c => c.Index)];
    }
}

/// <summary>Finds the borders of devices at the limits of a period.</summary>
internal sealed class MeterSpans(IDatabase database)
{
    private const int MostLooked = 1000;

    private static readonly TimeSpan s_near = TimeSpan.FromDays(14);

    /// <summary>Devices of an organisation by name, narrowed by device and site.</summary>
    public async Task<ReportDevice[]> DevicesAsync(DbConnection connection, ReportScope scope, ReportFilter filter, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<ReportDevice>(new CommandDefinition(
            database.Sql["Report_Devices"], new { orgId = scope.OrgId, deviceId = filter.DeviceId, whole = scope.IsWhole, sites = scope.Sites, ofSite = filter.Site }, cancellationToken: cancellationToken))];

    /// <summary>
    /// The spans of a device in a period, one for each epoch that had a border in it or began before it, in order. The first begins at the last
    /// border before the period, because what moved since then was posted inside it. Empty when there was no border yet.
    /// </summary>
    public async Task<List<MeterSpan>> OfAsync(DbConnection connection, long deviceId, ReportPeriod period, CancellationToken cancellationToken)
    {
        if (await OneAsync(connection, "Reading_LastBorderBefore", new { deviceId, before = period.To }, cancellationToken) is not { } end)
        {
            return [];
        }

        ReadingRecord? start = await OneAsync(connection, "Reading_LastBorderBefore", new { deviceId, before = period.From }, cancellationToken);
        return await BetweenAsync(connection, await new EpochSets(database, connection).OfAsync(deviceId, cancellationToken), start, end, cancellationToken);
    }

    /// <summary>The same for each of the devices that scope and filter leave, by a handful of statements for all of them.</summary>
    public async Task<IReadOnlyDictionary<long, List<MeterSpan>>> OfAsync(
        DbConnection connection, ReportDevice[] devices, ReportPeriod period, ReportScope scope, ReportFilter filter, CancellationToken cancellationToken)
    {
        EpochSets sets = new(database, connection);
        await sets.ReadAllAsync(scope, filter, cancellationToken);
        Dictionary<long, ReadingRecord> ends = await BordersAsync(period.To), starts = await BordersAsync(period.From);
        Dictionary<long, List<MeterSpan>> all = [];
        foreach (ReportDevice device in devices)
        {
            all[device.Id] = ends.TryGetValue(device.Id, out ReadingRecord? end)
                ? await BetweenAsync(connection, await sets.OfAsync(device.Id, cancellationToken), starts.GetValueOrDefault(device.Id), end, cancellationToken) : [];
        }

        return all;

        // Most devices have one shortly before; only for the others all is looked at.
        async Task<Dictionary<long, ReadingRecord>> BordersAsync(DateTimeOffset before)
        {
            Dictionary<long, ReadingRecord> borders = [];
            await ReadAsync(connection, "Reading_LastBorders", new { orgId = scope.OrgId, deviceId = filter.DeviceId, whole = scope.IsWhole, sites = scope.Sites, ofSite = filter.Site, since = before - s_near, before }, borders, cancellationToken);
            foreach (long[] ids in devices.Select(d => d.Id).Where(id => !borders.ContainsKey(id)).Chunk(MostLooked))
            {
                await ReadAsync(connection, "Reading_LastBordersOf", new { ids, before }, borders, cancellationToken);
            }

            return borders;
        }
    }

    /// <summary>The same for some devices (not none), by three statements for all of them and some more for those whose counters began anew in the period.</summary>
    public async Task<IReadOnlyDictionary<long, List<MeterSpan>>> OfAsync(DbConnection connection, long[] ids, ReportPeriod period, CancellationToken cancellationToken)
    {
        EpochSets sets = new(database, connection);
        await sets.ReadAsync(ids, cancellationToken);
        Dictionary<long, ReadingRecord> ends = await BordersAsync(period.To), starts = await BordersAsync(period.From);
        Dictionary<long, List<MeterSpan>> all = [];
        foreach (long id in ids)
        {
            all[id] = ends.TryGetValue(id, out ReadingRecord? end) ? await BetweenAsync(connection, await sets.OfAsync(id, cancellationToken), starts.GetValueOrDefault(id), end, cancellationToken) : [];
        }

        return all;

        async Task<Dictionary<long, ReadingRecord>> BordersAsync(DateTimeOffset before)
        {
            Dictionary<long, ReadingRecord> borders = [];
            await ReadAsync(connection, "Reading_LastBordersOf", new { ids, before }, borders, cancellationToken);
            return borders;
        }
    }

    /// <summary>All spans of a device from its first border to the last one before a time, for who has to know where its counters stood before they began anew.</summary>
    public async Task<List<MeterSpan>> BeforeAsync(DbConnection connection, long deviceId, DateTimeOffset before, CancellationToken cancellationToken) =>
        await OneAsync(connection, "Reading_LastBorderBefore", new { deviceId, before }, cancellationToken) is { } end
            ? await BetweenAsync(connection, await new EpochSets(database, connection).OfAsync(deviceId, cancellationToken), null, end, cancellationToken) : [];

    /// <summary>The spans of the newest epochs of a device, in order; empty while there is only one, because nothing began anew.</summary>
    public async Task<List<MeterSpan>> NewestAsync(DbConnection connection, long deviceId, int count, CancellationToken cancellationToken)
    {
        EpochRecord[] epochs = [.. (await new EpochSets(database, connection).OfAsync(deviceId, cancellationToken)).TakeLast(count)];
        return epochs.Length > 1 && await OneAsync(connection, "Reading_LastBorderBefore", new { deviceId, before = DateTimeOffset.MaxValue }, cancellationToken) is { } end
            ? await BetweenAsync(connection, epochs, null, end, cancellationToken) : [];
    }

    private async Task<List<MeterSpan>> BetweenAsync(DbConnection connection, EpochRecord[] epochs, ReadingRecord? start, ReadingRecord end, CancellationToken cancellationToken)
    {
        long deviceId = end.DeviceId;
        List<MeterSpan> spans = [];
        for (int i = 0; i < epochs.Length; i++)
        {
            EpochRecord epoch = epochs[i];
            if (epoch.Epoch < (start?.Epoch ?? 0) || epoch.Epoch > end.Epoch)
            {
                continue;
            }

            ReadingRecord? first = epoch.Epoch == start?.Epoch ? start
                : await OneAsync(connection, "Reading_FirstBorderOfEpoch", new { deviceId, epoch = epoch.Epoch, since = epoch.OpenedAt }, cancellationToken);
            ReadingRecord? last = epoch.Epoch == end.Epoch ? end
                : await OneAsync(connection, "Reading_LastBorderOfEpoch", new { deviceId, epoch = epoch.Epoch, until = i + 1 < epochs.Length ? epochs[i + 1].OpenedAt : end.At }, cancellationToken);
            int counters = epoch.Set.Counters.Length;
            if (first?.Values.Length == counters && last?.Values.Length == counters)
            {
                spans.Add(new MeterSpan(epoch, await FilledAsync(first, last), last) { Posted = await PostedAsync(epoch, last) });
            }
        }

        return spans;

        async Task<IReadOnlyDictionary<int, long>> PostedAsync(EpochRecord epoch, ReadingRecord last) => !MeterSpan.ComesRound(epoch.Set) ? ImmutableDictionary<int, long>.Empty
            : (await connection.QueryAsync<(int Counter, long Delta)>(new CommandDefinition(database.Sql["Entry_MovedInEpoch"], new
            {
                deviceId, epoch = epoch.Epoch, from = epoch.Epoch == start?.Epoch ? start.At.AddMicroseconds(1) : epoch.OpenedAt, to = last.At.AddMicroseconds(1),
            }, cancellationToken: cancellationToken))).ToDictionary(m => m.Counter, m => m.Delta);

        // A counter that the device gave for the first time later begins there, not at the first border.
        async Task<ReadingRecord> FilledAsync(ReadingRecord first, ReadingRecord last)
        {
            for (int c = 0; c < first.Values.Length; c++)
            {
                if (first.Values[c] is null && last.Values[c] is not null)
                {
                    first = first with { Values = first.Values.SetItem(c, await FirstValueAsync(first, last, c)) };
                }
            }

            return first;
        }

        async Task<long?> FirstValueAsync(ReadingRecord first, ReadingRecord last, int counter)
        {
            for (long seq = first.Seq; seq < last.Seq;)
            {
                ReadingRow[] rows = [.. await connection.QueryAsync<ReadingRow>(new CommandDefinition(
                    database.Sql["Audit_Readings"], new { deviceId, seq, count = 200 }, cancellationToken: cancellationToken))];
                ReadingRecord? found = rows.Select(r => r.ToRecord()).FirstOrDefault(r =>
                    r.Status == ReadingStatus.Border && r.Epoch == first.Epoch && r.Values.Length > counter && r.Values[counter] is not null);
                if (found is not null || rows.Length == 0)
                {
                    return found?.Values[counter];
                }

                seq = rows[^1].Seq;
            }

            return last.Values[counter];
        }
    }

    private async Task ReadAsync(DbConnection connection, string statement, object parameters, Dictionary<long, ReadingRecord> into, CancellationToken cancellationToken)
    {
        await using DbDataReader rows = await connection.ExecuteReaderAsync(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: cancellationToken));
        while (await rows.ReadAsync(cancellationToken))
        {
            ReadingRecord border = ReadingRow.Read(rows);
            into[border.DeviceId] = border;
        }
    }

    private async Task<ReadingRecord?> OneAsync(DbConnection connection, string statement, object parameters, CancellationToken cancellationToken) =>
        (await connection.QuerySingleOrDefaultAsync<ReadingRow>(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: cancellationToken)))?.ToRecord();
}
