using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Identity.Kerberos.Pkinit;

/// <summary>
/// A certificate revocation list (RFC 5280 §5) from a file: complete lists of one issuer. Delta lists and lists that cover a part only (a critical extension) are
/// refused, for they prove less than they seem to.
/// </summary>
public sealed class RevocationList
{
    private const int MaxEntries = 2_000_000;

    private readonly byte[] signedPart;
    private readonly byte[] signature;
    private readonly HashAlgorithmName hash;
    private readonly HashSet<BigInteger> revoked;

    private RevocationList(byte[] issuer, byte[] signedPart, byte[] signature, HashAlgorithmName hash, DateTimeOffset? nextUpdate, HashSet<BigInteger> revoked)
    {
        (Issuer, this.signedPart, this.signature, this.hash, NextUpdate, this.revoked) = (issuer, signedPart, signature, hash, nextUpdate, revoked);
    }

    /// <summary>Until when the list may be relied on; null when it does not say.</summary>
    public DateTimeOffset? NextUpdate { get; }

    internal byte[] Issuer { get; }

    /// <summary>Reads PEM or DER. Throws <see cref="FormatException"/> with the reason.</summary>
    public static RevocationList Read(byte[] file)
    {
        try
        {
            var text = System.Text.Encoding.ASCII.GetString(file);
            var der = PemEncoding.TryFind(text, out var fields) && text[fields.Label] == "X509 CRL" ? Convert.FromBase64String(text[fields.Base64Data]) : file;
            return ReadDer(der);
        }
        catch (AsnContentException fault)
        {
            throw new FormatException("not a certificate revocation list: " + fault.Message, fault);
        }
    }

    /// <summary>
    /// Null when the certificate is not revoked, else the reason: revoked, list expired, or no list of its issuer. The issuer's key verifies the list.
    /// </summary>
    internal static string? Check(IEnumerable<RevocationList> lists, X509Certificate2 certificate, X509Certificate2 issuer, DateTimeOffset now)
    {
        var reason = $"there is no revocation list of {issuer.Subject}";
        foreach (var list in lists.Where(l => l.Issuer.AsSpan().SequenceEqual(certificate.IssuerName.RawData)))
        {
            if (!list.SignedBy(issuer))
            {
                reason = $"the revocation list of {issuer.Subject} has a wrong signature";
            }
            else if (list.NextUpdate is { } next && next < now)
            {
                reason = string.Create(CultureInfo.InvariantCulture, $"the revocation list of {issuer.Subject} ended {next:u}; fetch the new one");
            }
            else
            {
                return list.revoked.Contains(new BigInteger(certificate.SerialNumberBytes.Span, isBigEndian: true)) ? "the certificate is revoked" : null;
            }
        }

        return reason;
    }

    private bool SignedBy(X509Certificate2 issuer)
    {
        using var rsa = issuer.GetRSAPublicKey();
        using var ec = issuer.GetECDsaPublicKey();
        return rsa?.VerifyData(signedPart, signature, hash, RSASignaturePadding.Pkcs1) ?? ec?.VerifyData(signedPart, signature, hash, DSASignatureFormat.Rfc3279DerSequence) ?? false;
    }

    private static RevocationList ReadDer(byte[] der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var list = outer.ReadSequence();
        var signedPart = list.PeekEncodedValue().ToArray();
        var body = list.ReadSequence();
        var hash = HashOf(list.ReadSequence().ReadObjectIdentifier());
        var signature = list.ReadBitString(out _);
        if (body.PeekTag() == Asn1Tag.Integer)
        {
            body.ReadInteger();
        }

        body.ReadSequence();
        var issuer = body.ReadEncodedValue().ToArray();
        Time(body);
        DateTimeOffset? next = body.HasData && IsTime(body.PeekTag()) ? Time(body) : null;
        HashSet<BigInteger> revoked = [];
        if (body.HasData && body.PeekTag() == Asn1Tag.Sequence)
        {
            for (var entries = body.ReadSequence(); entries.HasData;)
            {
                revoked.Add(entries.ReadSequence().ReadInteger());
                if (revoked.Count > MaxEntries)
                {
                    throw new AsnContentException("too many entries");
                }
            }
        }

        if (body.HasData)
        {
            RefuseCritical(body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)).ReadSequence());
        }

        return new RevocationList(issuer, signedPart, signature, hash, next, revoked);
    }

    private static void RefuseCritical(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            if (extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean())
            {
                throw new AsnContentException($"it has the critical extension {oid}; only complete lists are taken");
            }
        }
    }

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTimeOffset Time(AsnReader reader) => reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private static HashAlgorithmName HashOf(string oid) => oid switch
    {
        "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
        _ => throw new AsnContentException($"its signature algorithm {oid} is not accepted"),
    };
}
