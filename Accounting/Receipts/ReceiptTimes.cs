namespace CopyTrack.Accounting.Receipts;

/// <summary>When a job was made by the server's clock.</summary>
public static class ReceiptTimes
{
    /// <summary>A device that does not tell its time is believed when its jobs end within this of now.</summary>
    private static readonly TimeSpan Believable = TimeSpan.FromMinutes(5);

    /// <summary>Longest job.</summary>
    private static readonly TimeSpan LongestJob = TimeSpan.FromHours(12);

    /// <summary>
    /// Start and end by the server's clock. <paramref name="offsetMs"/> is server minus device as told last. Without it a time of the past is
    /// believed as it stands, and one of the future is the time of arrival. An end after <paramref name="receivedAt"/> becomes that.
    /// </summary>
    public static (DateTimeOffset From, DateTimeOffset To) Of(JobReceipt receipt, long? offsetMs, DateTimeOffset receivedAt)
    {
        var offset = TimeSpan.FromMilliseconds(offsetMs ?? 0);
        var end = receipt.EndedAt + offset;
        if (offsetMs is null && end > receivedAt + Believable)
        {
            end = receivedAt;
        }

        end = end < receivedAt ? end : receivedAt;
        var length = receipt.StartedAt is { } start ? receipt.EndedAt - start : TimeSpan.Zero;
        return (end - (length < LongestJob ? length : LongestJob), end);
    }

    /// <summary>
    /// The same, put right by the session in which the job was made: where a clock was changed between the job and its receipt the two have nothing in common, and the session is believed. Times
    /// that touch the session, or a receipt without one, stay as they are.
    /// </summary>
    public static (DateTimeOffset From, DateTimeOffset To) Within(ReceiptOwner owner, DateTimeOffset from, DateTimeOffset to) =>
        owner.Since is not { } since ? (from, to)
        : to < since - Believable ? (since, owner.Until ?? since)
        : owner.Until is { } until && from > until + Believable ? (since, until)
        : (from, to);
}
