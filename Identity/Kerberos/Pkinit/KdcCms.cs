using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Identity.Kerberos.Pkinit;

/// <summary>
/// A KDC's SignedData, read and its signature verified with the certificate that it carries (RFC 5652 §5.4, §5.6); whether that certificate is to be trusted is
/// another question. Exactly one signer, always with signed attributes.
/// </summary>
internal sealed record KdcCms(byte[] Content, X509Certificate2 Signer, X509Certificate2Collection Certificates)
{
    private const int MaxCertificates = 10;

    /// <summary>Reads and verifies. Throws <see cref="AsnContentException"/> or <see cref="CryptographicException"/> with the reason.</summary>
    internal static KdcCms Read(ReadOnlyMemory<byte> encoded, string contentType)
    {
        // BER: Windows and others may encode CMS so. What is signed is taken as it stands.
        var outer = new AsnReader(encoded, AsnEncodingRules.BER);
        var info = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (info.ReadObjectIdentifier() != CmsOids.SignedData)
        {
            throw new AsnContentException("not signed data");
        }

        var signed = info.ReadSequence(Context(0)).ReadSequence();
        signed.ReadInteger();
        signed.ReadSetOf(skipSortOrderValidation: true);
        var encapsulated = signed.ReadSequence();
        if (encapsulated.ReadObjectIdentifier() != contentType)
        {
            throw new AsnContentException("signed data of another content type");
        }

        var content = encapsulated.ReadSequence(Context(0)).ReadOctetString();
        var certificates = Next(signed, 0) ? ReadCertificates(signed.ReadSetOf(skipSortOrderValidation: true, Context(0))) : [];
        if (Next(signed, 1))
        {
            signed.ReadEncodedValue();
        }

        var signers = signed.ReadSetOf(skipSortOrderValidation: true);
        var signer = signers.ReadSequence();
        signers.ThrowIfNotEmpty();
        return new KdcCms(content, Verify(signer, content, contentType, certificates), certificates);
    }

    private static X509Certificate2 Verify(AsnReader signer, byte[] content, string contentType, X509Certificate2Collection certificates)
    {
        signer.ReadInteger();
        var certificate = Find(signer, certificates) ?? throw new CryptographicException("the signer's certificate is not with the answer");
        var hash = HashOf(signer.ReadSequence().ReadObjectIdentifier());
        if (!Next(signer, 0))
        {
            throw new CryptographicException("the answer has no signed attributes");
        }

        var attributes = signer.ReadEncodedValue().ToArray();
        attributes[0] = 0x31;
        CheckAttributes(attributes, CryptographicOperations.HashData(hash, content), contentType);
        signer.ReadEncodedValue();
        var signature = signer.ReadOctetString();
        using var rsa = certificate.GetRSAPublicKey();
        using var ec = certificate.GetECDsaPublicKey();
        var good = rsa is not null ? rsa.KeySize >= 2048 && rsa.VerifyData(attributes, signature, hash, RSASignaturePadding.Pkcs1)
            : ec is not null && ec.VerifyData(attributes, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
        return good ? certificate : throw new CryptographicException("the signature does not fit");
    }

    private static void CheckAttributes(byte[] attributes, byte[] digest, string contentType)
    {
        var set = new AsnReader(attributes, AsnEncodingRules.BER).ReadSetOf(skipSortOrderValidation: true);
        var (typed, digested) = (0, 0);
        while (set.HasData)
        {
            var attribute = set.ReadSequence();
            var type = attribute.ReadObjectIdentifier();
            var values = attribute.ReadSetOf(skipSortOrderValidation: true);
            if (type == CmsOids.ContentType)
            {
                typed += values.ReadObjectIdentifier() == contentType ? 1 : throw new CryptographicException("the attributes name another content type");
                values.ThrowIfNotEmpty();
            }
            else if (type == CmsOids.MessageDigest)
            {
                digested += CryptographicOperations.FixedTimeEquals(values.ReadOctetString(), digest) ? 1 : throw new CryptographicException("the digest does not fit");
                values.ThrowIfNotEmpty();
            }
        }

        if ((typed, digested) != (1, 1))
        {
            throw new CryptographicException("the attributes lack content type or digest");
        }
    }

    /// <summary>By issuer and serial number, or by key identifier.</summary>
    private static X509Certificate2? Find(AsnReader signer, X509Certificate2Collection certificates)
    {
        if (signer.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            var identifier = signer.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 0));
            return certificates.FirstOrDefault(c => c.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any(e => e.SubjectKeyIdentifierBytes.Span.SequenceEqual(identifier)));
        }

        var name = signer.ReadSequence();
        var issuer = name.ReadEncodedValue();
        var serial = name.ReadIntegerBytes();
        return certificates.FirstOrDefault(c => c.IssuerName.RawData.AsSpan().SequenceEqual(issuer.Span) && c.SerialNumberBytes.Span.SequenceEqual(serial.Span));
    }

    private static X509Certificate2Collection ReadCertificates(AsnReader set)
    {
        X509Certificate2Collection certificates = [];
        while (set.HasData)
        {
            var encoded = set.ReadEncodedValue();
            if (certificates.Count == MaxCertificates)
            {
                throw new AsnContentException("too many certificates");
            }

            // Other forms than a plain certificate (attribute certificates) are passed over.
            if (encoded.Span[0] == 0x30)
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(encoded.Span));
            }
        }

        return certificates;
    }

    // SHA-1 stays, for the KDCs of Windows sign so by default: what they sign holds a fresh key of their own, so nobody can prepare a collision.
    private static HashAlgorithmName HashOf(string oid) => oid switch
    {
        CmsOids.Sha256 => HashAlgorithmName.SHA256,
        CmsOids.Sha384 => HashAlgorithmName.SHA384,
        CmsOids.Sha512 => HashAlgorithmName.SHA512,
        CmsOids.Sha1 => HashAlgorithmName.SHA1,
        _ => throw new CryptographicException($"the digest algorithm {oid} is not accepted"),
    };

    private static bool Next(AsnReader reader, int number) => reader.HasData && reader.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, number));

    private static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);
}
