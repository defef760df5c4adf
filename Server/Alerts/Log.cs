using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Reports.Schedules;

namespace CopyTrack.Server.Alerts;

/// <summary>Log events of alert rules: 2550 to 2579. Next free: 2555.</summary>
internal static partial class Log
{
    [LoggerMessage(2550, LogLevel.Information, "Alert {Kind} at {Thing} is raised by rule {RuleId}.")]
    public static partial void AlertRaised(this ILogger logger, AlertKind kind, string thing, long ruleId);

    [LoggerMessage(2551, LogLevel.Information, "Mail {Id} of alert rule {RuleId} is sent, with {Count} alerts.")]
    public static partial void AlertMailed(this ILogger logger, long id, long ruleId, int count);

    [LoggerMessage(2552, LogLevel.Warning, "Mail {Id} of alert rule {RuleId} is not sent: {State} after {Attempts} tries: {Reason}")]
    public static partial void AlertNotMailed(this ILogger logger, long id, long ruleId, DeliveryState state, int attempts, string reason);

    [LoggerMessage(2553, LogLevel.Warning, "Alert rules wait: {Reason}.")]
    public static partial void AlertsWait(this ILogger logger, string reason);

    [LoggerMessage(2554, LogLevel.Error, "Looking at alert rules failed; it goes on with the next round.")]
    public static partial void AlertsBroke(this ILogger logger, Exception exception);
}
