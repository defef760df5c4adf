using System.Text;
using CopyTrack.Identity.Kerberos.Exchange;

namespace CopyTrack.Identity.Kerberos.Transport;

/// <summary>Drives an exchange: bytes to the KDC and back, signatures from the card. Holds nothing between logins; safe for many threads.</summary>
public sealed class KerberosClient(IKdcChannel channel, TimeProvider time)
{
    // A login of five realms with renegotiation takes fewer.
    private const int MaxSteps = 32;

    /// <summary>
    /// Checks a password. Never throws but for cancellation: every failure is an outcome. The name as typed may be a plain name, <c>name@REALM</c> or an
    /// enterprise name.
    /// </summary>
    public async Task<KerberosOutcome> PasswordAsync(KerberosRules rules, string userName, string password, CancellationToken cancellationToken)
    {
        using var exchange = new PasswordExchange(rules, userName, Encoding.UTF8.GetBytes(password));
        return await DriveAsync(exchange.Start(time.GetUtcNow()), exchange.Received, null, cancellationToken);
    }

    /// <summary>
    /// Checks the person whose card holds this certificate (DER). <paramref name="sign"/> lets the card sign, once, or twice when the KDC wants another group. Never
    /// throws but for cancellation. Throws <see cref="ArgumentException"/> when the rules have none for smart cards.
    /// </summary>
    public async Task<KerberosOutcome> SmartCardAsync(
        KerberosRules rules, ReadOnlyMemory<byte> certificate, Func<CardSignature, CancellationToken, Task<CardAnswer>> sign, CancellationToken cancellationToken)
    {
        using var exchange = new SmartCardExchange(rules, certificate.ToArray());
        return await DriveAsync(
            exchange.Start(time.GetUtcNow()), exchange.Received, async request => exchange.Signed(await sign(request, cancellationToken)), cancellationToken);
    }

    private async Task<KerberosOutcome> DriveAsync(
        KerberosStep step, Func<byte[], DateTimeOffset, KerberosStep> received, Func<CardSignature, Task<KerberosStep>>? sign, CancellationToken cancellationToken)
    {
        try
        {
            for (var i = 0; i < MaxSteps; i++)
            {
                switch (step)
                {
                    case KerberosStep.Done done:
                        return done.Outcome;
                    case KerberosStep.Send send:
                        step = received(await channel.AskAsync(send.Realm, send.Message, send.Stream, cancellationToken), time.GetUtcNow());
                        break;
                    case KerberosStep.Sign card when sign is not null:
                        step = await sign(card.Request);
                        break;
                    default:
                        throw new InvalidOperationException("a step without a case");
                }
            }

            return new KerberosOutcome.Failed(KerberosCause.BadReply, "the KDC went on asking");
        }
        catch (KdcUnreachableException e)
        {
            return new KerberosOutcome.Failed(KerberosCause.Unreachable, e.Message);
        }
    }
}
