using CopyTrack.Identity.Kerberos;

namespace CopyTrack.Server.Kerberos;

/// <summary>Log events of Kerberos: 2000 to 2049. Next free: 2005. None holds a password; only 2004 names a person, one whom no record knows.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Warning, "Login by {Method} is off: {Reason}")]
    public static partial void MethodOff(this ILogger logger, string method, string reason);

    [LoggerMessage(2001, LogLevel.Information, "A login by {Method} was refused ({Cause}): {Detail}")]
    public static partial void PersonRefused(this ILogger logger, string method, KerberosCause cause, string detail);

    [LoggerMessage(2002, LogLevel.Warning, "A login by {Method} could not be checked ({Cause}): {Detail}")]
    public static partial void KerberosFailed(this ILogger logger, string method, KerberosCause cause, string detail);

    [LoggerMessage(2003, LogLevel.Information, "Logins through Kerberos realm {Realm} with the keys of {Service}: {Methods}")]
    public static partial void KerberosOn(this ILogger logger, string realm, string service, string methods);

    [LoggerMessage(2004, LogLevel.Warning, "Kerberos verified {Principal}, but nobody, or more than one person, has that principal in the user table.")]
    public static partial void NobodyHas(this ILogger logger, string principal);
}
