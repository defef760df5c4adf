using System.Formats.Asn1;
using System.Security.Cryptography;
using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos.Pkinit;

/// <summary>
/// <code>
/// AuthPack ::= SEQUENCE { pkAuthenticator [0] PKAuthenticator, clientPublicValue [1] SubjectPublicKeyInfo OPTIONAL,
///   supportedCMSTypes [2] SEQUENCE OF AlgorithmIdentifier OPTIONAL, clientDHNonce [3] DHNonce OPTIONAL, ..., supportedKDFs [4] SEQUENCE OF KDFAlgorithmId OPTIONAL }
/// PKAuthenticator ::= SEQUENCE { cusec [0], ctime [1], nonce [2], paChecksum [3] OCTET STRING, ..., freshnessToken [4] OCTET STRING OPTIONAL }
/// </code>
/// (RFC 4556 §3.2.1, RFC 8636 §4, RFC 8070 §4).
/// </summary>
internal static class AuthPack
{
    /// <summary>The AuthPack that binds this encoded request body; the checksum is SHA-1 by RFC 4556, and the signature covers it.</summary>
    internal static byte[] Encode(byte[] body, int nonce, KeyAgreement agreement, byte[] clientNonce, byte[]? freshness, DateTimeOffset now) => KerberosDer.Encode(writer =>
    {
        using (writer.PushSequence())
        {
            writer.Member(0, w =>
            {
                using (w.PushSequence())
                {
                    w.Member(0, now.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
                    w.Member(1, t => t.Time(now));
                    w.Member(2, nonce);
                    w.Member(3, t => t.WriteOctetString(SHA1.HashData(body)));
                    if (freshness is not null)
                    {
                        w.Member(4, t => t.WriteOctetString(freshness));
                    }
                }
            });
            writer.Member(1, w => w.WriteEncodedValue(agreement.PublicInfo()));
            writer.Member(3, w => w.WriteOctetString(clientNonce));
            writer.Member(4, w =>
            {
                using (w.PushSequence())
                {
                    foreach (var function in PkinitKeys.Offered)
                    {
                        using (w.PushSequence())
                        {
                            w.Member(0, f => f.WriteObjectIdentifier(function));
                        }
                    }
                }
            });
        }
    });

    /// <summary><code>PA-PK-AS-REQ ::= SEQUENCE { signedAuthPack [0] IMPLICIT OCTET STRING, ... }</code></summary>
    internal static byte[] Request(byte[] cms) => KerberosDer.Encode(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteOctetString(cms, new Asn1Tag(TagClass.ContextSpecific, 0));
        }
    });
}

/// <summary>
/// <code>
/// PA-PK-AS-REP ::= CHOICE { dhInfo [0] DHRepInfo, encKeyPack [1] IMPLICIT OCTET STRING, ... }
/// DHRepInfo ::= SEQUENCE { dhSignedData [0] IMPLICIT OCTET STRING, serverDHNonce [1] DHNonce OPTIONAL, ..., kdf [2] KDFAlgorithmId OPTIONAL }
/// </code>
/// (RFC 4556 §3.2.3, RFC 8636 §4).
/// </summary>
internal sealed record DhReply(byte[] Signed, byte[] ServerNonce, string? Function)
{
    internal static DhReply Read(byte[] value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        var info = outer.Member(0).Only(r => r.ReadSequence());
        outer.ThrowIfNotEmpty();
        var signed = info.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 0));
        var nonce = info.Optional(1)?.Only(KerberosDer.Octets) ?? [];
        var function = info.Optional(2)?.Only(r => r.ReadSequence()).Member(0).Only(r => r.ReadObjectIdentifier());
        return new DhReply(signed, nonce, function);
    }
}

/// <summary><code>KDCDHKeyInfo ::= SEQUENCE { subjectPublicKey [0] BIT STRING, nonce [1] INTEGER, dhKeyExpiration [2] KerberosTime OPTIONAL, ... }</code></summary>
internal sealed record KdcKeyInfo(byte[] PublicKey, uint Nonce, DateTimeOffset? Expires)
{
    internal static KdcKeyInfo Read(byte[] content)
    {
        var outer = new AsnReader(content, AsnEncodingRules.DER);
        var info = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var key = info.Member(0).Only(r => r.ReadBitString(out _));
        var nonce = info.Member(1).Only(KerberosDer.UInt32);
        var expires = info.Optional(2)?.Only(KerberosDer.Time);
        return new KdcKeyInfo(key, nonce, expires);
    }
}
