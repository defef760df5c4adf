namespace CopyTrack.Server.Hosting;

/// <summary>Log events of the host: 8000 to 8099. Next free: 8001.</summary>
internal static partial class Log
{
    [LoggerMessage(8000, LogLevel.Warning, "A message '{Topic}' could not be acted on: {Reason}")]
    public static partial void MessageFailed(this ILogger logger, string topic, string reason);
}
