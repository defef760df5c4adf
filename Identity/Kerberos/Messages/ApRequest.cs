using CopyTrack.Identity.Kerberos.Crypto;

namespace CopyTrack.Identity.Kerberos.Messages;

/// <summary>AP-REQ with its Authenticator (RFC 4120 §5.5.1), as PA-TGS-REQ carries it (§5.2.7.1).</summary>
internal static class ApRequest
{
    /// <summary>The AP-REQ that presents a ticket-granting ticket with a checksum over the encoded body of the request.</summary>
    internal static byte[] ForTicketGranting(Ticket ticket, EncryptionKey session, Principal client, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var checksum = session.Checksum(KeyUsage.TgsBodyChecksum, body);
        var authenticator = KerberosDer.Encode(writer =>
        {
            using (writer.PushSequence(KerberosDer.Application(2)))
            using (writer.PushSequence())
            {
                writer.Member(0, 5);
                writer.Member(1, w => w.Text(client.Realm));
                writer.Member(2, client.Name.Write);
                writer.Member(3, w =>
                {
                    using (w.PushSequence())
                    {
                        w.Member(0, session.Profile.ChecksumType);
                        w.Member(1, inner => inner.WriteOctetString(checksum));
                    }
                });
                writer.Member(4, now.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
                writer.Member(5, w => w.Time(now));
            }
        });
        var encrypted = new EncryptedData(session.Profile.Etype, null, session.Encrypt(KeyUsage.TgsAuthenticator, authenticator));
        return KerberosDer.Encode(writer =>
        {
            using (writer.PushSequence(KerberosDer.Application(14)))
            using (writer.PushSequence())
            {
                writer.Member(0, 5);
                writer.Member(1, 14);
                writer.Member(2, w => w.Flags(0));
                writer.Member(3, w => w.WriteEncodedValue(ticket.Encoded.Span));
                writer.Member(4, encrypted.Write);
            }
        });
    }
}
