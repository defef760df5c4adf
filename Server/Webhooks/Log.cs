namespace CopyTrack.Server.Webhooks;

/// <summary>Log events of webhooks: 2600 to 2649. Next free: 2603.</summary>
internal static partial class Log
{
    [LoggerMessage(2600, LogLevel.Warning, "Webhook {Webhook} is paused: {Reason}.")]
    public static partial void WebhookPaused(this ILogger logger, string webhook, string reason);

    [LoggerMessage(2601, LogLevel.Warning, "Webhooks wait for the database: {Reason}.")]
    public static partial void WebhooksWait(this ILogger logger, string reason);

    [LoggerMessage(2602, LogLevel.Error, "Sending to webhooks failed unexpectedly.")]
    public static partial void WebhooksBroke(this ILogger logger, Exception exception);
}
