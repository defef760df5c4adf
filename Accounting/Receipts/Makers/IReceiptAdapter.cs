using System.Collections.Immutable;

namespace CopyTrack.Accounting.Receipts.Makers;

/// <summary>
/// What a maker's devices send about their jobs, as neutral receipts: bytes in, receipts out, acknowledgement out. An adapter exists only where public facts carry
/// it (docs/vendors.md); all are experimental until a real capture exists.
/// </summary>
public interface IReceiptAdapter
{
    /// <summary>Name in the path of the API, lower case.</summary>
    string Name { get; }

    /// <summary>The receipts of a message, valid each. Throws <see cref="MakerFormatException"/> that tells what can't be read; nothing is to be booked then.</summary>
    ImmutableArray<JobReceipt> Read(ReadOnlyMemory<byte> message);

    /// <summary>What the device is answered once the receipts are durable; empty when the way it came has no answer.</summary>
    ReadOnlyMemory<byte> Acknowledge(ImmutableArray<JobReceipt> receipts);
}

/// <summary>A maker's message that can't be read; the text says what and where.</summary>
public sealed class MakerFormatException(string message) : Exception(message);
