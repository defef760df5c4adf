using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Journal;

namespace CopyTrack.Server.Reports;

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

    public EpochRecord ToRecord() => new(DeviceId, Epoch, OpenedAt, Reason, Serial, StateDocument.ReadSet(Counters));
}

/// <summary>A row of <c>entry</c>.</summary>
internal sealed record EntryRow
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

    public EntryRecord ToRecord() => new(DeviceId, Seq, Epoch, IntervalSeq, Counter, Delta, At, PostedAt, SessionId, PersonId, ProjectId,
        (Cause)Cause, (Confidence)Confidence, (EntrySource)Source, Evidence, Reverses);
}

/// <summary>An entry for looking at: with the meter values at the end of its interval and the names behind its ids.</summary>
internal sealed record EntryLine
{
    public DateTimeOffset At { get; init; }
    public long DeviceId { get; init; }
    public long Seq { get; init; }
    public int Epoch { get; init; }
    public long IntervalSeq { get; init; }
    public int Counter { get; init; }
    public long Delta { get; init; }
    public long? SessionId { get; init; }
    public long? PersonId { get; init; }
    public long? ProjectId { get; init; }
    public int Cause { get; init; }
    public int Confidence { get; init; }
    public int Source { get; init; }
    public string? Evidence { get; init; }
    public long? Reverses { get; init; }
    public string? Meters { get; init; }
    public string? DeviceName { get; init; }
    public string? UserName { get; init; }
    public string? ProjectCode { get; init; }
}

/// <summary>A device as reports name it.</summary>
internal sealed record ReportDevice
{
    public long Id { get; init; }
    public string Name { get; init; } = "";
    public string? Location { get; init; }
    public string? Site { get; init; }
}
