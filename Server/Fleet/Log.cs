namespace CopyTrack.Server.Fleet;

/// <summary>Log events of fleet metering: 2500 to 2599. Next free: 2514.</summary>
internal static partial class Log
{
    [LoggerMessage(2500, LogLevel.Information, "Agent {Agent} is enrolled from {Address}.")]
    public static partial void AgentEnrolled(this ILogger logger, string agent, string address);

    [LoggerMessage(2501, LogLevel.Warning, "Something was refused from {Address}: {Reason}.")]
    public static partial void FleetRefused(this ILogger logger, string address, string reason);

    [LoggerMessage(2502, LogLevel.Warning, "Agent {AgentId}: message {Sequence} is refused: {Reason}.")]
    public static partial void MessageRefused(this ILogger logger, long agentId, long sequence, string reason);

    [LoggerMessage(2503, LogLevel.Warning, "Agent {AgentId}: messages {First} to {Last} never came.")]
    public static partial void MessagesMissing(this ILogger logger, long agentId, long first, long last);

    [LoggerMessage(2504, LogLevel.Error, "Agent {AgentId}: what message {Sequence} says of one device could not be kept.")]
    public static partial void RecordFailed(this ILogger logger, long agentId, long sequence, Exception exception);

    [LoggerMessage(2505, LogLevel.Warning, "Messages of agents could not be applied: {Reason}; trying again.")]
    public static partial void ApplyStorage(this ILogger logger, string reason);

    [LoggerMessage(2506, LogLevel.Error, "Applying messages of agents failed unexpectedly.")]
    public static partial void ApplyFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2507, LogLevel.Warning, "A mail to the fleet is refused: {Reason}.")]
    public static partial void MailRefused(this ILogger logger, string reason);

    [LoggerMessage(2508, LogLevel.Error, "The maildir {Folder} can't be read: {Reason}. Check Fleet:Maildir and who may read it.")]
    public static partial void MaildirFailed(this ILogger logger, string folder, string reason);

    [LoggerMessage(2509, LogLevel.Warning, "Mails to the fleet wait: {Reason}.")]
    public static partial void MailWaits(this ILogger logger, string reason);

    [LoggerMessage(2510, LogLevel.Information, "Updates: {Count} stages went up by themselves.")]
    public static partial void StagesRaised(this ILogger logger, int count);

    [LoggerMessage(2512, LogLevel.Warning, "Fleet:HttpPort: agents come over HTTP on port {Port}: everyone on the way can read what devices say. Messages stay signed; pages, REST and enrolment are not served there.")]
    public static partial void FleetOverHttp(this ILogger logger, int port);

    [LoggerMessage(2513, LogLevel.Warning, "Agent {Agent}: a device is not taken, because it has {Devices} already; Fleet:MaxDevices is the bound.")]
    public static partial void TooManyDevices(this ILogger logger, string agent, int devices);

    [LoggerMessage(2511, LogLevel.Warning, "Stages of updates could not be looked at: {Reason}; trying again.")]
    public static partial void StagesWait(this ILogger logger, string reason);
}
