using System.Data.Common;
using System.Runtime.CompilerServices;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data.Journal;
using Dapper;

namespace CopyTrack.Server.Data.Reports;

/// <inheritdoc cref="ILedgerQueries"/>
internal sealed class LedgerQueries(IDatabase database) : ILedgerQueries
{
    public IAsyncEnumerable<LedgerRow> EntriesAsync(LedgerFilter filter, CancellationToken cancellationToken) => StreamAsync(
        "Ledger_Entries",
        new { orgId = filter.OrgId, atFrom = filter.From, atTo = filter.To, deviceId = filter.DeviceId, personId = filter.PersonId, limit = filter.Limit },
        row => new LedgerRow(
            new EntryRecord(
                row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), row.GetInt64(3), row.GetInt32(4), row.GetInt64(5), Instant.FromMicros(row.GetInt64(6)),
                Instant.FromMicros(row.GetInt64(7)), Number(row, 8), Number(row, 9), Number(row, 10), (Cause)row.GetInt16(11), (Confidence)row.GetInt16(12),
                (EntrySource)row.GetInt16(13), Text(row, 14), Number(row, 15)),
            Text(row, 16), Text(row, 17), Text(row, 18)),
        cancellationToken);

    public IAsyncEnumerable<ReadingRecord> ReadingsAsync(long deviceId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) => StreamAsync(
        "Ledger_Readings",
        new { deviceId, atFrom = from, atTo = to },
        row => new ReadingRecord(
            row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), (ReadingStatus)row.GetInt16(3), (ReadingTrigger)row.GetInt16(4),
            Instant.FromMicros(row.GetInt64(5)), Instant.FromMicros(row.GetInt64(6)), row.GetInt32(7), Number(row, 8), row.GetInt64(9), Text(row, 10),
            Columns.ReadMeters(row.GetString(11))),
        cancellationToken);

    public async Task<IReadOnlyList<EpochRecord>> EpochsAsync(long? deviceId, CancellationToken cancellationToken)
    {
        var epochs = new List<EpochRecord>();
        await foreach (var epoch in StreamAsync(
            "Ledger_Epochs",
            new { deviceId },
            row => new EpochRecord(
                row.GetInt64(0), row.GetInt32(1), Instant.FromMicros(row.GetInt64(2)), row.GetString(3), Text(row, 4), StateDocument.ReadSet(row.GetString(5))),
            cancellationToken))
        {
            epochs.Add(epoch);
        }

        return epochs;
    }

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private async IAsyncEnumerable<T> StreamAsync<T>(
        string name, object parameters, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenReaderAsync(cancellationToken);
        await using var rows = await TranslateAsync(
            () => connection.ExecuteReaderAsync(new CommandDefinition(database.Sql[name], parameters, commandTimeout: 0, cancellationToken: cancellationToken)));
        while (await TranslateAsync(() => rows.ReadAsync(cancellationToken)))
        {
            yield return read(rows);
        }
    }

    private static async Task<T> TranslateAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException ex) when (StorageErrors.Translate(ex) is { } unavailable)
        {
            throw unavailable;
        }
    }
}
