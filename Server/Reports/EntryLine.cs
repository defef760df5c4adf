using CopyTrack.Server.Data.Ledger;

namespace CopyTrack.Server.Reports;

/// <summary>An entry for looking at: with the meter values at the end of its interval and the names behind its ids, without the time of its posting.</summary>
internal sealed record EntryLine : EntryRow
{
    public string? Meters { get; init; }
    public string? DeviceName { get; init; }
    public string? UserName { get; init; }
    public string? ProjectCode { get; init; }
}
