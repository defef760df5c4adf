namespace CopyTrack.Server.Hosting;

/// <summary>Log events of the host: 8000 to 8099. Next free: 8007.</summary>
internal static partial class Log
{
    [LoggerMessage(8000, LogLevel.Warning, "A message '{Topic}' could not be acted on: {Reason}")]
    public static partial void MessageFailed(this ILogger logger, string topic, string reason);

    [LoggerMessage(8001, LogLevel.Information, "Agent inside the server: {Line}.")]
    public static partial void HostedAgentTold(this ILogger logger, string line);

    [LoggerMessage(8002, LogLevel.Warning, "The agent inside the server does not run: {Reason}; trying again in a minute.")]
    public static partial void HostedAgentFailed(this ILogger logger, string reason);

    [LoggerMessage(8003, LogLevel.Information, "Update: version {Version} of the server is handed to the supervisor, which looks at it and tries it.")]
    public static partial void ServerUpdateBegins(this ILogger logger, string version);

    [LoggerMessage(8004, LogLevel.Information, "Update: version {Version} of the server runs on this node; the next node may begin.")]
    public static partial void ServerUpdateDone(this ILogger logger, string version);

    [LoggerMessage(8005, LogLevel.Warning, "Update: version {Version} of the server does not run on this node: {Reason}. No other node begins before somebody asks for it again.")]
    public static partial void ServerUpdateFailed(this ILogger logger, string version, string reason);

    [LoggerMessage(8006, LogLevel.Warning, "Update: versions of the server could not be looked at: {Reason}; trying again.")]
    public static partial void ServerUpdatesWait(this ILogger logger, string reason);
}
