using CopyTrack.Accounting.Meters;

namespace CopyTrack.Server.Polling;

/// <summary>What one read of a device brought.</summary>
internal abstract record MeterRead
{
    private MeterRead() { }

    /// <summary>Its meters.</summary>
    public sealed record Taken(MeterReading Reading) : MeterRead;

    /// <summary>Nothing, for a reason an admin understands.</summary>
    public sealed record Failed(string Reason) : MeterRead;
}

/// <summary>Reads the meters of configured devices.</summary>
internal interface IDeviceMeters
{
    /// <summary>
    /// Reads the base counters of <paramref name="deviceId"/> once, within a few seconds. Never throws for what the device does; a device that is
    /// not configured (any more) fails.
    /// </summary>
    Task<MeterRead> ReadAsync(long deviceId, ReadingTrigger trigger, long token, CancellationToken cancellationToken);
}
