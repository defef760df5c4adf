using System.Collections.Immutable;
using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Rights;

namespace CopyTrack.Identity.Login;

/// <summary>Why a login is denied; the numbers are the error codes of docs/terminal-protocol.md §6.</summary>
public enum LoginDenial
{
    /// <summary>No such denial; never decided.</summary>
    None = 0,

    /// <summary>Nobody has the card.</summary>
    UnknownCard = -32001,

    /// <summary>The PIN is wrong, nobody's, or the person has none.</summary>
    WrongPin = -32002,

    /// <summary>User name or password wrong; never says which.</summary>
    WrongCredentials = -32003,

    /// <summary>The person is switched off; told after the right secret only.</summary>
    AccountDisabled = -32004,

    /// <summary>Too many wrong secrets of the person.</summary>
    AccountLocked = -32005,

    /// <summary>The right password, which must be changed first.</summary>
    PasswordExpired = -32006,

    /// <summary>The rights leave nothing to do here.</summary>
    NotPermitted = -32007,

    /// <summary>Too many failed logins at the terminal.</summary>
    TooManyAttempts = -32009,

    /// <summary>The Kerberos server was not reached, or can't be believed.</summary>
    DirectoryUnavailable = -32010,

    /// <summary>The smart card was not accepted.</summary>
    SmartcardRejected = -32011,

    /// <summary>The method is off for this terminal.</summary>
    MethodNotOffered = -32015,
}

/// <summary>What is to be stored anew under the newest key after a login; the caller still has the values.</summary>
[Flags]
public enum Rehash
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The card's hash.</summary>
    Card = 1,

    /// <summary>The PIN's hash.</summary>
    Pin = 2,
}

/// <summary>What a login comes to, and what is to be counted for lock-out.</summary>
public abstract record LoginDecision
{
    private LoginDecision() { }

    /// <summary>Lock-out events to record, in any order.</summary>
    public ImmutableArray<LockoutEvent> Lockout { get; init; } = [];

    /// <summary>The person may use the device.</summary>
    public sealed record Granted(long PersonId, EffectiveRights Rights, bool ProjectRequired, Rehash Rehash) : LoginDecision;

    /// <summary>
    /// The terminal is told the code; <see cref="RetryAfterSeconds"/> goes with the two lock-out codes only, <see cref="Reason"/> (a word of ASCII letters)
    /// with a rejected smart card only.
    /// </summary>
    public sealed record Denied(LoginDenial Code, int? RetryAfterSeconds = null, string? Reason = null) : LoginDecision;
}
