using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>Lets whoever is signed in show their secret again: password, and for local accounts the code too. Somebody else's secret proves nothing.</summary>
internal sealed class Reauthentication(PasswordSignIn passwords, SecondStep second, WebSessions sessions, AccountRepository accounts, PersonRepository people)
{
    /// <summary>Whether a code is asked for beside the password.</summary>
    public async Task<bool> AsksCodeAsync(WebSession session, CancellationToken cancellationToken) =>
        session.Stored.AccountId is { } id && await accounts.GetAsync(id, cancellationToken) is { TotpSecret: not null };

    /// <summary>Null when the session counts as proven now; else what to tell.</summary>
    public async Task<Said?> ProveAsync(HttpContext context, WebSession session, string password, string code)
    {
        if (await NameAsync(session, context.RequestAborted) is not { } name)
        {
            return SignInTexts.Unavailable;
        }

        switch (await passwords.CheckAsync(context, name, password))
        {
            case SignInOutcome.Refused refused:
                return refused.Text;
            case SignInOutcome.Local local when local.Account.Id == session.Stored.AccountId:
                if (local.Account.TotpSecret is not null && await second.ProveAsync(context, local.Account, code) is { } fault)
                {
                    return fault;
                }

                break;
            case SignInOutcome.Person person when person.PersonId == session.Stored.PersonId:
                break;
            default:
                return SignInTexts.Wrong;
        }

        await sessions.ProvedAsync(session, context.RequestAborted);
        return null;
    }

    /// <summary>The name to ask with: the account's, or the person's principal, since a user name need not be the directory's.</summary>
    private async Task<string?> NameAsync(WebSession session, CancellationToken cancellationToken) => session.Stored.AccountName
        ?? (session.Stored.PersonId is { } id ? (await people.GetAsync(id, cancellationToken))?.Principal : null);
}
