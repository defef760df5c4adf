using System.Data.Common;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.Ledger;
using CopyTrack.Server.Reports;
using Dapper;

namespace CopyTrack.Server.Fleet;

/// <summary>A reading of a device with the counters that its values are of.</summary>
internal sealed record FleetReading(ReadingRow Row, BaseCounterSet Set)
{
    /// <summary>The values in the order of the counters; null where the device gave none.</summary>
    public IEnumerable<(CounterKey Key, long? Value)> Values => Set.Counters.Zip(Columns.ReadMeters(Row.Meters), (c, v) => (c.Key, v));
}

/// <summary>Readings of a device as the ledger holds them, for those who see the device. Who may see it is asked before.</summary>
internal sealed class FleetReadings(IDatabase database)
{
    /// <summary>The newest borders before a time, the newest first.</summary>
    public Task<IReadOnlyList<FleetReading>> NewestAsync(long deviceId, DateTimeOffset before, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<FleetReading>>(
        (c, ct) => WithSetsAsync(c, deviceId, "Reading_Newest", new { deviceId, before, count = limit }, ct), cancellationToken);

    /// <summary>Borders of a period in order, behind a number.</summary>
    public Task<IReadOnlyList<FleetReading>> OfAsync(long deviceId, ReportPeriod period, long behind, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<FleetReading>>(
        (c, ct) => WithSetsAsync(c, deviceId, "Reading_Span", new { deviceId, from = period.From, to = period.To, seq = behind, count = limit }, ct), cancellationToken);

    private async Task<IReadOnlyList<FleetReading>> WithSetsAsync(DbConnection connection, long deviceId, string statement, object parameters, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<ReadingRow>(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: cancellationToken))).AsList();
        var sets = (await new EpochSets(database, connection).OfAsync(deviceId, cancellationToken)).ToDictionary(e => e.Epoch, e => e.Set);
        return [.. rows.Where(r => sets.ContainsKey(r.Epoch)).Select(r => new FleetReading(r, sets[r.Epoch]))];
    }
}
