namespace CopyTrack.Server.Hosting;

/// <summary>Log events of the host: 8000 to 8099. Next free: 8003.</summary>
internal static partial class Log
{
    [LoggerMessage(8000, LogLevel.Warning, "A message '{Topic}' could not be acted on: {Reason}")]
    public static partial void MessageFailed(this ILogger logger, string topic, string reason);

    [LoggerMessage(8001, LogLevel.Information, "Agent inside the server: {Line}.")]
    public static partial void HostedAgentTold(this ILogger logger, string line);

    [LoggerMessage(8002, LogLevel.Warning, "The agent inside the server does not run: {Reason}; trying again in a minute.")]
    public static partial void HostedAgentFailed(this ILogger logger, string reason);
}
