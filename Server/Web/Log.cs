namespace CopyTrack.Server.Web;

/// <summary>Log events of the web: 2400 to 2449. Next free: 2408. None names a person; Kerberos' own words are in 2001 and 2002.</summary>
internal static partial class Log
{
    [LoggerMessage(2400, LogLevel.Warning, "Too many sign-ins are tried from {Address}, or for one name; they wait.")]
    public static partial void TooManyTries(this ILogger logger, string address);

    [LoggerMessage(2401, LogLevel.Information, "A sign-in was refused: its name is locked by wrong tries for {Seconds} s more.")]
    public static partial void Locked(this ILogger logger, int seconds);

    [LoggerMessage(2402, LogLevel.Warning, "A sign-in was refused: person {PersonId} (0 = in no user record) was verified, but is switched off or in no group of Web:Roles.")]
    public static partial void NoRole(this ILogger logger, long personId);

    [LoggerMessage(2403, LogLevel.Information, "A sign-in was refused: the code of account {AccountId} was wrong or used before.")]
    public static partial void WrongCode(this ILogger logger, long accountId);

    [LoggerMessage(2404, LogLevel.Warning, "Sign-in by the computer's own ticket is off: {Reason}")]
    public static partial void NegotiateOff(this ILogger logger, string reason);

    [LoggerMessage(2405, LogLevel.Information, "A sign-in by the computer's own ticket was refused: {Reason}")]
    public static partial void NegotiateRefused(this ILogger logger, string reason);

    [LoggerMessage(2406, LogLevel.Warning, "Account {AccountId} signed in with a recovery code; {Left} are left.")]
    public static partial void RecoveryUsed(this ILogger logger, long accountId, long left);

    [LoggerMessage(2407, LogLevel.Error, "A page failed; the browser was shown the number {Number}.")]
    public static partial void PageFailed(this ILogger logger, string number, Exception exception);
}
