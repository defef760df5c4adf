using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using CopyTrack.Identity.Kerberos.Crypto;
using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos.Exchange;

/// <summary>
/// The second half of every login: with the ticket-granting ticket a ticket for our own service is fetched, over other realms if need be, and opened with our own
/// key. Only a KDC that shares that key can have made it, and it names the client where nobody in between can change the name.
/// </summary>
internal sealed class ServiceProof(KerberosRules rules, Principal client, Ticket granting, EncryptionKey session, string realm) : IDisposable
{
    /// <summary>How long the tickets that are asked for may live; they are dropped at once.</summary>
    internal static readonly TimeSpan TicketTime = TimeSpan.FromMinutes(10);

    private const int MaxRealms = 5;

    private Ticket granting = granting;
    private EncryptionKey session = session;
    private string realm = realm;
    private int hops;
    private int nonce;

    internal static int NewNonce() => RandomNumberGenerator.GetInt32(1, int.MaxValue);

    internal KerberosStep Ask(DateTimeOffset now)
    {
        nonce = NewNonce();
        var server = realm == rules.Service.Realm ? rules.Service.Name : PrincipalName.TicketGranting(rules.Service.Realm);
        var body = new KdcRequestBody(0, null, realm, server, now + TicketTime, nonce).Encode();
        var request = KdcRequest.Tgs(body, new PaData(PaData.TgsRequest, ApRequest.ForTicketGranting(granting, session, client, body, now)));
        return new KerberosStep.Send(realm, request, Stream: false);
    }

    /// <summary>Takes the answer. Throws <see cref="AsnContentException"/> when it can't be read.</summary>
    internal KerberosStep Received(byte[] answer, DateTimeOffset now)
    {
        if (KerberosError.Is(answer))
        {
            var error = KerberosError.Read(answer);
            // Whatever a KDC says here is about set-up: the person has been told apart before.
            return KdcErrors.End(error, realm, now) is { Outcome: KerberosOutcome.Failed { Cause: KerberosCause.Unavailable or KerberosCause.ClockSkew or KerberosCause.WeakEncryption } } known
                ? known
                : KerberosStep.Fail(KerberosCause.KdcRefused, $"{KdcErrors.Told(error, realm)} to the request for a ticket of {rules.Service}; check that principal and Kerberos:Service");
        }

        var reply = KdcReply.Read(answer, KdcReply.TgsReply);
        if (reply.Encrypted.Etype != session.Profile.Etype || session.Decrypt(KeyUsage.TgsReply, reply.Encrypted.Cipher) is not { } plain)
        {
            return KerberosStep.Fail(KerberosCause.BadReply, $"the answer of the KDC of {realm} for our service does not open with the session key");
        }

        var part = ReplyPart.Read(plain);
        if (part.Nonce != (uint)nonce || reply.ClientRealm != client.Realm || reply.Client != client.Name || part.ServerRealm != realm || part.Server != reply.Ticket.Server
            || reply.Ticket.Realm != realm)
        {
            part.SessionKey.Dispose();
            return KerberosStep.Fail(KerberosCause.BadReply, $"the answer of the KDC of {realm} for our service belongs to another request");
        }

        return part.Server is { Parts: ["krbtgt", var next] } ? Follow(next, reply.Ticket, part, now) : Prove(reply.Ticket, part, now);
    }

    public void Dispose() => session.Dispose();

    private KerberosStep Follow(string next, Ticket ticket, ReplyPart part, DateTimeOffset now)
    {
        session.Dispose();
        (granting, session) = (ticket, part.SessionKey);
        if (realm == rules.Service.Realm || ++hops > MaxRealms || (next != rules.Service.Realm && !rules.Realms.Contains(next)))
        {
            return KerberosStep.Fail(KerberosCause.RealmRefused, $"the KDC of {realm} leads to realm {next} on the way to {rules.Service.Realm}; it is not among Kerberos:Realms, or the way is too long");
        }

        realm = next;
        return Ask(now);
    }

    private KerberosStep Prove(Ticket ticket, ReplyPart part, DateTimeOffset now)
    {
        part.SessionKey.Dispose();
        var sealedPart = ticket.Encrypted;
        if (ticket.Server != rules.Service.Name || realm != rules.Service.Realm)
        {
            return KerberosStep.Fail(KerberosCause.BadReply, $"the KDC of {realm} gave a ticket of {ticket.Server} instead of {rules.Service}");
        }

        if (EncryptionProfile.Find(sealedPart.Etype) is null)
        {
            return KerberosStep.Fail(KerberosCause.WeakEncryption, string.Create(CultureInfo.InvariantCulture,
                $"the ticket of {rules.Service} has encryption type {sealedPart.Etype}, which is not accepted: give the service AES keys and a new keytab"));
        }

        if (rules.Keytab.Find(rules.Service, sealedPart.Etype, sealedPart.Kvno) is not { } key)
        {
            return KerberosStep.Fail(KerberosCause.KdcNotProven, string.Create(CultureInfo.InvariantCulture,
                $"the ticket of {rules.Service} needs key version {sealedPart.Kvno} of type {sealedPart.Etype}; the keytab has {rules.Keytab.Describe(rules.Service)}: export it anew"));
        }

        if (key.Decrypt(KeyUsage.Ticket, sealedPart.Cipher) is not { } plain)
        {
            return KerberosStep.Fail(KerberosCause.KdcNotProven, $"the ticket of {rules.Service} does not open with our keytab: either this KDC of {realm} is not ours, or the keytab is of another key");
        }

        var inside = TicketPart.Read(plain);
        if (inside.Client != client || (inside.Flags & TicketPart.Invalid) != 0)
        {
            return KerberosStep.Fail(KerberosCause.BadReply, $"the ticket of {rules.Service} is for {inside.Client}, not for {client}, or not valid yet");
        }

        if (inside.StartTime > now + rules.ClockSkew || inside.EndTime < now - rules.ClockSkew)
        {
            return KerberosStep.Fail(KerberosCause.ClockSkew, $"the ticket of {rules.Service} is not of this time ({inside.StartTime:u} to {inside.EndTime:u}): set the clocks of this server and the KDC by NTP");
        }

        return hops > 0 && (inside.Flags & TicketPart.TransitedChecked) == 0
            ? KerberosStep.Fail(KerberosCause.RealmRefused, $"the KDC of {realm} did not check the realms between {client.Realm} and itself")
            : new KerberosStep.Done(new KerberosOutcome.Verified(client));
    }
}
