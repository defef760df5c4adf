using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Kerberos;
using CopyTrack.Server.WalkUp;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>
/// Sign-in by name and password: a local account by its own hash, else Kerberos. Every try does the same work in the same order whether the name exists or not: lock-out,
/// one hash, one Kerberos exchange, one text, one least time. It decides and counts; it begins no session.
/// </summary>
internal sealed class PasswordSignIn(
    AccountRepository accounts, SignInTries tries, SignInLockout lockout, KerberosSite site, KerberosSignIn kerberos, WebSessionRepository sessions, WebOptions options, TimeProvider time, ILogger<PasswordSignIn> logger) : IDisposable
{
    // The hash of a password costs some hundred milliseconds of CPU on purpose: two at a time leave the terminals the rest.
    private readonly SemaphoreSlim hashing = new(2, 2);

    /// <summary>Whether the directory's passwords are taken as well.</summary>
    public bool ByDirectory => site.PasswordOff is null;

    /// <summary>Checks a name and a password as typed.</summary>
    public async Task<SignInOutcome> CheckAsync(HttpContext context, string name, string password)
    {
        if (!tries.May(context, name))
        {
            logger.TooManyTries(WebSessions.Address(context));
            return new SignInOutcome.Refused(SignInTexts.TooMany);
        }

        var began = time.GetTimestamp();
        var who = new Whom();
        var result = await DecideAsync(name.Trim(), password, who, context.RequestAborted);
        if (result is SignInOutcome.Refused && who.Subject is { } subject)
        {
            await sessions.RefusedAsync(subject, $"from {WebSessions.Address(context)}", CancellationToken.None);
        }

        if (result is SignInOutcome.Refused && options.Refusal - time.GetElapsedTime(began) is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, time, context.RequestAborted);
        }

        return result;
    }

    /// <summary>What names of one person have in common, for lock-out.</summary>
    public string Requested(string name) => (ByDirectory ? kerberos.Requested(name) : null) ?? NameFolding.Fold(name);

    /// <summary>Compares a password with an account's, or spends the time of it.</summary>
    public async Task<bool> MatchesAsync(AccountRow? account, string password, CancellationToken cancellationToken)
    {
        await hashing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(
                () =>
                {
                    if (account is { Enabled: true })
                    {
                        return PasswordHash.Verify(password, account.PasswordHash) is not HashMatch.No;
                    }

                    PasswordHash.Waste(password);
                    return false;
                },
                cancellationToken);
        }
        finally
        {
            hashing.Release();
        }
    }

    public void Dispose() => hashing.Dispose();

    private async Task<SignInOutcome> DecideAsync(string name, string password, Whom who, CancellationToken cancellationToken)
    {
        // What nobody can have is checked like any other name, under one name for all.
        if (name.Length is 0 or > 256 || password.Length is 0 or > PasswordHash.MostLength)
        {
            (name, password) = ("-", "-");
        }

        var requested = Requested(name);
        using var turn = await tries.TurnAsync(requested, cancellationToken);
        var state = await lockout.AskAsync(requested, cancellationToken);
        var account = await accounts.FindAsync(OrganisationRepository.DefaultId, name, cancellationToken);
        who.Subject = account is not null ? $"account:{account.Id}" : state.Person is { } known ? $"person:{known.Id}" : null;
        if (state.WaitSeconds is { } wait)
        {
            logger.Locked(wait);
            return new SignInOutcome.Refused(SignInTexts.Locked(wait));
        }

        if (await MatchesAsync(account, password, cancellationToken))
        {
            return await LocalAsync(account!, state, cancellationToken);
        }

        if (!ByDirectory)
        {
            await lockout.FailedAsync(state, person: false);
            return new SignInOutcome.Refused(SignInTexts.Wrong);
        }

        return await kerberos.PasswordAsync(name, password, cancellationToken) switch
        {
            KerberosOutcome.Verified verified => await VerifiedAsync(verified.Client.ToString(), state, cancellationToken),
            KerberosOutcome.Failed failed => await FailedAsync(failed.Cause, state),
            _ => throw new InvalidOperationException("a Kerberos outcome without a case"),
        };
    }

    /// <summary>The right password alone ends no count where a second step follows: else it would buy endless guesses at the code.</summary>
    private async Task<SignInOutcome.Local> LocalAsync(AccountRow account, SignInState state, CancellationToken cancellationToken)
    {
        var stage = account.TotpSecret is not null ? WebSessionStage.SecondStep : options.SecondStep ? WebSessionStage.Enrolment : WebSessionStage.SignedIn;
        if (stage == WebSessionStage.SignedIn)
        {
            await lockout.SucceededAsync(state.NameKey, null, cancellationToken);
        }

        return new SignInOutcome.Local(account, stage);
    }

    private async Task<SignInOutcome> VerifiedAsync(string principal, SignInState state, CancellationToken cancellationToken)
    {
        var person = await lockout.PersonAsync(principal, cancellationToken);
        if (person is null)
        {
            kerberos.NobodyHas(principal);
        }

        if (person is not { Enabled: true } || RoleMapping.Of(await sessions.GroupsAsync(person.Id, cancellationToken), options) is null)
        {
            logger.NoRole(person?.Id ?? 0);
            return new SignInOutcome.Refused(SignInTexts.NoRole);
        }

        await lockout.SucceededAsync(state.NameKey, person.Id, cancellationToken);
        return new SignInOutcome.Person(person.Id, "password", SubmittedNames.Key(principal));
    }

    /// <summary>
    /// A try that did not come about counts, whatever the Kerberos servers said: a local account must not become guessable while they are away. What they say of an
    /// account before they saw its password (locked, ended) is told as wrong, since it tells that the name exists.
    /// </summary>
    private async Task<SignInOutcome> FailedAsync(KerberosCause cause, SignInState state)
    {
        if (cause == KerberosCause.PasswordExpired)
        {
            return new SignInOutcome.Refused(SignInTexts.Expired);
        }

        await lockout.FailedAsync(state, person: cause == KerberosCause.WrongCredentials);
        return new SignInOutcome.Refused(cause is KerberosCause.WrongCredentials or KerberosCause.AccountLocked or KerberosCause.AccountExpired or KerberosCause.PolicyRefused
            ? SignInTexts.Wrong
            : SignInTexts.Unavailable);
    }

    /// <summary>Whose name was tried, for the audit log.</summary>
    private sealed class Whom
    {
        public string? Subject { get; set; }
    }
}
