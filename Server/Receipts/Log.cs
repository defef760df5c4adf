namespace CopyTrack.Server.Receipts;

/// <summary>Log events of receipts and their booking, 2200 to 2249. Next free: 2206.</summary>
internal static partial class Log
{
    [LoggerMessage(2200, LogLevel.Warning, "message of device {DeviceId} (0: unknown) at {Address} refused: {Kind}")]
    public static partial void MessageRefused(this ILogger logger, long deviceId, string address, string kind);

    [LoggerMessage(2201, LogLevel.Warning, "a refusal could not be kept: {Reason}")]
    public static partial void RefusalNotKept(this ILogger logger, string reason);

    [LoggerMessage(2202, LogLevel.Warning, "receipts of device {DeviceId} are not booked for now: {Reason}")]
    public static partial void BookingWaits(this ILogger logger, long deviceId, string reason);

    [LoggerMessage(2203, LogLevel.Error, "booking receipts of device {DeviceId} failed and is tried again")]
    public static partial void BookingFailed(this ILogger logger, long deviceId, Exception exception);

    [LoggerMessage(2204, LogLevel.Warning, "device {DeviceId} sent {Count} receipts with keys that were used with other content")]
    public static partial void Conflicts(this ILogger logger, long deviceId, int count);

    [LoggerMessage(2205, LogLevel.Error, "looking for receipts that wait failed and is tried again")]
    public static partial void LookFailed(this ILogger logger, Exception exception);
}
