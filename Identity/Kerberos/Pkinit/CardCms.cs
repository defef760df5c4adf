using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos.Pkinit;

/// <summary>
/// The SignedData around an AuthPack (RFC 5652 §5, RFC 4556 §3.2.1) whose one signature a card elsewhere makes: first the attributes to sign, then the whole.
/// </summary>
internal sealed class CardCms(X509Certificate2 certificate, byte[] content)
{
    private readonly bool curve = certificate.GetKeyAlgorithm() == CmsOids.EcPublicKey;
    private readonly byte[] attributes = Attributes(content);

    /// <summary>RS256 or ES256.</summary>
    internal string Algorithm => curve ? "ES256" : "RS256";

    /// <summary>The DER of the signed attributes as SET OF: what the card signs.</summary>
    internal byte[] ToBeSigned => attributes;

    /// <summary>True when the signature is the certificate's over the attributes.</summary>
    internal bool Fits(byte[] signature)
    {
        try
        {
            if (curve)
            {
                using var ec = certificate.GetECDsaPublicKey();
                return signature.Length == 64 && ec is { KeySize: 256 } && ec.VerifyData(attributes, signature, HashAlgorithmName.SHA256);
            }

            using var rsa = certificate.GetRSAPublicKey();
            return rsa is { KeySize: >= 2048 } && rsa.VerifyData(attributes, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The ContentInfo with the signature in it.</summary>
    internal byte[] Encode(byte[] signature) => KerberosDer.Encode(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CmsOids.SignedData);
            using (writer.PushSequence(KerberosDer.Context(0)))
            using (writer.PushSequence())
            {
                // Version 3: the content is not id-data (RFC 5652 §5.1).
                writer.WriteInteger(3);
                using (writer.PushSetOf())
                {
                    Digest(writer);
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(CmsOids.AuthData);
                    writer.Member(0, w => w.WriteOctetString(content));
                }

                using (writer.PushSetOf(KerberosDer.Context(0)))
                {
                    writer.WriteEncodedValue(certificate.RawDataMemory.Span);
                }

                using (writer.PushSetOf())
                {
                    Signer(writer, signature);
                }
            }
        }
    });

    private void Signer(AsnWriter writer, byte[] signature)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(certificate.IssuerName.RawData);
                writer.WriteInteger(certificate.SerialNumberBytes.Span);
            }

            Digest(writer);
            // Sent as [0] IMPLICIT, signed as SET OF (RFC 5652 §5.4).
            var implicitly = (byte[])attributes.Clone();
            implicitly[0] = 0xA0;
            writer.WriteEncodedValue(implicitly);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(curve ? CmsOids.EcdsaSha256 : CmsOids.RsaSha256);
                if (!curve)
                {
                    writer.WriteNull();
                }
            }

            writer.WriteOctetString(curve ? Sequence(signature) : signature);
        }
    }

    /// <summary>ECDSA-Sig-Value out of r and s of equal length.</summary>
    private static byte[] Sequence(byte[] signature) => KerberosDer.Encode(writer =>
    {
        var half = signature.Length / 2;
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Trimmed(signature.AsSpan(0, half)));
            writer.WriteIntegerUnsigned(Trimmed(signature.AsSpan(half)));
        }
    });

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> number) => number.TrimStart((byte)0) is { IsEmpty: false } rest ? rest : number[^1..];

    private static void Digest(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CmsOids.Sha256);
        }
    }

    private static byte[] Attributes(byte[] content) => KerberosDer.Encode(writer =>
    {
        using (writer.PushSetOf())
        {
            Attribute(writer, CmsOids.ContentType, w => w.WriteObjectIdentifier(CmsOids.AuthData));
            Attribute(writer, CmsOids.MessageDigest, w => w.WriteOctetString(SHA256.HashData(content)));
        }
    });

    private static void Attribute(AsnWriter writer, string type, Action<AsnWriter> value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(type);
            using (writer.PushSetOf())
            {
                value(writer);
            }
        }
    }
}
