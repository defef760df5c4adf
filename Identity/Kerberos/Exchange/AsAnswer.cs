using CopyTrack.Identity.Kerberos.Crypto;
using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos.Exchange;

/// <summary>The checks of RFC 4120 §3.1.5 on an AS-REP that are the same for passwords and cards.</summary>
internal static class AsAnswer
{
    /// <summary>
    /// The next step after a reply whose encrypted part opened: asks for our service, or fails because the reply belongs to another request. With
    /// <paramref name="proven"/> the caller gets the proof machine; it owns the session key.
    /// </summary>
    internal static KerberosStep Accept(KerberosRules rules, KdcReply reply, byte[] plain, string realm, PrincipalName server, int nonce, DateTimeOffset now, out ServiceProof? proven)
    {
        proven = null;
        var part = ReplyPart.Read(plain);
        if (part.Nonce != (uint)nonce)
        {
            part.SessionKey.Dispose();
            return KerberosStep.Fail(KerberosCause.BadReply, $"the KDC of {realm} answered another request (nonce): an old answer was sent again");
        }

        if (reply.ClientRealm != realm || part.ServerRealm != realm || part.Server != server || reply.Ticket.Realm != realm || reply.Ticket.Server != server)
        {
            part.SessionKey.Dispose();
            return KerberosStep.Fail(KerberosCause.BadReply, $"the KDC of {realm} answered for another realm or service");
        }

        if (part.StartTime > now + rules.ClockSkew || part.EndTime < now - rules.ClockSkew)
        {
            part.SessionKey.Dispose();
            return KerberosStep.Fail(KerberosCause.ClockSkew, $"the ticket of the KDC of {realm} is not of this time ({part.StartTime:u} to {part.EndTime:u}): set the clocks by NTP");
        }

        proven = new ServiceProof(rules, new Principal(reply.Client, reply.ClientRealm), reply.Ticket, part.SessionKey, realm);
        return proven.Ask(now);
    }
}
