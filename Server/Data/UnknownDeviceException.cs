using System.Globalization;

namespace CopyTrack.Server.Data;

/// <summary>A call named a device that does not exist.</summary>
public sealed class UnknownDeviceException(long deviceId) : Exception($"there is no device {deviceId.ToString(CultureInfo.InvariantCulture)}")
{
    /// <summary>The id that names no device.</summary>
    public long DeviceId { get; } = deviceId;
}
