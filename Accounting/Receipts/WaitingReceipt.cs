using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Receipts;

/// <summary>Whose a receipt is, once its names have been looked up. All null: nobody is known by them.</summary>
public sealed record ReceiptOwner(long? SessionId, long? PersonId, long? ProjectId)
{
    /// <summary>When the session began; null without one.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the session had settled, or ended at least; null without one, and while it goes on.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Nobody known.</summary>
    public static ReceiptOwner None { get; } = new(null, null, null);
}

/// <summary>
/// A receipt that is acknowledged and not booked yet. <see cref="From"/> and <see cref="To"/> are by the server's clock.
/// </summary>
public sealed record WaitingReceipt(long Id, JobReceipt Receipt, DateTimeOffset From, DateTimeOffset To, DateTimeOffset ReceivedAt, ReceiptOwner Owner);

/// <summary>
/// One closed interval of a device with the entries that still stand in it, in order of Seq. <see cref="Began"/> is when the border before was read,
/// <see cref="Since"/> when it was last confirmed, <see cref="Values"/> what it showed; the entries of a counter tile the way from there.
/// </summary>
public sealed record PostedInterval(
    int Epoch, long Interval, DateTimeOffset Began, DateTimeOffset Since, DateTimeOffset Until, BaseCounterSet Set, ImmutableArray<long?> Values, ImmutableArray<EntryRecord> Live);

/// <summary>What became of an acknowledged receipt. The numbers are stored.</summary>
public enum ReceiptStatus
{
    /// <summary>Kept; the meters have not shown its time yet.</summary>
    Waiting = 0,

    /// <summary>Its pages stand in the ledger.</summary>
    Booked = 1,

    /// <summary>No interval of the ledger holds its time: it is of before the device's first reading, or of while its counters were being replaced.</summary>
    OutsideLedger = 2,

    /// <summary>The device's meters count nothing of what it made, so that the ledger has no place for it.</summary>
    Unmetered = 3,

    /// <summary>Copy tracking had no licence when it came.</summary>
    Ignored = 4,
}

/// <summary>
/// A receipt that a decision closes, with the ids that stand in place of names from then on. <see cref="Content"/> is what is kept of it without them; null leaves
/// it as it is. <see cref="Shortage"/>: the meter had not shown all of it.
/// </summary>
public sealed record BookedReceipt(long Id, ReceiptStatus Status, DateTimeOffset At, ReceiptOwner Owner, bool Shortage, string? Content)
{
    /// <summary>The device's number of the job, under which money may have been set aside for it; null without one.</summary>
    public string? JobId { get; init; }

    /// <summary>The receipt as closed; a login name is dropped once the person is known.</summary>
    public static BookedReceipt Of(WaitingReceipt waiting, ReceiptStatus status, DateTimeOffset at, bool shortage) => new(
        waiting.Id, status, at, waiting.Owner, shortage,
        waiting.Owner.PersonId is not null && waiting.Receipt.Identities.Any(i => i.Kind == IdentityKind.Login) ? ReceiptContent.Write(ReceiptContent.WithoutNames(waiting.Receipt)) : null)
    {
        JobId = waiting.Receipt.JobId,
    };
}
