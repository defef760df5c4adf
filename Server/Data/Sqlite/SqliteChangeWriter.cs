using CopyTrack.Server.Data.Journal;
using Microsoft.Data.Sqlite;

namespace CopyTrack.Server.Data.Sqlite;

/// <summary>Writes the rows of a change with prepared statements, one row each.</summary>
internal sealed class SqliteChangeWriter(SqlText sql, SqliteStatements statements)
{
    private const int SqliteConstraint = 19;

    /// <summary>Writes everything; <paramref name="version"/> goes into the state rows.</summary>
    public void Write(ChangeSet set, long version, long claimMicros)
    {
        foreach (var (deviceId, state) in set.States)
        {
            Run("Journal_PutStates", ("@deviceId", deviceId), ("@version", version), ("@state", StateDocument.Write(state)));
        }

        foreach (var (deviceId, owner) in set.Claims)
        {
            Run("Journal_Claim", ("@deviceId", deviceId), ("@owner", owner), ("@length", claimMicros));
        }

        WriteSessions(set);
        WriteUploads(set);
        WriteLedger(set);
        foreach (var (key, amount) in set.Days)
        {
            Run("Journal_AddUsageDay", [
                ("@orgId", key.OrgId), ("@day", key.Day), ("@deviceId", key.DeviceId), ("@personId", key.PersonId), ("@projectId", key.ProjectId),
                ("@function", key.Function), ("@cause", key.Cause), .. Counts(amount)]);
        }

        foreach (var (key, amount) in set.Months)
        {
            Run("Journal_AddUsageMonth", [
                ("@orgId", key.OrgId), ("@month", key.Month), ("@personId", key.PersonId), ("@projectId", key.ProjectId), .. Counts(amount)]);
        }

        foreach (var (key, amount) in set.DeviceMonths)
        {
            Run("Journal_AddUsageDeviceMonth", [
                ("@orgId", key.OrgId), ("@month", key.Month), ("@deviceId", key.DeviceId), ("@function", key.Function), ("@cause", key.Cause),
                .. Counts(amount)]);
        }

        foreach (var (session, spent) in set.Spent)
        {
            Run("Journal_SpendHolds", ("@session", session), ("@spent", spent));
        }

        foreach (var holder in set.EndedHolds)
        {
            Run("Journal_EndHolds", ("@holder", holder));
        }

        foreach (var (key, amount) in set.Hours)
        {
            Run("Journal_AddUsageHour", [
                ("@orgId", key.OrgId), ("@month", key.Month), ("@deviceId", key.DeviceId), ("@hour", key.Hour), ("@function", key.Function), ("@cause", key.Cause),
                .. Counts(amount)]);
        }

        foreach (var (orgId, day, deviceId) in set.Late)
        {
            Run("Journal_AddLate", ("@orgId", orgId), ("@day", day), ("@deviceId", deviceId), ("@version", version));
        }

        foreach (var e in set.Events)
        {
            Run("Journal_AddEvents", ("@at", e.At.ToMicros()), ("@topic", e.Topic), ("@deviceId", e.DeviceId), ("@payload", StateDocument.Write(e.Data)));
        }
    }

    private static (string, object?)[] Counts(Amount amount) =>
    [
        ("@jobs", amount.Jobs), ("@impressions", amount.Counts.Impressions), ("@mono", amount.Counts.Mono), ("@color", amount.Counts.Color),
        ("@unknownColor", amount.Counts.UnknownColor), ("@normal", amount.Counts.Normal), ("@large", amount.Counts.Large),
        ("@unknownSize", amount.Counts.UnknownSize), ("@sheets", amount.Counts.Sheets), ("@duplexSheets", amount.Counts.DuplexSheets),
        ("@unknownSides", amount.Counts.UnknownSides), ("@scans", amount.Counts.Scans), ("@faxes", amount.Counts.Faxes),
        ("@costMicros", amount.Counts.CostMicros),
    ];

    private void WriteSessions(ChangeSet set)
    {
        foreach (var (orgId, s) in set.Sessions)
        {
            Run("Journal_PutSessions",
                ("@id", s.Id), ("@orgId", orgId), ("@deviceId", s.DeviceId), ("@terminalId", s.TerminalId), ("@personId", s.PersonId),
                ("@projectId", s.ProjectId), ("@state", (int)s.State), ("@method", s.Method), ("@functions", s.Functions),
                ("@projectRequired", s.ProjectRequired ? 1 : 0), ("@openedAt", s.OpenedAt.ToMicros()), ("@lastActivityAt", s.LastActivityAt.ToMicros()),
                ("@endedAt", s.EndedAt.ToMicros()), ("@settledAt", s.SettledAt.ToMicros()), ("@endReason", (int)s.EndReason),
                ("@inferred", s.Inferred ? 1 : 0), ("@inferredReason", Columns.Text(s.InferredReason)));
        }

        foreach (var (deviceId, a) in set.Attempts)
        {
            try
            {
                Run("Journal_AddAttempts",
                    ("@terminalId", a.TerminalId), ("@attempt", Columns.Text(a.Attempt)), ("@at", a.At.ToMicros()), ("@deviceId", deviceId),
                    ("@sessionId", a.SessionId), ("@reply", a.ReplyJson));
            }
            catch (SqliteException ex) when (ex.SqliteErrorCode == SqliteConstraint)
            {
                throw new AttemptExistsException($"an attempt of terminal {a.TerminalId} is answered already");
            }
        }
    }

    private void WriteUploads(ChangeSet set)
    {
        foreach (var u in set.Uploads)
        {
            Run("Journal_AddUploads",
                ("@terminalId", u.TerminalId), ("@localId", u.LocalId), ("@at", u.At.ToMicros()), ("@personId", u.PersonId), ("@sessionId", u.SessionId),
                ("@content", u.Content));
        }

        foreach (var r in set.Receipts)
        {
            Run("Journal_CloseReceipts",
                ("@id", r.Id), ("@status", (int)r.Status), ("@at", r.At.ToMicros()), ("@personId", r.Owner.PersonId), ("@sessionId", r.Owner.SessionId),
                ("@projectId", r.Owner.ProjectId), ("@shortage", r.Shortage ? 1 : 0), ("@content", r.Content));
        }
    }

    private void WriteLedger(ChangeSet set)
    {
        foreach (var e in set.Epochs)
        {
            Run("Journal_AddEpochs",
                ("@deviceId", e.DeviceId), ("@epoch", e.Epoch), ("@openedAt", e.OpenedAt.ToMicros()), ("@reason", Columns.Text(e.Reason)),
                ("@serial", Columns.Text(e.Serial)), ("@counters", StateDocument.Write(e.Set)));
        }

        foreach (var r in set.Readings)
        {
            Run("Journal_AddReadings",
                ("@deviceId", r.DeviceId), ("@seq", r.Seq), ("@at", r.At.ToMicros()), ("@confirmedAt", r.ConfirmedAt.ToMicros()), ("@uptime", r.UpTime),
                ("@token", r.Token), ("@epoch", r.Epoch), ("@boot", r.Boot), ("@status", (int)r.Status), ("@trigger", (int)r.Trigger),
                ("@serial", Columns.Text(r.Serial)), ("@meters", Columns.Meters(r.Values)));
        }

        foreach (var ((deviceId, seq), (_, confirmedAt)) in set.Confirmed)
        {
            Run("Journal_Confirm", ("@deviceId", deviceId), ("@seq", seq), ("@confirmedAt", confirmedAt.ToMicros()));
        }

        foreach (var (orgId, e) in set.Entries)
        {
            Run("Journal_AddEntries",
                ("@deviceId", e.DeviceId), ("@seq", e.Seq), ("@at", e.At.ToMicros()), ("@postedAt", e.PostedAt.ToMicros()), ("@orgId", orgId),
                ("@intervalSeq", e.Interval), ("@delta", e.Delta), ("@sessionId", e.SessionId), ("@personId", e.PersonId), ("@projectId", e.ProjectId),
                ("@reverses", e.Reverses), ("@epoch", e.Epoch), ("@counter", e.Counter), ("@cause", (int)e.Cause), ("@confidence", (int)e.Confidence),
                ("@source", (int)e.Source), ("@evidence", Columns.Text(e.Evidence)), ("@costMicros", e.CostMicros));
        }
    }

    private void Run(string name, params ReadOnlySpan<(string, object?)> parameters) => statements.Get(sql[name], parameters).ExecuteNonQuery();
}
