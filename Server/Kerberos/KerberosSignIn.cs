using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Kerberos.Transport;

namespace CopyTrack.Server.Kerberos;

/// <summary>
/// Checks people with the Kerberos servers. Every outcome is written to the log for administrators; callers decide what the person is told. A refused password
/// takes a least time, so that the clock does not tell names that exist from those that don't.
/// </summary>
internal sealed class KerberosSignIn(KerberosSite site, KerberosClient client, TimeProvider time, ILogger<KerberosSignIn> logger) : IDisposable
{
    /// <summary>Least time of a refused password: above what a KDC in the house needs, and below what a person notices.</summary>
    public static readonly TimeSpan RefusalTime = TimeSpan.FromMilliseconds(250);

    // Bounds the work on keys and the sockets towards the KDC; more logins wait their turn.
    private const int AtOnce = 64;

    private readonly SemaphoreSlim turns = new(AtOnce, AtOnce);

    /// <summary>Checks a password. Never throws but for cancellation.</summary>
    public async Task<KerberosOutcome> PasswordAsync(string userName, string password, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var outcome = await GuardedAsync(rules => client.PasswordAsync(rules, userName, password, cancellationToken), cancellationToken);
        Log("password", outcome);
        if (outcome is not KerberosOutcome.Verified && RefusalTime - time.GetElapsedTime(began) is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, time, cancellationToken);
        }

        return outcome;
    }

    /// <summary>Checks the person whose card holds the certificate; <paramref name="sign"/> reaches the card. Never throws but for cancellation.</summary>
    public async Task<KerberosOutcome> SmartCardAsync(
        ReadOnlyMemory<byte> certificate, Func<CardSignature, CancellationToken, Task<CardAnswer>> sign, CancellationToken cancellationToken)
    {
        // A person at a card takes a minute: only passwords wait for turns.
        var outcome = await SafeAsync(rules => rules.Pkinit is null
            ? throw new KerberosSetupException("Kerberos:SmartCard:AnchorFile is not set")
            : client.SmartCardAsync(rules, certificate, sign, cancellationToken));
        Log("smart card", outcome);
        return outcome;
    }

    /// <summary>The principal that a typed name asks for; see <see cref="KerberosNames.Requested"/>. Null when Kerberos can't be used now.</summary>
    public string? Requested(string userName)
    {
        try
        {
            return KerberosNames.Requested(userName, site.Rules());
        }
        catch (KerberosSetupException)
        {
            return null;
        }
    }

    /// <summary>Tells administrators that a verified principal has no person, or two.</summary>
    public void NobodyHas(string principal) => logger.NobodyHas(principal);

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();

    private async Task<KerberosOutcome> GuardedAsync(Func<KerberosRules, Task<KerberosOutcome>> check, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        try
        {
            return await SafeAsync(check);
        }
        finally
        {
            turns.Release();
        }
    }

    private async Task<KerberosOutcome> SafeAsync(Func<KerberosRules, Task<KerberosOutcome>> check)
    {
        try
        {
            return await check(site.Rules());
        }
        catch (KerberosSetupException fault)
        {
            return new KerberosOutcome.Failed(KerberosCause.KdcRefused, fault.Message);
        }
    }

    private void Log(string method, KerberosOutcome outcome)
    {
        switch (outcome)
        {
            case KerberosOutcome.Failed { Cause: KerberosCause.WrongCredentials or KerberosCause.PasswordExpired or KerberosCause.AccountLocked or KerberosCause.AccountExpired
                or KerberosCause.PolicyRefused or KerberosCause.CardFailed or KerberosCause.CertificateRefused } failed:
                logger.PersonRefused(method, failed.Cause, failed.Detail);
                break;
            case KerberosOutcome.Failed failed:
                logger.KerberosFailed(method, failed.Cause, failed.Detail);
                break;
        }
    }
}
