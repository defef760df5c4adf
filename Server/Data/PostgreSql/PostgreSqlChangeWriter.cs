using CopyTrack.Server.Data.Journal;
using Npgsql;

namespace CopyTrack.Server.Data.PostgreSql;

/// <summary>Turns the rows of many changes into one batch of multi-row statements, one array for each column.</summary>
internal sealed class PostgreSqlChangeWriter(SqlText sql)
{
    private const int ManyEntries = 100;

    /// <summary>Adds the statements for what <paramref name="set"/> holds to <paramref name="batch"/>, always in the same order of tables.</summary>
    public void Write(NpgsqlBatch batch, ChangeSet set, long version, long claimMicros)
    {
        var states = set.States.OrderBy(s => s.Key).ToList();
        Add(batch, "Journal_PutStates", states, rows => [Of(rows, r => r.Key), Of(rows, _ => version), Of(rows, r => StateDocument.Write(r.Value))]);
        Add(batch, "Journal_Claim", [.. set.Claims], rows =>
            [Of(rows, r => r.Key), Of(rows, r => r.Value), new NpgsqlParameter<long> { TypedValue = claimMicros }]);
        WriteSessions(batch, set);
        WriteUploads(batch, set);
        Add(batch, "Journal_CloseReceipts", [.. set.Receipts.OrderBy(r => r.Id)], rows =>
        [
            Of(rows, r => r.Id), Of(rows, r => (short)r.Status), Of(rows, r => r.At.ToMicros()), Of(rows, r => r.Owner.PersonId), Of(rows, r => r.Owner.SessionId),
            Of(rows, r => r.Owner.ProjectId), Of(rows, r => r.Shortage ? (short)1 : (short)0), Of(rows, r => r.Content),
        ]);
        WriteLedger(batch, set);
        Add(batch, "Journal_AddUsageDay", set.Days, rows =>
        [
            Of(rows, r => r.Key.OrgId), Of(rows, r => r.Key.Day), Of(rows, r => r.Key.DeviceId), Of(rows, r => r.Key.PersonId),
            Of(rows, r => r.Key.ProjectId), Of(rows, r => r.Key.Function), Of(rows, r => r.Key.Cause), .. Counts(rows, r => r.Value),
        ]);
        Add(batch, "Journal_AddUsageMonth", set.Months, rows =>
        [
            Of(rows, r => r.Key.OrgId), Of(rows, r => r.Key.Month), Of(rows, r => r.Key.PersonId), Of(rows, r => r.Key.ProjectId),
            .. Counts(rows, r => r.Value),
        ]);
        Add(batch, "Journal_AddUsageDeviceMonth", set.DeviceMonths, rows =>
        [
            Of(rows, r => r.Key.OrgId), Of(rows, r => r.Key.Month), Of(rows, r => r.Key.DeviceId), Of(rows, r => r.Key.Function), Of(rows, r => r.Key.Cause),
            .. Counts(rows, r => r.Value),
        ]);
        Add(batch, "Journal_SpendHolds", [.. set.Spent], rows => [Of(rows, r => r.Key), Of(rows, r => r.Value)]);
        Add(batch, "Journal_EndHolds", [.. set.EndedHolds], rows => [Of(rows, r => r)]);
        Add(batch, "Journal_AddUsageHour", set.Hours, rows =>
        [
            Of(rows, r => r.Key.OrgId), Of(rows, r => r.Key.Month), Of(rows, r => r.Key.DeviceId), Of(rows, r => r.Key.Hour), Of(rows, r => r.Key.Function),
            Of(rows, r => r.Key.Cause), .. Counts(rows, r => r.Value),
        ]);
        Add(batch, "Journal_AddLate", [.. set.Late], rows => [Of(rows, r => r.OrgId), Of(rows, r => r.Day), Of(rows, r => r.DeviceId), Of(rows, _ => version)]);
        Add(batch, "Journal_AddEvents", set.Events, rows =>
            [Of(rows, r => r.At.ToMicros()), Of(rows, r => r.Topic), Of(rows, r => r.DeviceId), Of(rows, r => StateDocument.Write(r.Data))]);
    }

    /// <summary>True for a set whose entries <see cref="CopyEntriesAsync"/> is to write, in a trip of its own; <see cref="Write"/> leaves them out.</summary>
    public static bool IsMany(ChangeSet set) => set.Entries.Count >= ManyEntries;

    /// <summary>Appends the entries in the open transaction of a connection, a page at a time: cheaper by a third than rows out of arrays, and worth a trip where there are many.</summary>
    public async Task CopyEntriesAsync(NpgsqlConnection connection, ChangeSet set)
    {
        await using var rows = await connection.BeginBinaryImportAsync(sql["Journal_CopyEntries"]);
        foreach (var (orgId, entry) in set.Entries)
        {
            await rows.StartRowAsync();
            await rows.WriteAsync(entry.DeviceId);
            await rows.WriteAsync(entry.Seq);
            await rows.WriteAsync(entry.At.ToMicros());
            await rows.WriteAsync(entry.PostedAt.ToMicros());
            await rows.WriteAsync(orgId);
            await rows.WriteAsync(entry.Interval);
            await rows.WriteAsync(entry.Delta);
            await MaybeAsync(rows, entry.SessionId);
            await MaybeAsync(rows, entry.PersonId);
            await MaybeAsync(rows, entry.ProjectId);
            await MaybeAsync(rows, entry.Reverses);
            await rows.WriteAsync(entry.Epoch);
            await rows.WriteAsync(entry.Counter);
            await rows.WriteAsync((short)entry.Cause);
            await rows.WriteAsync((short)entry.Confidence);
            await rows.WriteAsync((short)entry.Source);
            await (Columns.Text(entry.Evidence) is { } evidence ? rows.WriteAsync(evidence) : rows.WriteNullAsync());
            await rows.WriteAsync(entry.CostMicros);
        }

        await rows.CompleteAsync();
    }

    private static Task MaybeAsync(NpgsqlBinaryImporter rows, long? value) => value is { } some ? rows.WriteAsync(some) : rows.WriteNullAsync();

    private void WriteSessions(NpgsqlBatch batch, ChangeSet set)
    {
        Add(batch, "Journal_PutSessions", [.. set.Sessions], rows =>
        [
            Of(rows, r => r.Session.Id), Of(rows, r => r.OrgId), Of(rows, r => r.Session.DeviceId), Of(rows, r => r.Session.TerminalId),
            Of(rows, r => r.Session.PersonId), Of(rows, r => r.Session.ProjectId), Of(rows, r => (short)r.Session.State), Of(rows, r => r.Session.Method),
            Of(rows, r => r.Session.Functions), Of(rows, r => r.Session.ProjectRequired ? (short)1 : (short)0), Of(rows, r => r.Session.OpenedAt.ToMicros()),
            Of(rows, r => r.Session.LastActivityAt.ToMicros()), Of(rows, r => r.Session.EndedAt.ToMicros()), Of(rows, r => r.Session.SettledAt.ToMicros()),
            Of(rows, r => (short)r.Session.EndReason), Of(rows, r => r.Session.Inferred ? (short)1 : (short)0),
            Of(rows, r => Columns.Text(r.Session.InferredReason)),
        ]);
        Add(batch, "Journal_AddAttempts", [.. set.Attempts.OrderBy(a => a.Attempt.TerminalId, StringComparer.Ordinal)], rows =>
        [
            Of(rows, r => r.Attempt.TerminalId), Of(rows, r => Columns.Text(r.Attempt.Attempt)), Of(rows, r => r.Attempt.At.ToMicros()),
            Of(rows, r => r.DeviceId), Of(rows, r => r.Attempt.SessionId), Of(rows, r => r.Attempt.ReplyJson),
        ]);
    }

    private void WriteUploads(NpgsqlBatch batch, ChangeSet set) => Add(
        batch, "Journal_AddUploads", [.. set.Uploads.OrderBy(u => u.TerminalId, StringComparer.Ordinal).ThenBy(u => u.LocalId, StringComparer.Ordinal)], rows =>
        [
            Of(rows, r => r.TerminalId), Of(rows, r => r.LocalId), Of(rows, r => r.At.ToMicros()), Of(rows, r => r.PersonId), Of(rows, r => r.SessionId),
            Of(rows, r => r.Content),
        ]);

    private void WriteLedger(NpgsqlBatch batch, ChangeSet set)
    {
        Add(batch, "Journal_AddEpochs", set.Epochs, rows =>
        [
            Of(rows, r => r.DeviceId), Of(rows, r => r.Epoch), Of(rows, r => r.OpenedAt.ToMicros()), Of(rows, r => Columns.Text(r.Reason)),
            Of(rows, r => Columns.Text(r.Serial)), Of(rows, r => StateDocument.Write(r.Set)),
        ]);
        Add(batch, "Journal_AddReadings", set.Readings, rows =>
        [
            Of(rows, r => r.DeviceId), Of(rows, r => r.Seq), Of(rows, r => r.At.ToMicros()), Of(rows, r => r.ConfirmedAt.ToMicros()), Of(rows, r => r.UpTime),
            Of(rows, r => r.Token), Of(rows, r => r.Epoch), Of(rows, r => r.Boot), Of(rows, r => (short)r.Status), Of(rows, r => (short)r.Trigger),
            Of(rows, r => Columns.Text(r.Serial)), Of(rows, r => Columns.Meters(r.Values)),
        ]);
        Add(batch, "Journal_Confirm", [.. set.Confirmed], rows =>
        [
            Of(rows, r => r.Key.DeviceId), Of(rows, r => r.Key.Seq), Of(rows, r => r.Value.At.ToMicros()), Of(rows, r => r.Value.ConfirmedAt.ToMicros()),
            new NpgsqlParameter<long> { TypedValue = rows.Min(r => r.Value.At).ToMicros() }, new NpgsqlParameter<long> { TypedValue = rows.Max(r => r.Value.At).ToMicros() },
        ]);
        Add(batch, "Journal_AddEntries", IsMany(set) ? [] : set.Entries, rows =>
        [
            Of(rows, r => r.Entry.DeviceId), Of(rows, r => r.Entry.Seq), Of(rows, r => r.Entry.At.ToMicros()), Of(rows, r => r.Entry.PostedAt.ToMicros()),
            Of(rows, r => r.OrgId), Of(rows, r => r.Entry.Interval), Of(rows, r => r.Entry.Delta), Of(rows, r => r.Entry.SessionId),
            Of(rows, r => r.Entry.PersonId), Of(rows, r => r.Entry.ProjectId), Of(rows, r => r.Entry.Reverses), Of(rows, r => r.Entry.Epoch),
            Of(rows, r => r.Entry.Counter), Of(rows, r => (short)r.Entry.Cause), Of(rows, r => (short)r.Entry.Confidence),
            Of(rows, r => (short)r.Entry.Source), Of(rows, r => Columns.Text(r.Entry.Evidence)), Of(rows, r => r.Entry.CostMicros),
        ]);
    }

    private static NpgsqlParameter[] Counts<TRow>(IReadOnlyList<TRow> rows, Func<TRow, Amount> amount) =>
    [
        Of(rows, r => amount(r).Jobs), Of(rows, r => amount(r).Counts.Impressions), Of(rows, r => amount(r).Counts.Mono), Of(rows, r => amount(r).Counts.Color),
        Of(rows, r => amount(r).Counts.UnknownColor), Of(rows, r => amount(r).Counts.Normal), Of(rows, r => amount(r).Counts.Large),
        Of(rows, r => amount(r).Counts.UnknownSize), Of(rows, r => amount(r).Counts.Sheets), Of(rows, r => amount(r).Counts.DuplexSheets),
        Of(rows, r => amount(r).Counts.UnknownSides), Of(rows, r => amount(r).Counts.Scans), Of(rows, r => amount(r).Counts.Faxes),
        Of(rows, r => amount(r).Counts.CostMicros),
    ];

    private static NpgsqlParameter<T[]> Of<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> column)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = column(rows[i]);
        }

        return new NpgsqlParameter<T[]> { TypedValue = values };
    }

    private void Add<TRow>(NpgsqlBatch batch, string name, IReadOnlyList<TRow> rows, Func<IReadOnlyList<TRow>, NpgsqlParameter[]> columns)
    {
        if (rows.Count > 0)
        {
            var command = new NpgsqlBatchCommand(sql[name]);
            command.Parameters.AddRange(columns(rows));
            batch.BatchCommands.Add(command);
        }
    }
}
