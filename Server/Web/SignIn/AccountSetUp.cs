using System.Globalization;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>Makes administrators by the one-time code that the server's shell or another administrator gives out; there is no other way and no password to begin with.</summary>
internal sealed class AccountSetUp(AccountRepository accounts, SecondStep second, WebSessions sessions, SignInTries tries, WebOptions options, IHashKeys keys)
{
    /// <summary>A new code in place of an older one, to be shown once.</summary>
    public async Task<string> InviteAsync(string actor, CancellationToken cancellationToken)
    {
        string code = HumanCode.Generate(HumanCode.SetupLength);
        await accounts.PutSetupCodeAsync(
            keys.Current.Hash(HashKinds.SetupCode, OrganisationRepository.DefaultId, HumanCode.Normalize(code, HumanCode.SetupLength)!), actor, cancellationToken);
        return code;
    }

    /// <summary>Makes the administrator and begins their session, up to the second step; returns what to tell, or null.</summary>
    public async Task<Said?> SetUpAsync(HttpContext context, string code, string name, string password)
    {
        if (!tries.May(context, "setup"))
        {
            return SignInTexts.TooMany;
        }

        if (HumanCode.Normalize(code, HumanCode.SetupLength) is not string plain)
        {
            return Words.Key("The code has a typing error.");
        }

        if (name.Trim().Length is 0 or > 64 || name.Any(char.IsControl))
        {
            return Words.Key("Choose a name of 1 to 64 characters.");
        }

        if (Fault(password) is string fault)
        {
            return fault;
        }

        AccountRow? account = await accounts.SetUpAsync(keys.Current.Candidates(HashKinds.SetupCode, OrganisationRepository.DefaultId, plain), name, password, context.RequestAborted);
        if (account is null)
        {
            return Words.Key("The code is wrong, used or expired, or the name is taken. 'copytrack setup-code' prints a new code.");
        }

        await BeginAsync(context, account, options.SecondStep ? WebSessionStage.Enrolment : WebSessionStage.SignedIn);
        return null;
    }

    /// <summary>Begins the session of an account that has shown its password.</summary>
    public Task BeginAsync(HttpContext context, AccountRow account, WebSessionStage stage) => sessions.BeginAsync(
        context, new SessionStart(account.Id, null, "local", stage, Proven: true) { TotpSecret = stage == WebSessionStage.Enrolment ? second.NewSecret() : null });

    /// <summary>What is wrong with a new password; null when it will do.</summary>
    public static string? Fault(string password) => password.Length is >= PasswordHash.LeastLength and <= PasswordHash.MostLength
        ? null
        : Words.Key("Choose a password of 10 to 256 characters.");
}
