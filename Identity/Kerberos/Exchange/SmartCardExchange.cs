using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Identity.Kerberos.Crypto;
using CopyTrack.Identity.Kerberos.Messages;
using CopyTrack.Identity.Kerberos.Pkinit;

namespace CopyTrack.Identity.Kerberos.Exchange;

/// <summary>
/// A smart card login as a machine over bytes (PKINIT, RFC 4556 with RFC 8636 and RFC 8070): a first request fetches a freshness token, the card signs, the KDC
/// answers with its half of the key agreement, then the KDC is proven by our own service's ticket as with passwords. Used once.
/// </summary>
internal sealed class SmartCardExchange(KerberosRules rules, byte[] certificate) : IDisposable
{
    private const int MaxToken = 4096;
    private const int NonceBytes = 32;

    private readonly PkinitRules pkinit = rules.Pkinit ?? throw new ArgumentException("no rules for smart cards", nameof(rules));
    private readonly byte[] clientNonce = RandomNumberGenerator.GetBytes(NonceBytes);
    private X509Certificate2? card;
    private TypedName? name;
    private PrincipalName server = PrincipalName.TicketGranting("");
    private KeyAgreementGroup group;
    private KeyAgreement? agreement;
    private CardCms? cms;
    private ServiceProof? proof;
    private Stage stage = Stage.First;
    private byte[] body = [];
    private byte[] request = [];
    private byte[]? freshness;
    private byte[]? cookie;
    private int nonce;
    private bool negotiated;
    private DateTimeOffset asked;

    private enum Stage
    {
        First,
        Signing,
        Authenticating,
        Proving,
    }

    /// <summary>The first step.</summary>
    internal KerberosStep Start(DateTimeOffset now)
    {
        group = pkinit.Group;
        try
        {
            card = X509CertificateLoader.LoadCertificate(certificate);
            if (Unusable(card, now) is { } reason)
            {
                return KerberosStep.Fail(KerberosCause.CertificateRefused, reason);
            }

            name = NameOf(CertificateNames.Of(card));
        }
        catch (Exception fault) when (fault is AsnContentException or CryptographicException)
        {
            return KerberosStep.Fail(KerberosCause.CertificateRefused, "the card's certificate can't be read: " + fault.Message);
        }

        if (name is null)
        {
            return KerberosStep.Fail(KerberosCause.CertificateRefused, "the card's certificate names no principal of one of Kerberos:Realms (id-pkinit-san or user principal name)");
        }

        server = PrincipalName.TicketGranting(name.Realm);
        nonce = ServiceProof.NewNonce();
        body = new KdcRequestBody(KdcRequestBody.Canonicalize, name.Name, name.Realm, server, now + ServiceProof.TicketTime, nonce).Encode();
        // RFC 8070 §3: an empty token asks for one.
        return new KerberosStep.Send(name.Realm, KdcRequest.As(body, new PaData(PaData.Freshness, [])), Stream: true);
    }

    /// <summary>Takes what the KDC answered. Never throws for any bytes.</summary>
    internal KerberosStep Received(byte[] answer, DateTimeOffset now)
    {
        try
        {
            return stage == Stage.Proving ? proof!.Received(answer, now)
                : KerberosError.Is(answer) ? Refused(KerberosError.Read(answer), now)
                : stage == Stage.Authenticating ? Answered(KdcReply.Read(answer, KdcReply.AsReply), now)
                : Unasked(KdcReply.Read(answer, KdcReply.AsReply), now);
        }
        catch (Exception fault) when (fault is AsnContentException or CryptographicException)
        {
            return KerberosStep.Fail(KerberosCause.BadReply, $"an answer of the KDC of {name!.Realm} can't be taken: {fault.Message}");
        }
    }

    /// <summary>Takes the card's answer.</summary>
    internal KerberosStep Signed(CardAnswer answer)
    {
        if (answer is not CardAnswer.Signed signed)
        {
            return KerberosStep.Fail(KerberosCause.CardFailed, ((CardAnswer.None)answer).Reason);
        }

        if (!cms!.Fits(signed.Signature))
        {
            return KerberosStep.Fail(KerberosCause.CertificateRefused, "what the card signed does not fit its certificate");
        }

        List<PaData> data = [new(PaData.PkAsRequest, AuthPack.Request(cms.Encode(signed.Signature)))];
        if (cookie is not null)
        {
            data.Add(new PaData(PaData.Cookie, cookie));
        }

        stage = Stage.Authenticating;
        request = KdcRequest.As(body, data);
        return new KerberosStep.Send(name!.Realm, request, Stream: true);
    }

    public void Dispose()
    {
        card?.Dispose();
        agreement?.Dispose();
        proof?.Dispose();
    }

    private static string? Unusable(X509Certificate2 card, DateTimeOffset now)
    {
        using var rsa = card.GetRSAPublicKey();
        using var ec = card.GetECDsaPublicKey();
        return now < card.NotBefore || now > card.NotAfter ? $"the card's certificate is not of this time ({card.NotBefore:u} to {card.NotAfter:u})"
            : rsa is { KeySize: >= 2048 } || ec is { KeySize: 256 } ? null
            : "the card's key is of no type that is taken (RSA of 2048 bits or more, ECDSA P-256)";
    }

    /// <summary>Whom to ask the KDC for; only the KDC decides whether the certificate is that person's.</summary>
    private TypedName? NameOf(CertificateNames names) =>
        names.Principals.Find(p => rules.Realms.Contains(p.Realm)) is { } principal ? new TypedName(principal.Name, principal.Realm)
        : names.UserPrincipalNames.Find(u => u.Length is > 0 and <= 256) is { } upn ? new TypedName(new PrincipalName(PrincipalName.Enterprise, [upn]), rules.Realm)
        : null;

    private KerberosStep Refused(KerberosError error, DateTimeOffset now)
    {
        var offered = PaData.ReadErrorData(error.Data);
        switch (error.Code)
        {
            case KdcErrors.PreauthRequired when stage == Stage.First:
                if (offered.All(o => o.Type != PaData.PkAsRequest))
                {
                    return KerberosStep.Fail(KerberosCause.KdcRefused, $"the KDC of {name!.Realm} offers no PKINIT to {name.Name}: configure its certificate and anchors, let the account use pre-authentication");
                }

                freshness = offered.Find(o => o.Type == PaData.Freshness && o.Value.Length is > 0 and <= MaxToken)?.Value;
                cookie = offered.Find(o => o.Type == PaData.Cookie && o.Value.Length <= MaxToken)?.Value;
                return freshness is null && WithoutToken() is { } fault ? fault : AskCard(now);
            case KdcErrors.DhParameters when stage == Stage.Authenticating && !negotiated:
                negotiated = true;
                if (offered.Find(o => o.Type == PaData.DhParameters) is not { } parameters || KeyAgreement.Choose(parameters.Value, group) is not { } other)
                {
                    break;
                }

                group = other;
                return AskCard(now);
            case 62 or 64 or 66 or 70 or 71 or 72 or 75 or 77 or 78 or KdcErrors.ClientUnknown or KdcErrors.PreauthFailed:
                return KerberosStep.Fail(KerberosCause.CertificateRefused, $"{KdcErrors.Told(error, name!.Realm)} about the card of {name.Name}");
            case KdcErrors.PreauthExpired:
            // The time that the card signed is of before it was asked: clocks that differ by less than its answer took are not what the KDC complains about.
            case KdcErrors.Skew when stage == Stage.Authenticating && (error.ServerTime - now).Duration() < now - asked:
                return KerberosStep.Fail(KerberosCause.CardFailed, "tooSlow");
        }

        return KdcErrors.End(error, name!.Realm, now);
    }

    /// <summary>An account that needs no pre-authentication is answered at once, for its password; the card signs all the same, without a token.</summary>
    private KerberosStep Unasked(KdcReply reply, DateTimeOffset now) => stage != Stage.First || reply.ClientRealm != name!.Realm
        ? KerberosStep.Fail(KerberosCause.BadReply, $"the KDC of {name!.Realm} answered before the card had signed")
        : WithoutToken() ?? AskCard(now);

    private KerberosStep? WithoutToken() => pkinit.RequireFreshness
        ? KerberosStep.Fail(KerberosCause.KdcRefused, $"the KDC of {name!.Realm} gives no freshness token, and Kerberos:SmartCard:RequireFreshness is set")
        : null;

    private KerberosStep.Sign AskCard(DateTimeOffset now)
    {
        agreement?.Dispose();
        agreement = KeyAgreement.Create(group);
        asked = now;
        var pack = AuthPack.Encode(body, nonce, agreement, clientNonce, freshness, now);
        cms = new CardCms(card!, pack);
        stage = Stage.Signing;
        return new KerberosStep.Sign(new CardSignature(cms.Algorithm, cms.ToBeSigned, pack));
    }

    private KerberosStep Answered(KdcReply reply, DateTimeOffset now)
    {
        if (EncryptionProfile.Find(reply.Encrypted.Etype) is not { } profile)
        {
            return KerberosStep.Fail(KerberosCause.WeakEncryption, $"the KDC of {name!.Realm} answered in an encryption type that was not offered");
        }

        if (reply.Data.Find(d => d.Type == PaData.PkAsReply) is not { } data)
        {
            return KerberosStep.Fail(KerberosCause.BadReply, $"the KDC of {name!.Realm} did not answer the card");
        }

        var dh = DhReply.Read(data.Value);
        var signed = KdcCms.Read(dh.Signed, CmsOids.DhKeyData);
        if (KdcCertificate.Refuse(signed, name!.Realm, pkinit, now) is { } reason)
        {
            return KerberosStep.Fail(KerberosCause.KdcCertificateRefused, $"the KDC of {name.Realm} is not believed: {reason}");
        }

        var info = KdcKeyInfo.Read(signed.Content);
        // RFC 4556 §3.2.3.1: a KDC that uses its key again says 0, until when, and gives a nonce of its own.
        var again = info is { Nonce: 0, Expires: not null } && dh.ServerNonce.Length >= NonceBytes && info.Expires > now;
        if (info.Nonce != (uint)nonce && !again)
        {
            return KerberosStep.Fail(KerberosCause.BadReply, $"the KDC of {name.Realm} answered another request (nonce): an old answer was sent again");
        }

        var secret = agreement!.Secret(info.PublicKey);
        var (clientPart, serverPart) = dh.ServerNonce.Length > 0 ? (clientNonce, dh.ServerNonce) : ([], []);
        using var key = dh.Function is null
            ? PkinitKeys.FromOctets(profile, secret, clientPart, serverPart)
            : PkinitKeys.Derive(dh.Function, profile, secret, new Principal(name.Name, name.Realm), new Principal(server, name.Realm), request, data.Value);
        CryptographicOperations.ZeroMemory(secret);
        if (key.Decrypt(KeyUsage.AsReply, reply.Encrypted.Cipher) is not { } plain)
        {
            return KerberosStep.Fail(KerberosCause.BadReply, $"the answer of the KDC of {name.Realm} does not open with the agreed key");
        }

        stage = Stage.Proving;
        return AsAnswer.Accept(rules, reply, plain, name.Realm, server, nonce, now, out proof);
    }
}
