using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>How a sign-in went: a closed set.</summary>
internal abstract record SignInOutcome
{
    private SignInOutcome() { }

    /// <summary>This account showed its password; what is wanted next stands in <paramref name="Stage"/>.</summary>
    public sealed record Local(AccountRow Account, WebSessionStage Stage) : SignInOutcome;

    /// <summary>This person was verified and has a role.</summary>
    public sealed record Person(long PersonId, string Method) : SignInOutcome;

    /// <summary>Nobody is signed in. <see cref="Text"/> is for the person and the same whether a name exists.</summary>
    public sealed record Refused(Said Text) : SignInOutcome;
}

/// <summary>What people are told when a sign-in does not come about.</summary>
internal static class SignInTexts
{
    public static readonly string Wrong = Words.Key("Name or password is wrong, or the account is locked.");
    public static readonly string TooMany = Words.Key("Too many tries. Wait a minute and try again.");
    public static readonly string Expired = Words.Key("Your password has expired. Change it at your computer, then sign in again.");
    public static readonly string Unavailable = Words.Key("Passwords can't be checked right now. Try again later; administrators find the cause in the server's log.");
    public static readonly string NoRole = Words.Key("You are known, but none of your groups may use this site. Ask your administrator for access.");
    public static readonly string WrongCode = Words.Key("The code is wrong, or was used already. Wait for the next one and try again.");
    public static readonly string NoTicket = Words.Key("Your computer did not sign you in here. Sign in with name and password.");

    /// <summary>Told when a name or person is locked by wrong tries.</summary>
    public static Said Locked(int seconds) => seconds <= 90
        ? new Said(Words.Key("Too many wrong tries for this name. Try again in a minute."))
        : new Said(Words.Key("Too many wrong tries for this name. Try again in {0} minutes."), (seconds + 59) / 60);
}
