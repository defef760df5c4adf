using CopyTrack.Accounting.Receipts;
using CopyTrack.Server.Data.Receipts;

namespace CopyTrack.Server.Data.Sqlite;

/// <summary>Receipts through the single writer: each message is one item of its queue, so that waiting ones share a commit.</summary>
internal sealed class SqliteReceipts(SqliteDatabase database, IdGenerator ids) : IReceiptStore
{
    public Task<IntakeAnswer> TakeAsync(ReceiptIntake intake, CancellationToken cancellationToken) =>
        database.Writer.RunAsync((_, _) => Task.FromResult(Take(intake)), cancellationToken);

    private IntakeAnswer Take(ReceiptIntake intake)
    {
        var statements = database.Writer.Statements;
        string? document;
        using (var row = statements.Get(database.Sql["ReceiptStream_Lock"], ("@deviceId", intake.DeviceId)).ExecuteReader())
        {
            document = row.Read() ? row.GetString(0) : null;
        }

        var kept = new Dictionary<string, KeptReceipt>(StringComparer.Ordinal);
        foreach (var key in intake.Receipts.Select(r => r.Key))
        {
            using var row = statements.Get(database.Sql["Receipt_FindByKeys"], ("@deviceId", intake.DeviceId), ("@key", key)).ExecuteReader();
            if (row.Read())
            {
                kept[key] = new KeptReceipt(row.GetInt64(0), (byte[])row[1]);
            }
        }

        var decision = new IntakeDecision(intake.DeviceId, ReceiptStream.Parse(document), kept, ids.Next);
        var answer = decision.Take(intake);
        foreach (var r in decision.Added)
        {
            Run("Receipt_Add",
                ("@id", r.Id), ("@deviceId", r.DeviceId), ("@orgId", r.OrgId), ("@key", r.Key), ("@hash", r.Hash), ("@status", (int)r.Status), ("@receivedAt", r.ReceivedAt.ToMicros()),
                ("@startedAt", r.StartedAt.ToMicros()), ("@endedAt", r.EndedAt.ToMicros()), ("@clockOffsetMs", r.ClockOffsetMs), ("@content", r.Content));
        }

        foreach (var r in decision.Conflicts)
        {
            Run("ReceiptConflict_Add", ("@id", r.Id), ("@deviceId", r.DeviceId), ("@key", r.Key), ("@hash", r.Hash), ("@receivedAt", r.ReceivedAt.ToMicros()), ("@content", r.Content));
        }

        Run("ReceiptStream_Put", ("@deviceId", intake.DeviceId), ("@state", decision.Stream.ToJson()));
        return answer;

        void Run(string name, params ReadOnlySpan<(string, object?)> parameters) => statements.Get(database.Sql[name], parameters).ExecuteNonQuery();
    }
}
