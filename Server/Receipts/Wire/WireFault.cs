namespace CopyTrack.Server.Receipts.Wire;

/// <summary>A message of a device that can't be taken, for a reason that lies in the message; the text says what to mend. Nothing of it was booked.</summary>
internal sealed class WireFault(string message) : Exception(message);

/// <summary>Receipts of one message, and the device's time when it sent them.</summary>
internal sealed record ReceiptMessage(DateTimeOffset? SentAt, System.Collections.Immutable.ImmutableArray<Accounting.Receipts.JobReceipt> Receipts);
