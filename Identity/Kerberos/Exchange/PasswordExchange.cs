using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CopyTrack.Identity.Kerberos.Crypto;
using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos.Exchange;

/// <summary>
/// A password login as a machine over bytes (RFC 4120 §3.1, §3.3, RFC 6806): AS exchange with an encrypted timestamp, then the KDC is proven. Used once.
/// A name that the KDC does not know costs the same requests and the same string-to-key as one that it knows.
/// </summary>
internal sealed class PasswordExchange(KerberosRules rules, string typedName, byte[] password) : IDisposable
{
    private const int MaxReferrals = 5;
    private const int MaxCookie = 4096;

    private static readonly PrincipalName PasswordService = new(PrincipalName.Service, ["kadmin", "changepw"]);

    private TypedName? name;
    private PrincipalName server = PrincipalName.TicketGranting("");
    private EncryptionKey? key;
    private ServiceProof? proof;
    private Stage stage = Stage.First;
    private int referrals;
    private int nonce;
    private byte[] body = [];
    private bool decoy;
    private bool stream;
    private string? unproven;

    private enum Stage
    {
        First,
        Authenticating,
        Proving,
    }

    private bool ForChange => ReferenceEquals(server, PasswordService);

    /// <summary>The first step.</summary>
    internal KerberosStep Start(DateTimeOffset now)
    {
        name = TypedName.Parse(typedName, rules);
        if (name is null)
        {
            // Nobody has such a name, but whoever watches the clock learns nothing from that.
            (name, decoy) = (new TypedName(new PrincipalName(PrincipalName.Principal, ["-"]), rules.Realm), true);
        }

        server = PrincipalName.TicketGranting(name.Realm);
        return AskFirst(now);
    }

    /// <summary>Takes what the KDC answered. Never throws for any bytes.</summary>
    internal KerberosStep Received(byte[] answer, DateTimeOffset now)
    {
        try
        {
            return stage == Stage.Proving ? proof!.Received(answer, now)
                : KerberosError.Is(answer) ? Refused(KerberosError.Read(answer), now)
                : Answered(KdcReply.Read(answer, KdcReply.AsReply), now);
        }
        catch (AsnContentException fault)
        {
            return KerberosStep.Fail(KerberosCause.BadReply, $"an answer of the KDC of {name!.Realm} can't be read: {fault.Message}");
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(password);
        key?.Dispose();
        proof?.Dispose();
    }

    private KerberosStep.Send AskFirst(DateTimeOffset now)
    {
        stage = Stage.First;
        nonce = ServiceProof.NewNonce();
        body = new KdcRequestBody(KdcRequestBody.Canonicalize, name!.Name, name.Realm, server, now + ServiceProof.TicketTime, nonce).Encode();
        return new KerberosStep.Send(name.Realm, KdcRequest.As(body), stream);
    }

    private KerberosStep Refused(KerberosError error, DateTimeOffset now)
    {
        switch (error.Code)
        {
            case KdcErrors.TooBig when !stream:
                stream = true;
                return AskFirst(now);
            case KdcErrors.WrongRealm when stage == Stage.First && !ForChange:
                return Refer(error, now);
            case KdcErrors.PreauthRequired when stage == Stage.First:
                return Authenticate(PaData.ReadErrorData(error.Data), now);
            case KdcErrors.ClientUnknown when stage == Stage.First:
                decoy = true;
                return Authenticate([], now);
            case KdcErrors.KeyExpired when !ForChange:
                // The KDC says so to anybody. Its password service takes an expired password, and so tells whether it is the right one.
                (server, unproven) = (PasswordService, KdcErrors.Told(error, name!.Realm));
                return AskFirst(now);
            default:
                return unproven is not null && error.Code is not (KdcErrors.PreauthFailed or KdcErrors.Skew or KdcErrors.Unavailable)
                    ? KerberosStep.Fail(KerberosCause.WrongCredentials, $"{unproven}, but its password service did not tell whether the password is right: {KdcErrors.Told(error, name!.Realm)}")
                    : KdcErrors.End(error, name!.Realm, now);
        }
    }

    private KerberosStep Refer(KerberosError error, DateTimeOffset now)
    {
        if (error.ClientRealm is not { } next || !rules.Realms.Contains(next) || next == name!.Realm || ++referrals > MaxReferrals)
        {
            return KerberosStep.Fail(KerberosCause.RealmRefused, $"the KDC of {name!.Realm} leads to realm {error.ClientRealm ?? "(none)"}, which is not among Kerberos:Realms, or in a circle");
        }

        name = name with { Realm = next };
        server = PrincipalName.TicketGranting(next);
        return AskFirst(now);
    }

    private KerberosStep Authenticate(List<PaData> offered, DateTimeOffset now)
    {
        var info = offered.Find(o => o.Type == PaData.EtypeInfo2)?.Value;
        if (!decoy && offered.All(o => o.Type != PaData.EncTimestamp))
        {
            // MIT leaves both out for an account that has no key of the types asked for.
            return info is null
                ? KerberosStep.Fail(KerberosCause.WeakEncryption, $"the KDC of {name!.Realm} has no AES key for this account (types 17 to 20), or takes no password: change the account's password, allow AES in the realm")
                : KerberosStep.Fail(KerberosCause.KdcRefused, $"the KDC of {name!.Realm} takes {PaData.NamesOf(offered)} and no encrypted timestamp, the one proof of a password that is spoken here: allow it (MIT: the module encrypted_timestamp; Active Directory: Kerberos armoring supported, not required)");
        }

        if (Derive(info, null) is { } fault)
        {
            return fault;
        }

        var stamp = KerberosDer.Encode(writer =>
        {
            using (writer.PushSequence())
            {
                writer.Member(0, w => w.Time(now));
                writer.Member(1, now.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
            }
        });
        var proofOfPassword = KerberosDer.Encode(new EncryptedData(key!.Profile.Etype, null, key.Encrypt(KeyUsage.EncTimestamp, stamp)).Write);
        List<PaData> data = [new(PaData.EncTimestamp, proofOfPassword), .. offered.Where(o => o.Type == PaData.Cookie && o.Value.Length <= MaxCookie).Take(1)];
        stage = Stage.Authenticating;
        return new KerberosStep.Send(name!.Realm, KdcRequest.As(body, data), stream);
    }

    /// <summary>Makes the key by the KDC's parameters, within our bounds; null when it is made.</summary>
    private KerberosStep? Derive(byte[]? etypeInfo, int? only)
    {
        var entries = etypeInfo is null ? [] : EtypeInfo2.ReadList(etypeInfo);
        var entry = entries.FirstOrDefault(e => EncryptionProfile.Find(e.Etype) is not null && (only is null || e.Etype == only));
        if (entry is null && (!decoy || entries.Count > 0) && only is null)
        {
            var types = entries.Count == 0 ? "none" : string.Join(", ", entries.Select(e => e.Etype));
            return KerberosStep.Fail(KerberosCause.WeakEncryption, $"the KDC of {name!.Realm} offers encryption types {types} for this account; only AES (17 to 20) is accepted: change the account's password, allow AES in the realm");
        }

        var profile = EncryptionProfile.Find(entry?.Etype ?? only ?? EncryptionProfile.All[0].Etype)!;
        var iterations = entry?.Iterations ?? (uint)profile.DefaultIterations;
        if (iterations < profile.DefaultIterations || iterations > rules.MaxIterations)
        {
            return KerberosStep.Fail(KerberosCause.WeakEncryption, string.Create(CultureInfo.InvariantCulture,
                $"the KDC of {name!.Realm} asks for {iterations} iterations of string-to-key; {profile.DefaultIterations} to {rules.MaxIterations} are accepted: somebody may pretend to be the KDC"));
        }

        // RFC 4120 §4: realm and components, when the KDC names no salt.
        var salt = entry?.Salt ?? Encoding.UTF8.GetBytes(name!.Realm + string.Concat(name.Name.Parts));
        key?.Dispose();
        key = new EncryptionKey(profile, profile.StringToKey(password, salt, (int)iterations));
        return null;
    }

    private KerberosStep Answered(KdcReply reply, DateTimeOffset now)
    {
        var asked = stage == Stage.First;
        if (EncryptionProfile.Find(reply.Encrypted.Etype) is null)
        {
            return KerberosStep.Fail(KerberosCause.WeakEncryption, string.Create(CultureInfo.InvariantCulture, $"the KDC of {name!.Realm} answered in encryption type {reply.Encrypted.Etype}, which was not offered"));
        }

        // An account that needs no pre-authentication: its answer is the first thing that the password opens.
        if (asked && Derive(reply.Data.Find(d => d.Type == PaData.EtypeInfo2)?.Value, reply.Encrypted.Etype) is { } fault)
        {
            return fault;
        }

        if (reply.Encrypted.Etype != key!.Profile.Etype)
        {
            return KerberosStep.Fail(KerberosCause.BadReply, $"the KDC of {name!.Realm} answered in another encryption type than it asked for");
        }

        if (key.Decrypt(KeyUsage.AsReply, reply.Encrypted.Cipher) is not { } plain || decoy)
        {
            return asked || decoy
                ? KerberosStep.Fail(KerberosCause.WrongCredentials, $"the answer of the KDC of {name!.Realm}, given without pre-authentication, does not open with the password")
                : KerberosStep.Fail(KerberosCause.BadReply, $"the KDC of {name!.Realm} took the password, but its answer does not open with it: somebody pretends to be the KDC");
        }

        var next = AsAnswer.Accept(rules, reply, plain, name!.Realm, server, nonce, now, out proof);
        if (ForChange && proof is not null)
        {
            return KerberosStep.Fail(KerberosCause.PasswordExpired, $"{unproven}; the password is right and must be changed");
        }

        stage = Stage.Proving;
        return next;
    }
}
