using System.Security.Cryptography;
using CopyTrack.Identity.SecondStep;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>The second step of local accounts: checks codes, each good once, and sets a new authenticator up.</summary>
internal sealed class SecondStep(
    AccountRepository accounts, SecondStepRepository steps, WebSessions sessions, WebSessionRepository stored, SignInTries tries, SignInLockout lockout, PasswordSignIn passwords, ISecretSealer sealer,
    TimeProvider time, ILogger<SecondStep> logger)
{
    /// <summary>The issuer that authenticator programs show.</summary>
    private const string Issuer = "CopyTrack";

    /// <summary>A sealed secret for a sign-in that must set a second step up.</summary>
    public byte[] NewSecret() => sealer.Seal(Convert.ToHexString(Totp.NewSecret()));

    /// <summary>What is shown of a secret that is being set up: the text for a picture, and the secret to type.</summary>
    public (string Uri, string Typed) Show(WebSessionView pending)
    {
        var secret = Open(pending.TotpSecret!);
        return (Totp.KeyText(Issuer, pending.AccountName!, secret), string.Join(' ', Base32.Encode(secret).Chunk(4).Select(g => new string(g))));
    }

    /// <summary>Finishes a sign-in by a code of the authenticator or a recovery code: begins the session and returns null, or says what to tell.</summary>
    public async Task<Said?> SignInAsync(HttpContext context, WebSessionView pending, string code)
    {
        if (await accounts.GetAsync(pending.AccountId!.Value, context.RequestAborted) is not { Enabled: true } account)
        {
            return SignInTexts.Wrong;
        }

        if (await ProveAsync(context, account, code) is { } fault)
        {
            return fault;
        }

        await sessions.BeginAsync(context, new SessionStart(account.Id, null, "local", WebSessionStage.SignedIn, Proven: true));
        return null;
    }

    /// <summary>Checks a code of an account's second step, within lock-out; null when it is right, else what to tell.</summary>
    public async Task<Said?> ProveAsync(HttpContext context, AccountRow account, string code)
    {
        if (!tries.May(context, account.Name))
        {
            return SignInTexts.TooMany;
        }

        var requested = passwords.Requested(account.Name);
        using var turn = await tries.TurnAsync(requested, context.RequestAborted);
        var state = await lockout.AskAsync(requested, context.RequestAborted);
        if (state.WaitSeconds is { } wait)
        {
            return SignInTexts.Locked(wait);
        }

        if (!await IsRightAsync(account, code, context.RequestAborted))
        {
            logger.WrongCode(account.Id);
            await lockout.FailedAsync(state, person: false);
            await stored.RefusedAsync($"account:{account.Id}", $"second step, from {WebSessions.Address(context)}", CancellationToken.None);
            return SignInTexts.WrongCode;
        }

        await lockout.SucceededAsync(state.NameKey, null, context.RequestAborted);
        return null;
    }

    /// <summary>
    /// Sets the second step up that the pending sign-in shows, proven by a code of it, and begins the session. Returns the recovery codes, to be shown once, or null with
    /// what to tell.
    /// </summary>
    public async Task<(IReadOnlyList<string>? Codes, Said? Fault)> EnrolAsync(HttpContext context, WebSessionView pending, string code)
    {
        if (!tries.May(context, pending.AccountName!))
        {
            return (null, SignInTexts.TooMany);
        }

        var secret = Open(pending.TotpSecret!);
        if (await accounts.GetAsync(pending.AccountId!.Value, context.RequestAborted) is not { Enabled: true } account || Totp.Match(secret, code, time.GetUtcNow(), null) is not { } step)
        {
            return (null, SignInTexts.WrongCode);
        }

        var recovery = RecoveryCode.Generate();
        var session = await sessions.BeginAsync(context, new SessionStart(account.Id, null, "local", WebSessionStage.SignedIn, Proven: true));
        await steps.SetAsync(account, sealer.Seal(Convert.ToHexString(secret)), step, [.. recovery.Select(c => RecoveryCode.Hash(c)!)], session.Hash, $"account:{account.Id}", context.RequestAborted);
        CryptographicOperations.ZeroMemory(secret);
        return (recovery, null);
    }

    private async Task<bool> IsRightAsync(AccountRow account, string code, CancellationToken cancellationToken)
    {
        if (account.TotpSecret is null)
        {
            return false;
        }

        if (RecoveryCode.Hash(code) is { } hash)
        {
            var used = await steps.UseRecoveryAsync(account, hash, cancellationToken);
            if (used)
            {
                logger.RecoveryUsed(account.Id, await steps.CountRecoveryAsync(account.Id, cancellationToken));
            }

            return used;
        }

        var secret = Open(account.TotpSecret);
        var step = Totp.Match(secret, code, time.GetUtcNow(), account.TotpStep);
        CryptographicOperations.ZeroMemory(secret);
        return step is { } matched && await steps.UseStepAsync(account.Id, matched, cancellationToken);
    }

    private byte[] Open(byte[] sealedSecret) => Convert.FromHexString(sealer.Open(sealedSecret));
}
