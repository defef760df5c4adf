using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Ledger;

/// <summary>Why pages belong to no one (docs/interfaces.md §5). The numbers are stored and never change.</summary>
public enum Cause
{
    None = 0, DirectPrint = 1, FaxReceived = 2, PanelBypass = 3, ServicePages = 4, ServerDown = 5, DeviceUnreachable = 6,
    MeterReset = 7, DeviceReplaced = 8, Unsplittable = 9, NotLicensed = 10, Quarantined = 11, UnknownFunction = 12,
    TerminalOffline = 13, MeterLag = 14, ReceiptExceedsMeter = 15,
    MeteredOnly = 24,
}

/// <summary>How sure an attribution is. The numbers are stored.</summary>
public enum Confidence { Exact = 0, Inferred = 1, Estimated = 2 }

/// <summary>Where the evidence of an entry came from. The numbers are stored.</summary>
public enum EntrySource { Meter = 0, Vendor = 1, Offline = 2 }

/// <summary>What became of a reading. The numbers are stored.</summary>
public enum ReadingStatus { Border = 0, Evidence = 1, Rejected = 2 }

/// <summary>A reading as it is kept. (DeviceId, Seq) is its key; borders of one device and epoch are ordered by Seq.</summary>
public sealed record ReadingRecord(
    long DeviceId, long Seq, int Epoch, ReadingStatus Status, ReadingTrigger Trigger, DateTimeOffset At, DateTimeOffset ConfirmedAt,
    int Boot, long? UpTime, long Token, string? Serial, ImmutableArray<long?> Values);

/// <summary>An epoch: the set of base counters that the device's readings and entries of this number mean.</summary>
public sealed record EpochRecord(long DeviceId, int Epoch, DateTimeOffset OpenedAt, string Reason, string? Serial, BaseCounterSet Set);

/// <summary>
/// One append-only ledger entry: <see cref="Delta"/> units of one base counter in the interval that ends at border <see cref="Interval"/>
/// (a reading's Seq), for a person's session or for no one with a cause.
/// </summary>
public sealed record EntryRecord(
    long DeviceId, long Seq, int Epoch, long Interval, int Counter, long Delta, DateTimeOffset At, DateTimeOffset PostedAt,
    long? SessionId, long? PersonId, long? ProjectId, Cause Cause, Confidence Confidence, EntrySource Source,
    string? Evidence, long? Reverses)
{
    /// <summary>What it cost when it was booked, in millionths of the currency; a reversal has exactly the negative. Null: booked before costs were kept with entries.</summary>
    public long? CostMicros { get; init; }
}

/// <summary>What the pages of entries come to in the columns of reports. All are additive; money in millionths of the currency.</summary>
public readonly record struct PageCounts(
    long Impressions, long Mono, long Color, long UnknownColor, long Normal, long Large, long UnknownSize,
    long Sheets, long DuplexSheets, long UnknownSides, long Scans, long Faxes, long CostMicros)
{
    /// <summary>Adds column by column.</summary>
    public static PageCounts operator +(PageCounts a, PageCounts b) => new(
        a.Impressions + b.Impressions, a.Mono + b.Mono, a.Color + b.Color, a.UnknownColor + b.UnknownColor, a.Normal + b.Normal,
        a.Large + b.Large, a.UnknownSize + b.UnknownSize, a.Sheets + b.Sheets, a.DuplexSheets + b.DuplexSheets,
        a.UnknownSides + b.UnknownSides, a.Scans + b.Scans, a.Faxes + b.Faxes, a.CostMicros + b.CostMicros);

    /// <summary>Each column so many times; negative for a reversal.</summary>
    public PageCounts Times(long number) => new(
        Impressions * number, Mono * number, Color * number, UnknownColor * number, Normal * number, Large * number, UnknownSize * number,
        Sheets * number, DuplexSheets * number, UnknownSides * number, Scans * number, Faxes * number, CostMicros * number);
}

/// <summary>An amount to add to the roll-ups, in the same transaction as the entries it sums. Jobs is 1 on the first counts of a session and function.</summary>
public sealed record UsageRecord(
    DateOnly Day, long DeviceId, long? PersonId, long? ProjectId, PageFunction Function, Cause Cause, int Jobs, PageCounts Counts)
{
    /// <summary>Hour of the local day, 0 to 23.</summary>
    public int Hour { get; init; }
}

/// <summary>Something others want to hear of (server-sent events, alarms): kept in the outbox in the same transaction.</summary>
public sealed record DeviceEvent(string Topic, long DeviceId, DateTimeOffset At, ImmutableDictionary<string, string> Data);
