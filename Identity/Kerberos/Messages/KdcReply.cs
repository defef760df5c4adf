using System.Formats.Asn1;
using CopyTrack.Identity.Kerberos.Crypto;

namespace CopyTrack.Identity.Kerberos.Messages;

/// <summary>AS-REP or TGS-REP (RFC 4120 §5.4.2).</summary>
internal sealed record KdcReply(List<PaData> Data, string ClientRealm, PrincipalName Client, Ticket Ticket, EncryptedData Encrypted)
{
    /// <summary>Application tag and type of an AS-REP.</summary>
    internal const int AsReply = 11;

    /// <summary>Application tag and type of a TGS-REP.</summary>
    internal const int TgsReply = 13;

    internal static KdcReply Read(ReadOnlyMemory<byte> bytes, int type)
    {
        var reply = KerberosDer.Message(bytes, type);
        if (reply.Member(0).Only(KerberosDer.Int32) != 5 || reply.Member(1).Only(KerberosDer.Int32) != type)
        {
            throw new AsnContentException("another version or message type");
        }

        var data = reply.Optional(2)?.Only(PaData.ReadList) ?? [];
        var realm = reply.Member(3).Only(KerberosDer.Text);
        var client = reply.Member(4).Only(PrincipalName.Read);
        var ticket = reply.Member(5).Only(Ticket.Read);
        var encrypted = reply.Member(6).Only(EncryptedData.Read);
        reply.ThrowIfNotEmpty();
        return new KdcReply(data, realm, client, ticket, encrypted);
    }
}

/// <summary>
/// <code>Ticket ::= [APPLICATION 1] SEQUENCE { tkt-vno [0] INTEGER (5), realm [1] Realm, sname [2] PrincipalName, enc-part [3] EncryptedData }</code>
/// (RFC 4120 §5.3). <see cref="Encoded"/> is the ticket as it came.
/// </summary>
internal sealed record Ticket(string Realm, PrincipalName Server, EncryptedData Encrypted, ReadOnlyMemory<byte> Encoded)
{
    internal static Ticket Read(AsnReader reader)
    {
        var encoded = reader.ReadEncodedValue();
        var ticket = KerberosDer.Message(encoded, 1);
        if (ticket.Member(0).Only(KerberosDer.Int32) != 5)
        {
            throw new AsnContentException("another version of ticket");
        }

        var realm = ticket.Member(1).Only(KerberosDer.Text);
        var server = ticket.Member(2).Only(PrincipalName.Read);
        var encrypted = ticket.Member(3).Only(EncryptedData.Read);
        ticket.ThrowIfNotEmpty();
        return new Ticket(realm, server, encrypted, encoded);
    }
}

/// <summary>EncASRepPart and EncTGSRepPart (RFC 4120 §5.4.2): what only the holder of the reply key reads. Own the session key.</summary>
internal sealed record ReplyPart(EncryptionKey SessionKey, uint Nonce, DateTimeOffset StartTime, DateTimeOffset EndTime, string ServerRealm, PrincipalName Server)
{
    private const int MaxLastRequests = 64;

    internal static ReplyPart Read(ReadOnlyMemory<byte> plain)
    {
        // RFC 4120 §5.4.2: clients must take either tag for either reply.
        var tag = new AsnReader(plain, AsnEncodingRules.DER).PeekTag();
        var part = KerberosDer.Message(plain, tag.TagValue == 26 ? 26 : 25);
        var key = part.Member(0).Only(SessionKeyOf);
        part.Member(1).Only(r => r.List(MaxLastRequests, e => e.ReadEncodedValue()));
        var nonce = part.Member(2).Only(KerberosDer.UInt32);
        part.Optional(3)?.Only(KerberosDer.Time);
        part.Member(4).Only(KerberosDer.Flags);
        var authTime = part.Member(5).Only(KerberosDer.Time);
        var start = part.Optional(6)?.Only(KerberosDer.Time) ?? authTime;
        var end = part.Member(7).Only(KerberosDer.Time);
        part.Optional(8)?.Only(KerberosDer.Time);
        var realm = part.Member(9).Only(KerberosDer.Text);
        var server = part.Member(10).Only(PrincipalName.Read);
        return new ReplyPart(key, nonce, start, end, realm, server);
    }

    /// <summary><code>EncryptionKey ::= SEQUENCE { keytype [0] Int32, keyvalue [1] OCTET STRING }</code> (RFC 4120 §5.2.9), of a type that we know.</summary>
    internal static EncryptionKey SessionKeyOf(AsnReader reader)
    {
        var key = reader.ReadSequence();
        var type = key.Member(0).Only(KerberosDer.Int32);
        var value = key.Member(1).Only(KerberosDer.Octets);
        key.ThrowIfNotEmpty();
        return EncryptionProfile.Find(type) is { } profile && value.Length == profile.KeySize
            ? new EncryptionKey(profile, value)
            : throw new AsnContentException("the session key is of a type that is not accepted");
    }
}

/// <summary>The part of a ticket that only its service reads, EncTicketPart of RFC 4120 §5.3, as far as it is used.</summary>
internal sealed record TicketPart(uint Flags, Principal Client, DateTimeOffset StartTime, DateTimeOffset EndTime)
{
    /// <summary>TRANSITED-POLICY-CHECKED: the KDC of our realm has checked the realms in between.</summary>
    internal const uint TransitedChecked = 0x0008_0000;

    /// <summary>INVALID: must not be taken before it is validated.</summary>
    internal const uint Invalid = 0x0100_0000;

    internal static TicketPart Read(ReadOnlyMemory<byte> plain)
    {
        var part = KerberosDer.Message(plain, 3);
        var flags = part.Member(0).Only(KerberosDer.Flags);
        part.Member(1).Only(r => r.ReadEncodedValue());
        var realm = part.Member(2).Only(KerberosDer.Text);
        var client = part.Member(3).Only(PrincipalName.Read);
        part.Member(4).Only(r => r.ReadEncodedValue());
        var authTime = part.Member(5).Only(KerberosDer.Time);
        var start = part.Optional(6)?.Only(KerberosDer.Time) ?? authTime;
        var end = part.Member(7).Only(KerberosDer.Time);
        return new TicketPart(flags, new Principal(client, realm), start, end);
    }
}
