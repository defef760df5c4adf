using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Receipts;

namespace CopyTrack.Accounting.Sessions;

/// <summary>
/// Everything that one decision about one device writes, in one transaction: its new state, the sessions that changed, and what is
/// appended to the ledger. Storage writes it as it stands and decides nothing.
/// </summary>
public sealed record DeviceChange
{
    /// <summary>The state to keep; null when the decision changed nothing (then nothing else is written either).</summary>
    public DeviceState? State { get; init; }

    /// <summary>Sessions to insert or replace by id.</summary>
    public ImmutableArray<SessionRecord> Sessions { get; init; } = [];

    /// <summary>Readings to append.</summary>
    public ImmutableArray<ReadingRecord> Readings { get; init; } = [];

    /// <summary>Later confirmation of readings already kept, which their number and time tell.</summary>
    public ImmutableArray<(long Seq, DateTimeOffset At, DateTimeOffset ConfirmedAt)> Confirmed { get; init; } = [];

    /// <summary>Epochs to append.</summary>
    public ImmutableArray<EpochRecord> Epochs { get; init; } = [];

    /// <summary>Entries to append.</summary>
    public ImmutableArray<EntryRecord> Entries { get; init; } = [];

    /// <summary>Amounts to add to the roll-ups.</summary>
    public ImmutableArray<UsageRecord> Usage { get; init; } = [];

    /// <summary>Events for the outbox.</summary>
    public ImmutableArray<DeviceEvent> Events { get; init; } = [];

    /// <summary>
    /// Node for which the claim on the device is taken in the same transaction; null leaves the claim alone. When the claim belonged to
    /// another node its token grows by one, else the claim is only prolonged.
    /// </summary>
    public string? ClaimFor { get; init; }

    /// <summary>The answer to a login attempt, kept so that a resend gets the same.</summary>
    public AttemptRecord? Attempt { get; init; }

    /// <summary>Uploaded offline logins that are booked by this change, kept so that the same upload again changes nothing.</summary>
    public ImmutableArray<OfflineUploadRecord> Uploads { get; init; } = [];

    /// <summary>Receipts that are closed by this change.</summary>
    public ImmutableArray<BookedReceipt> Receipts { get; init; } = [];

    /// <summary>What sessions with a limit have spent by now, so that what is set aside for them goes down as their entries come; the last of a session stands.</summary>
    public ImmutableArray<SessionSpending> Spending { get; init; } = [];
}

/// <summary>A session with a limit: what it has spent in all, in millionths of the currency; with <see cref="Ended"/> nothing is set aside for it any more.</summary>
public readonly record struct SessionSpending(long SessionId, long SpentMicros, bool Ended);

/// <summary>An uploaded offline login that is booked: its terminal's own id for it, and the session that it became.</summary>
public sealed record OfflineUploadRecord(string TerminalId, string LocalId, DateTimeOffset At, long PersonId, long SessionId, string Content);

/// <summary>The stored answer to one login attempt of one terminal.</summary>
public sealed record AttemptRecord(string TerminalId, string Attempt, DateTimeOffset At, long? SessionId, string ReplyJson);
