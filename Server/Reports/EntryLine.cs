namespace CopyTrack.Server.Reports;

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
