using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Rights;

namespace CopyTrack.Identity.Login;

/// <summary>
/// Decides a login by card, card and PIN, or PIN, in the order of docs/terminal-protocol.md §2: method offered, lock-out of the terminal and of
/// the person, the secret, and only then whether the person is switched off and what they may do.
/// </summary>
public static class LoginPolicy
{
    /// <summary>The decision. Password and smart card are decided by <see cref="VerifiedLoginPolicy"/>.</summary>
    public static LoginDecision Decide(LoginFacts facts, DateTimeOffset now)
    {
        if (!facts.Offered || facts.Method is LoginMethod.Password or LoginMethod.SmartCard)
        {
            return new LoginDecision.Denied(LoginDenial.MethodNotOffered);
        }
        if (LockoutPolicy.Ask(facts.Terminal, now) is LockoutVerdict.Refused stopped)
        {
            return new LoginDecision.Denied(LoginDenial.TooManyAttempts, stopped.RetryAfterSeconds);
        }
        if (facts.Person is not { } person)
        {
            LoginDenial miss = facts.Method == LoginMethod.Pin ? LoginDenial.WrongPin : LoginDenial.UnknownCard;
            return new LoginDecision.Denied(miss) { Lockout = [LockoutEvent.TerminalFailed] };
        }
        bool secret = facts.Method != LoginMethod.Card;
        if (secret && LockoutPolicy.Ask(person.Lockout, now) is LockoutVerdict.Refused locked)
        {
            return new LoginDecision.Denied(LoginDenial.AccountLocked, locked.RetryAfterSeconds);
        }
        if (secret && person.Pin != SecretCheck.Right)
        {
            return new LoginDecision.Denied(LoginDenial.WrongPin) { Lockout = [LockoutEvent.PersonFailed, LockoutEvent.TerminalFailed] };
        }
        LoginDecision decision = AfterSecret(facts.Method, person);
        return secret && person.Lockout != LockoutState.None ? decision with { Lockout = [LockoutEvent.PersonSucceeded] } : decision;
    }

    /// <summary>What is decided once the secret (or the bare card) is right.</summary>
    internal static LoginDecision AfterSecret(LoginMethod method, LoginPerson person)
    {
        if (!person.Enabled)
        {
            return new LoginDecision.Denied(LoginDenial.AccountDisabled);
        }
        EffectiveRights rights = RightsResolver.Resolve(person.Rights);
        if (rights.Functions == DeviceFunctions.None)
        {
            return new LoginDecision.Denied(RightsResolver.IsOnlyUnlicensed(person.Rights) ? LoginDenial.MethodNotOffered : LoginDenial.NotPermitted);
        }
        Rehash rehash = (method != LoginMethod.Pin && person.CardHashIsOld ? Rehash.Card : Rehash.None)
            | (method != LoginMethod.Card && person.PinHashIsOld ? Rehash.Pin : Rehash.None);
        return new LoginDecision.Granted(person.Id, rights, person.ProjectRequired, rehash);
    }
}
