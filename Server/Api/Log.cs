namespace CopyTrack.Server.Api;

/// <summary>Log lines of the API; ids from 7000.</summary>
internal static partial class Log
{
    [LoggerMessage(7000, LogLevel.Warning, "The outbox can't be read; events wait until it can")]
    public static partial void EventsFailed(this ILogger logger, Exception exception);

    [LoggerMessage(7001, LogLevel.Error, "The request {Method} {Path} failed")]
    public static partial void RequestFailed(this ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(7002, LogLevel.Warning, "Storage is not available: {Cause}")]
    public static partial void StorageAway(this ILogger logger, string cause);
}
