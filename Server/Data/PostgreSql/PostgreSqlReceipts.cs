using CopyTrack.Accounting.Receipts;
using CopyTrack.Server.Data.Lookup;
using CopyTrack.Server.Data.Receipts;
using Npgsql;

namespace CopyTrack.Server.Data.PostgreSql;

/// <summary>
/// Receipts that arrive while a transaction runs share the next one: lock the streams of their devices, look their keys up, write, commit; two round
/// trips for up to 128 messages.
/// </summary>
internal sealed class PostgreSqlReceipts : IReceiptStore, IAsyncDisposable
{
    private const int Workers = 2, Tries = 5;

    private readonly PostgreSqlDatabase _database;
    private readonly IdGenerator _ids;
    private readonly QuestionBatcher<ReceiptIntake, IntakeAnswer> _batcher;

    public PostgreSqlReceipts(PostgreSqlDatabase database, IdGenerator ids)
    {
        (_database, _ids) = (database, ids);
        _batcher = new QuestionBatcher<ReceiptIntake, IntakeAnswer>(Workers, (_, intakes) => RepeatAsync(intakes));
    }

    public Task<IntakeAnswer> TakeAsync(ReceiptIntake intake, CancellationToken cancellationToken) => _batcher.AskAsync(intake, cancellationToken);

    public ValueTask DisposeAsync() => _batcher.DisposeAsync();

    private async Task<IntakeAnswer[]> RepeatAsync(IReadOnlyList<ReceiptIntake> intakes)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CommitAsync(intakes);
            }
            catch (Exception ex) when (attempt < Tries && StorageErrors.IsWorthRepeating(ex))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 << attempt)));
            }
        }
    }

    private async Task<IntakeAnswer[]> CommitAsync(IReadOnlyList<ReceiptIntake> intakes)
    {
        await using var connection = await _database.WalkUps.OpenConnectionAsync();
        var devices = intakes.Select(i => i.DeviceId).Distinct().Order().ToArray();
        var loaded = await LoadAsync(connection, devices, intakes, begins: true);
        if (loaded.Count < devices.Length)
        {
            await using var adopt = new NpgsqlCommand(_database.Sql["ReceiptStream_Adopt"], connection);
            adopt.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = devices });
            await adopt.ExecuteNonQueryAsync();
            loaded = await LoadAsync(connection, devices, intakes, begins: false);
        }

        var answers = new IntakeAnswer[intakes.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = loaded.TryGetValue(intakes[i].DeviceId, out var decision) ? decision.Take(intakes[i]) : throw new UnknownDeviceException(intakes[i].DeviceId);
        }

        await WriteAsync(connection, [.. loaded.Values.OrderBy(d => d.DeviceId)]);
        return answers;
    }

    private async Task<Dictionary<long, IntakeDecision>> LoadAsync(NpgsqlConnection connection, long[] devices, IReadOnlyList<ReceiptIntake> intakes, bool begins)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (begins)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        }

        var streams = new NpgsqlBatchCommand(_database.Sql["ReceiptStream_Lock"]);
        streams.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = devices });
        batch.BatchCommands.Add(streams);
        var keys = intakes.SelectMany(i => i.Receipts, (i, r) => (i.DeviceId, r.Key)).Distinct().ToList();
        var kept = new NpgsqlBatchCommand(_database.Sql["Receipt_FindByKeys"]);
        kept.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. keys.Select(k => k.DeviceId)] });
        kept.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(k => k.Key)] });
        batch.BatchCommands.Add(kept);
        await using var row = await batch.ExecuteReaderAsync();
        var documents = new Dictionary<long, ReceiptStream>(devices.Length);
        while (await row.ReadAsync())
        {
            documents.Add(row.GetInt64(0), ReceiptStream.Parse(row.GetString(1)));
        }

        await row.NextResultAsync();
        var known = documents.Keys.ToDictionary(d => d, _ => new Dictionary<string, KeptReceipt>(StringComparer.Ordinal));
        while (await row.ReadAsync())
        {
            if (known.TryGetValue(row.GetInt64(0), out var ofDevice))
            {
                ofDevice[row.GetString(1)] = new KeptReceipt(row.GetInt64(2), row.GetFieldValue<byte[]>(3));
            }
        }

        return documents.ToDictionary(d => d.Key, d => new IntakeDecision(d.Key, d.Value, known[d.Key], _ids.Next));
    }

    private async Task WriteAsync(NpgsqlConnection connection, List<IntakeDecision> decisions)
    {
        await using var batch = new NpgsqlBatch(connection);
        List<NewReceipt> added = [.. decisions.SelectMany(d => d.Added)];
        if (added.Count > 0)
        {
            Add(batch, "Receipt_Add",
                Of(added, r => r.Id), Of(added, r => r.DeviceId), Of(added, r => r.OrgId), Of(added, r => r.Key), Of(added, r => r.Hash), Of(added, r => (short)r.Status),
                Of(added, r => r.ReceivedAt.ToMicros()), Of(added, r => r.StartedAt.ToMicros()), Of(added, r => r.EndedAt.ToMicros()), Of(added, r => r.ClockOffsetMs), Of(added, r => r.Content));
        }

        List<ConflictingReceipt> conflicts = [.. decisions.SelectMany(d => d.Conflicts)];
        if (conflicts.Count > 0)
        {
            Add(batch, "ReceiptConflict_Add",
                Of(conflicts, r => r.Id), Of(conflicts, r => r.DeviceId), Of(conflicts, r => r.Key), Of(conflicts, r => r.Hash), Of(conflicts, r => r.ReceivedAt.ToMicros()), Of(conflicts, r => r.Content));
        }

        Add(batch, "ReceiptStream_Put", Of(decisions, d => d.DeviceId), Of(decisions, d => d.Stream.ToJson()));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await batch.ExecuteNonQueryAsync();
    }

    private void Add(NpgsqlBatch batch, string name, params NpgsqlParameter[] columns)
    {
        var command = new NpgsqlBatchCommand(_database.Sql[name]);
        command.Parameters.AddRange(columns);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<T[]> Of<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> column) => new() { TypedValue = [.. rows.Select(column)] };
}
