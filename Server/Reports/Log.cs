using CopyTrack.Server.Reports.Schedules;

namespace CopyTrack.Server.Reports;

/// <summary>Log events of reports: 2700 to 2749. Next free: 2706.</summary>
internal static partial class Log
{
    [LoggerMessage(2700, LogLevel.Information, "Run {RunId} of schedule {ScheduleId} was mailed.")]
    public static partial void ReportSent(this ILogger logger, long runId, long scheduleId);

    [LoggerMessage(2701, LogLevel.Warning, "Run {RunId} of schedule {ScheduleId} was not mailed, it is {State} after {Attempts} tries: {Reason}")]
    public static partial void ReportNotSent(this ILogger logger, long runId, long scheduleId, DeliveryState state, int attempts, string reason);

    [LoggerMessage(2702, LogLevel.Warning, "Schedules of reports wait: {Reason}")]
    public static partial void SchedulesWait(this ILogger logger, string reason);

    [LoggerMessage(2703, LogLevel.Error, "A run of a schedule broke; it is tried again.")]
    public static partial void RunBroke(this ILogger logger, Exception exception);

    [LoggerMessage(2704, LogLevel.Warning, "An export broke off: {Reason}")]
    public static partial void ExportBroke(this ILogger logger, string reason);

    [LoggerMessage(2705, LogLevel.Warning, "Packing days that are over broke; it is tried again.")]
    public static partial void PackingBroke(this ILogger logger, Exception exception);
}
