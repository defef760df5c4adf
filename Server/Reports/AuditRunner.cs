using System.Data.Common;
using System.Runtime.CompilerServices;
using CopyTrack.Accounting.Audit;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Ledger;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>Key under which positions of good audits are sealed, with its name among the secrets.</summary>
internal sealed record AuditKey(string Id, ReadOnlyMemory<byte> Bytes);

/// <summary>Feeds the audit from storage, one device after the other, each from one snapshot.</summary>
internal sealed class AuditRunner(IDatabase database, TimeProvider time, AuditKey? key)
{
    private const int Chunk = 2000;

    /// <summary>
    /// Audits the devices of an organisation, or the one named. Goes on from each device's sealed checkpoint unless <paramref name="full"/>, and
    /// leaves a new one behind where all is good. Null when no device has that name.
    /// </summary>
    public async Task<AuditReport?> RunAsync(long orgId, string? device, bool full, CancellationToken cancellationToken)
    {
        string? folded = device is null ? null : NameFolding.Fold(device);
        ReportDevice[] devices = await database.ReadAsync(async (connection, ct) => (await connection.QueryAsync<ReportDevice>(
            new CommandDefinition(database.Sql["Audit_Devices"], new { orgId, name = folded }, cancellationToken: ct))).ToArray(), cancellationToken);
        if (device is not null && devices.Length == 0)
        {
            return null;
        }

        List<DeviceVerdict> verdicts = [];
        foreach (ReportDevice one in devices)
        {
            verdicts.Add(await DeviceAsync(one.Id, one.Name, full, cancellationToken));
        }

        return AuditReport.Of(verdicts);
    }

    /// <summary>Audits one device by its id; see <see cref="RunAsync"/>.</summary>
    public async Task<DeviceVerdict> DeviceAsync(long deviceId, string name, bool full, CancellationToken cancellationToken)
    {
        AuditPosition? from = full ? null : await PositionAsync(deviceId, cancellationToken);
        AuditOutcome outcome = await SnapshotAsync(deviceId, name, from, cancellationToken);
        if (outcome.Position is { } position && key is not null && (full || from is null || position.LastReading != from.LastReading || position.LastEntry != from.LastEntry))
        {
            await KeepAsync(position, key, cancellationToken);
        }

        return outcome.Verdict;
    }

    private async Task<AuditOutcome> SnapshotAsync(long deviceId, string name, AuditPosition? from, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenReaderAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(database.Sql["Snapshot_Begin"], cancellationToken: cancellationToken));
        try
        {
            IEnumerable<EpochRow> epochs = await connection.QueryAsync<EpochRow>(
                new CommandDefinition(database.Sql["Audit_Epochs"], new { deviceId }, cancellationToken: cancellationToken));
            return await DeviceAudit.RunAsync(deviceId, name, [.. epochs.Select(e => e.ToRecord())],
                ReadingsAsync(connection, deviceId, from?.LastReading ?? -1, cancellationToken),
                EntriesAsync(connection, deviceId, from?.LastEntry ?? 0, cancellationToken), from, cancellationToken);
        }
        finally
        {
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["Snapshot_End"], cancellationToken: CancellationToken.None));
        }
    }

    private async IAsyncEnumerable<ReadingRecord> ReadingsAsync(
        DbConnection connection, long deviceId, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long seq = after; ;)
        {
            List<ReadingRow> rows = [.. await connection.QueryAsync<ReadingRow>(new CommandDefinition(
                database.Sql["Audit_Readings"], new { deviceId, seq, count = Chunk }, cancellationToken: cancellationToken))];
            foreach (ReadingRow row in rows)
            {
                yield return row.ToRecord();
            }

            if (rows.Count < Chunk)
            {
                yield break;
            }

            seq = rows[^1].Seq;
        }
    }

    /// <summary>Entries in the order of their intervals. PostgreSQL has one result at a time on a connection, so there they come through a cursor.</summary>
    private async IAsyncEnumerable<EntryRecord> EntriesAsync(
        DbConnection connection, long deviceId, long seq, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (database.Dialect == Dialect.Sqlite)
        {
            await foreach (EntryRow row in connection.QueryUnbufferedAsync<EntryRow>(database.Sql["Audit_Entries"], new { deviceId, seq }).WithCancellation(cancellationToken))
            {
                yield return row.ToRecord();
            }

            yield break;
        }

        await connection.ExecuteAsync(new CommandDefinition(database.Sql["Audit_EntriesOpen"], new { deviceId, seq }, cancellationToken: cancellationToken));
        List<EntryRow> rows;
        do
        {
            rows = [.. await connection.QueryAsync<EntryRow>(new CommandDefinition(database.Sql["Audit_EntriesNext"], cancellationToken: cancellationToken))];
            foreach (EntryRow row in rows)
            {
                yield return row.ToRecord();
            }
        }
        while (rows.Count > 0);
    }

    private async Task<AuditPosition?> PositionAsync(long deviceId, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return null;
        }

        Checkpoint? kept = await database.ReadAsync((connection, ct) => connection.QuerySingleOrDefaultAsync<Checkpoint>(new CommandDefinition(
            database.Sql["Audit_CheckpointGet"], new { deviceId, keyId = key.Id }, cancellationToken: ct)), cancellationToken);
        return kept is null ? null : AuditSeal.Open(kept.Content, kept.Signature, deviceId, key.Bytes.Span);
    }

    private Task<int> KeepAsync(AuditPosition position, AuditKey sealing, CancellationToken cancellationToken)
    {
        (string content, byte[] signature) = AuditSeal.Seal(position, sealing.Bytes.Span);
        return database.WriteAsync(async (connection, ct) =>
        {
            await connection.ExecuteAsync(new CommandDefinition(database.Sql["Audit_CheckpointDrop"], new { deviceId = position.DeviceId }, cancellationToken: ct));
            return await connection.ExecuteAsync(new CommandDefinition(database.Sql["Audit_CheckpointAdd"], new
            {
                deviceId = position.DeviceId, epoch = position.Border?.Epoch ?? 0, seq = position.LastReading, at = time.GetUtcNow(), content, keyId = sealing.Id, signature,
            }, cancellationToken: ct));
        }, cancellationToken);
    }

    private sealed record Checkpoint
    {
        public string Content { get; init; } = "";
        public byte[] Signature { get; init; } = [];
    }
}
