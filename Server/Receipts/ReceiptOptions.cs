namespace CopyTrack.Server.Receipts;

/// <summary>Settings of what devices send.</summary>
internal sealed record ReceiptOptions
{
    /// <summary><c>Receipts:PerSecond</c>: messages a second that one device may send; twice as many in a burst. An MFP finishes a few jobs a minute, a message holds up to 100.</summary>
    public int PerSecond { get; init; } = 50;
}
