using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CopyTrack.Accounting.Receipts;

namespace CopyTrack.Accounting.Sessions;

/// <summary>All that the decisions about one device need, kept as one JSON document in the row that serialises the device.</summary>
public sealed record DeviceState
{
    /// <summary>The device.</summary>
    public required long DeviceId { get; init; }

    /// <summary>Grows by one with each change, so that of two looks at the device the newer is known.</summary>
    public long Version { get; init; }

    /// <summary>Fencing token of the claim on the device; kept in the row beside the document, filled in on loading.</summary>
    [JsonIgnore]
    public long ClaimToken { get; init; }

    /// <summary>Node that holds the claim; kept beside the document like the token.</summary>
    [JsonIgnore]
    public string? ClaimOwner { get; init; }

    /// <summary>Number of the current epoch; 0 before the first reading.</summary>
    public int Epoch { get; init; }

    /// <summary>Fingerprint of the base counter set that the epoch pins, the computed remainder included.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The last border; null before the first reading.</summary>
    public Border? Last { get; init; }

    /// <summary>A reading that fell or jumped and waits for a second one to confirm it.</summary>
    public Suspect? Suspect { get; init; }

    /// <summary>Seq of the last reading kept.</summary>
    public long ReadingSeq { get; init; }

    /// <summary>Seq of the last entry posted.</summary>
    public long EntrySeq { get; init; }

    /// <summary>The open session: opening, awaiting its project, or active.</summary>
    public LiveSession? Open { get; init; }

    /// <summary>The session whose last pages may still come.</summary>
    public LiveSession? Settling { get; init; }

    /// <summary>How long this device's counters were seen to follow its sheets, in milliseconds; learned.</summary>
    public int LagMs { get; init; } = 3000;

    /// <summary>Since when reads have failed; null while the device answers.</summary>
    public DateTimeOffset? UnreachableSince { get; init; }

    /// <summary>When a counter of the device last moved.</summary>
    public DateTimeOffset? MovedAt { get; init; }

    /// <summary>The agents that meter the device; null when none ever did.</summary>
    public IReadOnlyList<AgentMark>? Agents { get; init; }

    /// <summary>Grows by one whenever earlier entries are reversed, so that a decision on a stale look at them is noticed.</summary>
    public long Reversals { get; init; }

    /// <summary>When a receipt of the device was last booked; null for a device that never sent one.</summary>
    public DateTimeOffset? ReportsAt { get; init; }

    /// <summary>Pages at the panel for which a receipt may still come; null when there are none.</summary>
    public UnclaimedCopies? Unclaimed { get; init; }

    /// <summary>What receipts are ahead of the meter, oldest first.</summary>
    public ImmutableArray<OpenLag> Lags { get; init; } = [];
}

/// <summary>A border as the next reading is compared with it. Values are complete: what a reading lacked is carried on from the border before.</summary>
public sealed record Border(
    long Seq, DateTimeOffset SentAt, DateTimeOffset At, DateTimeOffset ConfirmedAt, int Boot, long? UpTime, string? Serial, ImmutableArray<long?> Values);

/// <summary>
/// A first reading that fell, jumped or named another serial number. <see cref="Why"/> is told when it is confirmed or dropped.
/// <see cref="Set"/> is the fingerprint of its base counters where they are not those of the epoch.
/// </summary>
public sealed record Suspect(long Seq, DateTimeOffset SentAt, DateTimeOffset At, int Boot, string? Serial, ImmutableArray<long?> Values, string Why, string? Set = null);

/// <summary>A session that is not settled, with what its rules need beyond the kept row.</summary>
public sealed record LiveSession
{
    /// <summary>The row.</summary>
    public required SessionRecord Record { get; init; }

    /// <summary>True once its start is a border (or is inferred): from then on the meter's movements are its own.</summary>
    public bool Started { get; init; }

    /// <summary>True while the next interval begins at a border that was not read at the start itself, or may hold pages of someone else.</summary>
    public bool StartInferred { get; init; }

    /// <summary>Until when late pages of the session (or project) before may still show up; only a reading sent later makes the start sure. Null: the next one does.</summary>
    public DateTimeOffset? UnsureUntil { get; init; }

    /// <summary>Why its next entries are inferred.</summary>
    public string? InferredReason { get; init; }

    /// <summary>Since when its terminal is away; null while it is connected.</summary>
    public DateTimeOffset? TerminalLostAt { get; init; }

    /// <summary>When the panel said it is unlocked; null before.</summary>
    public DateTimeOffset? UnlockedAt { get; init; }

    /// <summary>When counters of the device last moved in it.</summary>
    public DateTimeOffset? MovedAt { get; init; }

    /// <summary>When pages of its own last showed up on the meter.</summary>
    public DateTimeOffset? OwnMovedAt { get; init; }

    /// <summary>Since when the device was seen idle after the end, without a break.</summary>
    public DateTimeOffset? IdleSince { get; init; }

    /// <summary>The person's groups that price lists name, `;` between; null for none.</summary>
    public string? PriceGroups { get; init; }

    /// <summary>Up to where the limits have set money aside for what the session spends, in millionths of the currency; raised as it spends. Null without a limit.</summary>
    public long? CreditMicros { get; init; }

    /// <summary>What the session has cost so far.</summary>
    public long SpentMicros { get; init; }

    /// <summary>True where the panel is locked as soon as the credit is used up; else the next login is refused.</summary>
    public bool LocksAtZero { get; init; }

    /// <summary>Functions that have been counted as a job already.</summary>
    public ImmutableArray<Meters.PageFunction> Counted { get; init; } = [];
}

/// <summary>How far one agent's messages are in a device's ledger: the number of the last one, how many readings there were, when the last was sent, and of which of the agent's keys that number is: numbers begin anew with each.</summary>
public sealed record AgentMark(long AgentId, long Sequence, long Readings, DateTimeOffset SentAt, long Generation = 0);
