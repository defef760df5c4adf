namespace CopyTrack.Server.WalkUp;

/// <summary>Log events of the walk-up: 4000 to 4099. Next free: 4010.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Warning, "Device {DeviceId}: the database can't be used ({Reason}); trying again, the session goes on.")]
    public static partial void RunnerStorage(this ILogger logger, long deviceId, string reason);

    [LoggerMessage(4001, LogLevel.Error, "Device {DeviceId}: looking after its session failed; another look starts with the next poll.")]
    public static partial void RunnerFailed(this ILogger logger, long deviceId, Exception exception);

    [LoggerMessage(4002, LogLevel.Information, "Device {DeviceId}: took over a session that nobody looked after.")]
    public static partial void Adopted(this ILogger logger, long deviceId);

    [LoggerMessage(4003, LogLevel.Warning, "Terminal {TerminalId} did not unlock its panel for session {SessionId}.")]
    public static partial void UnlockMissed(this ILogger logger, string terminalId, long sessionId);

    [LoggerMessage(4004, LogLevel.Error, "Request of terminal {TerminalId} failed; it was answered with an internal error.")]
    public static partial void RequestFailed(this ILogger logger, string terminalId, Exception exception);

    [LoggerMessage(4005, LogLevel.Warning, "Request of terminal {TerminalId} was refused: {Reason}")]
    public static partial void RequestStorage(this ILogger logger, string terminalId, string reason);

    [LoggerMessage(4007, LogLevel.Information, "Device {DeviceId}: {Entries} entries from while its terminal was offline were not claimed in time; they count as panel bypass now.")]
    public static partial void OfflineExpired(this ILogger logger, long deviceId, int entries);

    [LoggerMessage(4008, LogLevel.Warning, "Looking for pages that no offline login claimed failed; it is tried again.")]
    public static partial void OfflineUpkeepFailed(this ILogger logger, Exception exception);

    [LoggerMessage(4006, LogLevel.Warning, "A message to another node could not be sent: {Reason}")]
    public static partial void RemoteFailed(this ILogger logger, string reason);
}
