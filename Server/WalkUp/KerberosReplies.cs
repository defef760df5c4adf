using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Login;

namespace CopyTrack.Server.WalkUp;

/// <summary>
/// The one table from what Kerberos says to what a person is told. What a KDC says about an account before it has seen a right password is one answer for all
/// (locked), so that nobody learns more about names than the KDC itself tells anybody.
/// </summary>
internal static class KerberosReplies
{
    /// <summary>When to try again after the KDC itself has locked an account; it does not say for how long.</summary>
    private const int KdcLockSeconds = 300;

    /// <summary>The denial, with what counts for lock-out: a wrong password against name, person and terminal, a rejected card against the terminal.</summary>
    public static LoginDecision.Denied Denial(LoginMethod method, KerberosOutcome.Failed failed)
    {
        var denied = failed.Cause switch
        {
            KerberosCause.AccountLocked or KerberosCause.AccountExpired or KerberosCause.PolicyRefused => new LoginDecision.Denied(LoginDenial.AccountLocked, KdcLockSeconds),
            KerberosCause.WrongCredentials when method == LoginMethod.Password => new LoginDecision.Denied(LoginDenial.WrongCredentials),
            KerberosCause.PasswordExpired when method == LoginMethod.Password => new LoginDecision.Denied(LoginDenial.PasswordExpired),
            KerberosCause.PasswordExpired => new LoginDecision.Denied(LoginDenial.SmartcardRejected, Reason: "passwordExpired"),
            KerberosCause.WrongCredentials or KerberosCause.CertificateRefused => new LoginDecision.Denied(LoginDenial.SmartcardRejected, Reason: "certificate"),
            KerberosCause.CardFailed => new LoginDecision.Denied(LoginDenial.SmartcardRejected, Reason: failed.Detail),
            _ => new LoginDecision.Denied(LoginDenial.DirectoryUnavailable),
        };
        return denied.Code switch
        {
            LoginDenial.WrongCredentials => denied with { Lockout = [LockoutEvent.PersonFailed, LockoutEvent.NameFailed, LockoutEvent.TerminalFailed] },
            LoginDenial.SmartcardRejected => denied with { Lockout = [LockoutEvent.TerminalFailed] },
            _ => denied,
        };
    }
}
