using System.Collections.Immutable;
using CopyTrack.Accounting.Receipts;

namespace CopyTrack.Server.Data.Receipts;

/// <summary>Receipts of one message of one device, valid each. <see cref="DeviceNow"/> is the device's idea of the time when it sent them.</summary>
public sealed record ReceiptIntake(
    long DeviceId, long OrgId, DateTimeOffset ReceivedAt, DateTimeOffset? DeviceNow, ImmutableArray<JobReceipt> Receipts, ReceiptStatus Status = ReceiptStatus.Waiting);

/// <summary>What a receipt came to.</summary>
public enum IntakeOutcome
{
    /// <summary>It is new and kept.</summary>
    Accepted,

    /// <summary>It was kept before; nothing changed.</summary>
    Duplicate,

    /// <summary>Its key was kept with other content; the first stands, this one is shown to the administrator.</summary>
    Conflict,

    /// <summary>It is kept as evidence and books nothing: copy tracking is not licensed.</summary>
    Ignored,
}

/// <summary>The answer to one receipt; <see cref="Id"/> is the server's number of the receipt that stands.</summary>
public sealed record ReceiptAnswer(string Key, long Id, IntakeOutcome Outcome);

/// <summary>The answers in the order of the receipts, and what the device never sent.</summary>
public sealed record IntakeAnswer(ImmutableArray<ReceiptAnswer> Answers, ImmutableArray<MissingReceipts> Missing);

/// <summary>Keeps receipts, each once for ever.</summary>
public interface IReceiptStore
{
    /// <summary>
    /// Keeps what is new and answers once that is durable. Many calls share a transaction. Throws <see cref="StorageUnavailableException"/>; nothing of the
    /// message is kept then, and it may be sent again.
    /// </summary>
    Task<IntakeAnswer> TakeAsync(ReceiptIntake intake, CancellationToken cancellationToken);
}

/// <summary>A receipt that is kept: its number and the SHA-256 of its content.</summary>
internal readonly record struct KeptReceipt(long Id, byte[] Hash);

/// <summary>A row to insert.</summary>
internal sealed record NewReceipt(
    long Id, long DeviceId, long OrgId, string Key, byte[] Hash, ReceiptStatus Status, DateTimeOffset ReceivedAt, DateTimeOffset StartedAt, DateTimeOffset EndedAt,
    long? ClockOffsetMs, string Content);

/// <summary>A receipt whose key was taken by other content.</summary>
internal sealed record ConflictingReceipt(long Id, long DeviceId, string Key, byte[] Hash, DateTimeOffset ReceivedAt, string Content);

/// <summary>Decides about the receipts of one device under its row's lock. Pure but for the numbers it takes.</summary>
internal sealed class IntakeDecision(long deviceId, ReceiptStream stream, IReadOnlyDictionary<string, KeptReceipt> kept, Func<long> nextId)
{
    private readonly Dictionary<string, KeptReceipt> known = new(kept, StringComparer.Ordinal);
    private readonly List<NewReceipt> added = [];
    private readonly List<ConflictingReceipt> conflicts = [];
    private ReceiptStream now = stream;

    public IReadOnlyList<NewReceipt> Added => added;

    public IReadOnlyList<ConflictingReceipt> Conflicts => conflicts;

    public long DeviceId => deviceId;

    /// <summary>The stream after all that was taken.</summary>
    public ReceiptStream Stream => now;

    /// <summary>Takes a message; what an earlier one of the same transaction brought counts as kept.</summary>
    public IntakeAnswer Take(ReceiptIntake intake)
    {
        now = now.Clock(intake.DeviceNow, intake.ReceivedAt);
        var answers = ImmutableArray.CreateBuilder<ReceiptAnswer>(intake.Receipts.Length);
        foreach (var receipt in intake.Receipts)
        {
            answers.Add(Take(intake, receipt));
        }

        return new IntakeAnswer(answers.ToImmutable(), [.. now.Missing]);
    }

    private ReceiptAnswer Take(ReceiptIntake intake, JobReceipt receipt)
    {
        var (key, hash) = (receipt.Key, ReceiptContent.Hash(receipt));
        now = now.Take(receipt.BootId, receipt.Sequence);
        if (known.TryGetValue(key, out var first))
        {
            if (first.Hash.AsSpan().SequenceEqual(hash))
            {
                return new ReceiptAnswer(key, first.Id, intake.Status == ReceiptStatus.Ignored ? IntakeOutcome.Ignored : IntakeOutcome.Duplicate);
            }

            conflicts.Add(new ConflictingReceipt(nextId(), deviceId, key, hash, intake.ReceivedAt, ReceiptContent.Write(ReceiptContent.WithoutNames(receipt))));
            return new ReceiptAnswer(key, first.Id, IntakeOutcome.Conflict);
        }

        var (from, to) = ReceiptTimes.Of(receipt, now.ClockOffsetMs, intake.ReceivedAt);
        var id = nextId();
        added.Add(new NewReceipt(id, deviceId, intake.OrgId, key, hash, intake.Status, intake.ReceivedAt, from, to, now.ClockOffsetMs, ReceiptContent.Write(receipt)));
        known[key] = new KeptReceipt(id, hash);
        return new ReceiptAnswer(key, id, intake.Status == ReceiptStatus.Ignored ? IntakeOutcome.Ignored : IntakeOutcome.Accepted);
    }
}
