using System.Data.Common;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data.Journal;

namespace CopyTrack.Server.Data.Ledger;

/// <summary>A row of <c>reading</c>.</summary>
internal sealed record ReadingRow
{
    public long DeviceId { get; init; }
    public long Seq { get; init; }
    public int Epoch { get; init; }
    public int Status { get; init; }
    public int Trigger { get; init; }
    public DateTimeOffset At { get; init; }
    public DateTimeOffset ConfirmedAt { get; init; }
    public int Boot { get; init; }
    public long? Uptime { get; init; }
    public long Token { get; init; }
    public string? Serial { get; init; }
    public string Meters { get; init; } = "";

    /// <summary>The record of the row where a reader stands, of statements with the columns in this order; a tenth of what it costs to look each of them up.</summary>
    public static ReadingRecord Read(DbDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), (ReadingStatus)row.GetInt32(3), (ReadingTrigger)row.GetInt32(4), Instant.FromMicros(row.GetInt64(5)), Instant.FromMicros(row.GetInt64(6)), row.GetInt32(7),
        row.IsDBNull(8) ? null : row.GetInt64(8), row.GetInt64(9), row.IsDBNull(10) ? null : row.GetString(10), Columns.ReadMeters(row.GetString(11)));

    public ReadingRecord ToRecord() => new(DeviceId, Seq, Epoch, (ReadingStatus)Status, (ReadingTrigger)Trigger, At, ConfirmedAt, Boot, Uptime, Token, Serial,
        Columns.ReadMeters(Meters));
}

/// <summary>A row of <c>epoch</c>.</summary>
internal sealed record EpochRow
{
    public long DeviceId { get; init; }
    public int Epoch { get; init; }
    public DateTimeOffset OpenedAt { get; init; }
    public string Reason { get; init; } = "";
    public string? Serial { get; init; }
    public string Counters { get; init; } = "";

    /// <summary>The row where a reader stands, of statements with the columns in this order.</summary>
    public static EpochRow Read(DbDataReader row) => new()
    {
        DeviceId = row.GetInt64(0), Epoch = row.GetInt32(1), OpenedAt = Instant.FromMicros(row.GetInt64(2)), Reason = row.GetString(3), Serial = row.IsDBNull(4) ? null : row.GetString(4), Counters = row.GetString(5),
    };

    public EpochRecord ToRecord() => ToRecord(StateDocument.ReadSet(Counters));

    /// <summary>The same with its counters, where they are known already.</summary>
    public EpochRecord ToRecord(BaseCounterSet set) => new(DeviceId, Epoch, OpenedAt, Reason, Serial, set);
}

/// <summary>A row of <c>entry</c>.</summary>
internal record EntryRow
{
    public long DeviceId { get; init; }
    public long Seq { get; init; }
    public int Epoch { get; init; }
    public long IntervalSeq { get; init; }
    public int Counter { get; init; }
    public long Delta { get; init; }
    public DateTimeOffset At { get; init; }
    public DateTimeOffset PostedAt { get; init; }
    public long? SessionId { get; init; }
    public long? PersonId { get; init; }
    public long? ProjectId { get; init; }
    public int Cause { get; init; }
    public int Confidence { get; init; }
    public int Source { get; init; }
    public string? Evidence { get; init; }
    public long? Reverses { get; init; }
    public long? CostMicros { get; init; }

    public EntryRecord ToRecord() => new(DeviceId, Seq, Epoch, IntervalSeq, Counter, Delta, At, PostedAt, SessionId, PersonId, ProjectId,
        (Cause)Cause, (Confidence)Confidence, (EntrySource)Source, Evidence, Reverses) { CostMicros = CostMicros };
}
