namespace CopyTrack.Server.Polling;

/// <summary>Log events of polling: 3000 to 3099. Next free: 3005.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Warning, "Devices could not be claimed for reading: {Reason}; trying again.")]
    public static partial void RoundFailed(this ILogger logger, string reason);

    [LoggerMessage(3001, LogLevel.Warning, "Device {DeviceId}: its reading could not be kept: {Reason}; it will be read again.")]
    public static partial void PollStorage(this ILogger logger, long deviceId, string reason);

    [LoggerMessage(3002, LogLevel.Error, "Device {DeviceId}: reading failed unexpectedly.")]
    public static partial void PollFailed(this ILogger logger, long deviceId, Exception exception);

    [LoggerMessage(3003, LogLevel.Warning, "Device {DeviceId} does not answer: {Reason}")]
    public static partial void Unreachable(this ILogger logger, long deviceId, string reason);

    [LoggerMessage(3004, LogLevel.Error, "Looking for printers failed unexpectedly.")]
    public static partial void DiscoveryFailed(this ILogger logger, Exception exception);
}
