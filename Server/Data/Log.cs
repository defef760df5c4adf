namespace CopyTrack.Server.Data;

/// <summary>Log events of storage, 5000 to 5999. Next free: 5008.</summary>
internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Information, "database brought up to date: migrations {Numbers}")]
    public static partial void Migrated(this ILogger logger, string numbers);

    [LoggerMessage(5001, LogLevel.Error, "storage is not available: {Reason}")]
    public static partial void StorageUnavailable(this ILogger logger, string reason, Exception exception);

    [LoggerMessage(5002, LogLevel.Warning, "a batch of {Count} changes failed and is repeated one by one")]
    public static partial void BatchFailed(this ILogger logger, int count, Exception exception);

    [LoggerMessage(5003, LogLevel.Warning, "messages are not read for now: {Reason}")]
    public static partial void OutboxPaused(this ILogger logger, string reason, Exception exception);

    [LoggerMessage(5004, LogLevel.Warning, "the access log is {Waiting} lines behind and gives up its oldest")]
    public static partial void AccessLogBehind(this ILogger logger, int waiting);

    [LoggerMessage(5005, LogLevel.Error, "{Count} lines of the access log could not be written")]
    public static partial void AccessLogLost(this ILogger logger, int count, Exception exception);

    [LoggerMessage(5006, LogLevel.Error, "upkeep of storage failed and is tried again")]
    public static partial void UpkeepFailed(this ILogger logger, Exception exception);

    [LoggerMessage(5007, LogLevel.Warning, "the clock of this machine is {Behind} behind the last entries: times of sessions and readings run ahead of it until they meet; check the clock")]
    public static partial void ClockSetBack(this ILogger logger, TimeSpan behind);

    [LoggerMessage(5008, LogLevel.Warning, "the settings that administrators changed can't be read: {Reason}; what held before holds on")]
    public static partial void SettingsStay(this ILogger logger, string reason);
}
