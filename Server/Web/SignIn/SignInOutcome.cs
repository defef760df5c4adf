using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.WalkUp;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>How a sign-in went: a closed set.</summary>
internal abstract record SignInOutcome
{
    private SignInOutcome() { }

    /// <summary>This account showed its password; what is wanted next stands in <paramref name="Stage"/>.</summary>
    public sealed record Local(AccountRow Account, WebSessionStage Stage) : SignInOutcome;

    /// <summary>This person was verified and has a role; <paramref name="NameKey"/> tells by which name (<see cref="SubmittedNames.Key"/>).</summary>
    public sealed record Person(long PersonId, string Method, string NameKey) : SignInOutcome;

    /// <summary>Nobody is signed in. <see cref="Text"/> is for the person and the same whether a name exists.</summary>
    public sealed record Refused(string Text) : SignInOutcome;
}

/// <summary>What people are told when a sign-in does not come about.</summary>
internal static class SignInTexts
{
    public const string Wrong = "Name or password is wrong, or the account is locked.";
    public const string TooMany = "Too many tries. Wait a minute and try again.";
    public const string Expired = "Your password has expired. Change it at your computer, then sign in again.";
    public const string Unavailable = "Passwords can't be checked right now. Try again later; administrators find the cause in the server's log.";
    public const string NoRole = "You are known, but none of your groups may use this site. Ask your administrator for access.";
    public const string WrongCode = "The code is wrong, or was used already. Wait for the next one and try again.";
    public const string NoTicket = "Your computer did not sign you in here. Sign in with name and password.";

    /// <summary>Told when a name or person is locked by wrong tries.</summary>
    public static string Locked(int seconds) => seconds <= 90 ? "Too many wrong tries for this name. Try again in a minute." : $"Too many wrong tries for this name. Try again in {(seconds + 59) / 60} minutes.";
}
