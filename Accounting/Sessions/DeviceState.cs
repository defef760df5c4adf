namespace CopyTrack.Accounting.Sessions;

/// <summary>All that the decisions about one device need, kept as one JSON document in the row that serialises the device.</summary>
public sealed record DeviceState
{
    /// <summary>The device.</summary>
    public required long DeviceId { get; init; }
}
