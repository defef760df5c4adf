namespace CopyTrack.Server.Reports;

/// <summary>A device as reports name it.</summary>
internal sealed record ReportDevice
{
    public long Id { get; init; }
    public string Name { get; init; } = "";
    public string? Location { get; init; }
    public string? Site { get; init; }
}
