using CopyTrack.Identity.Lockout;

namespace CopyTrack.Identity.Login;

/// <summary>
/// Decides logins that somebody else verifies (Kerberos), in the order of docs/terminal-protocol.md §2: lock-out before the directory is asked, and only after
/// it vouched whether the person is known, locked, switched off, and what they may do.
/// </summary>
public static class VerifiedLoginPolicy
{
    /// <summary>
    /// A denial by lock-out, or null when the directory may be asked. <paramref name="name"/> counts by the name as submitted, whether anybody has it or not;
    /// <paramref name="person"/> is the state of whoever has that principal, else <see cref="LockoutState.None"/>.
    /// </summary>
    public static LoginDecision.Denied? Before(LockoutState terminal, LockoutState name, LockoutState person, DateTimeOffset now) =>
        LockoutPolicy.Ask(terminal, now) is LockoutVerdict.Refused stopped ? new LoginDecision.Denied(LoginDenial.TooManyAttempts, stopped.RetryAfterSeconds)
        : LockoutPolicy.Ask(name, now) is LockoutVerdict.Refused named ? new LoginDecision.Denied(LoginDenial.AccountLocked, named.RetryAfterSeconds)
        : LockoutPolicy.Ask(person, now) is LockoutVerdict.Refused locked ? new LoginDecision.Denied(LoginDenial.AccountLocked, locked.RetryAfterSeconds)
        : null;

    /// <summary>
    /// The decision for the person whom the verified principal found. Nobody: not permitted, or the card is rejected as of an unknown user. A lock of the person by wrong secrets elsewhere holds, for a password
    /// as for a PIN; a smart card has no secret of ours to guess, as a bare card. A right password ends the count of wrong ones.
    /// </summary>
    public static LoginDecision After(LoginMethod method, LoginPerson? person, LockoutState name, DateTimeOffset now)
    {
        if (person is null)
        {
            return method == LoginMethod.SmartCard
                ? new LoginDecision.Denied(LoginDenial.SmartcardRejected, Reason: "unknownUser") { Lockout = [LockoutEvent.TerminalFailed] }
                : new LoginDecision.Denied(LoginDenial.NotPermitted);
        }

        if (method == LoginMethod.Password && LockoutPolicy.Ask(person.Lockout, now) is LockoutVerdict.Refused locked)
        {
            return new LoginDecision.Denied(LoginDenial.AccountLocked, locked.RetryAfterSeconds);
        }

        var decision = LoginPolicy.AfterSecret(method, person);
        return method == LoginMethod.Password && (person.Lockout != LockoutState.None || name != LockoutState.None)
            ? decision with { Lockout = [LockoutEvent.PersonSucceeded, LockoutEvent.NameSucceeded] }
            : decision;
    }
}
