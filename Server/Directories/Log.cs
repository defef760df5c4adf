namespace CopyTrack.Server.Directories;

/// <summary>Log events of directories: 2100 to 2199. Next free: 2106.</summary>
internal static partial class Log
{
    [LoggerMessage(2100, LogLevel.Information, "Directory {Directory}: {Kind} ended {Outcome}: {Seen} seen, {Added} added, {Changed} changed, {Deactivated} deactivated, {Reactivated} reactivated, {Problems} problems, {Milliseconds} ms.")]
    public static partial void RunEnded(
        this ILogger logger, string directory, string kind, string outcome, long seen, long added, long changed, long deactivated, long reactivated, long problems, long milliseconds);

    [LoggerMessage(2101, LogLevel.Warning, "Directory {Directory} was not replicated: {Reason}")]
    public static partial void RunFailed(this ILogger logger, string directory, string reason);

    [LoggerMessage(2102, LogLevel.Warning, "Directory {Directory}: {Reason}")]
    public static partial void RunRefused(this ILogger logger, string directory, string reason);

    [LoggerMessage(2103, LogLevel.Warning, "Directory {Directory}: the record of a run could not be closed: {Reason}")]
    public static partial void RunAbandoned(this ILogger logger, string directory, string reason);

    [LoggerMessage(2104, LogLevel.Warning, "Directories could not be looked after: {Reason}; trying again.")]
    public static partial void ScheduleFailed(this ILogger logger, string reason);

    [LoggerMessage(2105, LogLevel.Error, "A replication failed unexpectedly; it is tried again when its claim has run out.")]
    public static partial void RunBroke(this ILogger logger, Exception exception);
}
