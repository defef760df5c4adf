namespace CopyTrack.Server.Gateway;

/// <summary>Log lines of the gateway and of enrolment: 1000 to 1999; the next free number is 1015. None holds a secret.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "terminal {Terminal} connected from {Address}")]
    public static partial void TerminalConnected(this ILogger logger, string terminal, string address);

    [LoggerMessage(1001, LogLevel.Information, "terminal {Terminal} is gone: {Cause}")]
    public static partial void TerminalGone(this ILogger logger, string terminal, string cause);

    [LoggerMessage(1002, LogLevel.Warning, "client certificate {Thumbprint} refused: {Cause}")]
    public static partial void CertificateRefused(this ILogger logger, string thumbprint, string cause);

    [LoggerMessage(1003, LogLevel.Warning, "terminal {Terminal} broke the protocol: {Fault}")]
    public static partial void ProtocolBroken(this ILogger logger, string terminal, string fault);

    [LoggerMessage(1004, LogLevel.Error, "a request of terminal {Terminal} failed")]
    public static partial void RequestFailed(this ILogger logger, string terminal, Exception exception);

    [LoggerMessage(1005, LogLevel.Error, "terminal {Terminal}: {Message} could not be sent")]
    public static partial void UnsendableMessage(this ILogger logger, string terminal, string message);

    [LoggerMessage(1006, LogLevel.Warning, "connection of {Address} refused: {Limit} connections are open")]
    public static partial void TooManyConnections(this ILogger logger, string address, int limit);

    [LoggerMessage(1007, LogLevel.Error, "terminals and their certificates could not be read; the last state stays in force")]
    public static partial void RefreshFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1008, LogLevel.Information, "ending {Count} terminal connections")]
    public static partial void Draining(this ILogger logger, int count);

    [LoggerMessage(1010, LogLevel.Information, "terminal {Terminal} enrolled from {Address}, certificate {Serial}")]
    public static partial void Enrolled(this ILogger logger, string terminal, string address, string serial);

    [LoggerMessage(1011, LogLevel.Information, "terminal {Terminal} renewed its certificate, now {Serial}")]
    public static partial void Renewed(this ILogger logger, string terminal, string serial);

    [LoggerMessage(1012, LogLevel.Warning, "enrolment refused from {Address}: {Cause}")]
    public static partial void EnrolmentRefused(this ILogger logger, string address, string cause);

    [LoggerMessage(1013, LogLevel.Warning, "enrolment from {Address} stopped for a minute: too many failures")]
    public static partial void EnrolmentThrottled(this ILogger logger, string address);
}
