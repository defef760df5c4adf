using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CopyTrack.TestKit.Kerberos;

/// <summary>A certificate authority of the tests: makes certificates for KDCs and cards as RFC 4556 §3.2.2 and §3.2.4 describe them.</summary>
public sealed class PkinitAuthority : IDisposable
{
    /// <summary>id-pkinit-KPClientAuth.</summary>
    public const string ClientPurpose = "1.3.6.1.5.2.3.4";

    /// <summary>id-pkinit-KPKdc.</summary>
    public const string KdcPurpose = "1.3.6.1.5.2.3.5";

    private readonly RSA key = RSA.Create(2048);
    private readonly RSA kdcKey = RSA.Create(2048);
    private int serial = 100;

    public PkinitAuthority(string realm)
    {
        var request = new CertificateRequest("CN=Test CA " + realm, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        Kdc = Issue(kdcKey, "CN=kdc." + realm, PrincipalName(realm, 2, "krbtgt", realm), KdcPurpose);
    }

    /// <summary>The authority's certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The KDC's certificate with its key.</summary>
    public X509Certificate2 Kdc { get; }

    public string AuthorityPem => Certificate.ExportCertificatePem();

    public string KdcPem => Kdc.ExportCertificatePem();

    public string KdcKeyPem => kdcKey.ExportPkcs8PrivateKeyPem();

    /// <summary>A card's certificate for a principal (id-pkinit-san), without a private key in it.</summary>
    public X509Certificate2 IssueCard(AsymmetricAlgorithm card, string realm, string user, DateTimeOffset? until = null) =>
        Issue(card, "CN=" + user, PrincipalName(realm, 1, user), ClientPurpose, until);

    /// <summary>A card's certificate for a user principal name, as Microsoft's.</summary>
    public X509Certificate2 IssueUpnCard(AsymmetricAlgorithm card, string upn) => Issue(card, "CN=upn", UserPrincipalName(upn), ClientPurpose);

    /// <summary>A certificate with this otherName (or none) and purpose.</summary>
    public X509Certificate2 Issue(AsymmetricAlgorithm subject, string name, byte[]? otherName, string purpose, DateTimeOffset? until = null, string? dnsName = null)
    {
        var request = subject is ECDsa curve
            ? new CertificateRequest(name, curve, HashAlgorithmName.SHA256)
            : new CertificateRequest(name, (RSA)subject, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        if (AlternativeName(otherName, dnsName) is { } names)
        {
            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", names, false));
        }

        var number = Interlocked.Increment(ref serial);
        var end = until ?? DateTimeOffset.UtcNow.AddDays(20);
        var begin = end < DateTimeOffset.UtcNow ? end.AddHours(-1) : DateTimeOffset.UtcNow.AddHours(-1);
        var issued = request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1), begin, end, [(byte)(number >> 8), (byte)number]);
        return subject switch
        {
            RSA rsa => issued.CopyWithPrivateKey(rsa),
            ECDsa ec => issued.CopyWithPrivateKey(ec),
            _ => issued,
        };
    }

    /// <summary>A list of revoked certificates (PEM) of this authority.</summary>
    public string RevocationList(DateTimeOffset nextUpdate, params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
        {
            builder.AddEntry(certificate);
        }

        return PemEncoding.WriteString("X509 CRL", builder.Build(Certificate, 1, nextUpdate, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, nextUpdate.AddDays(-30)));
    }

    /// <summary>An otherName of type id-pkinit-san.</summary>
    public static byte[] PrincipalName(string realm, int type, params string[] parts) => Other("1.3.6.1.5.2.2", writer =>
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence(Context(0)))
            {
                General(writer, realm);
            }

            using (writer.PushSequence(Context(1)))
            using (writer.PushSequence())
            {
                using (writer.PushSequence(Context(0)))
                {
                    writer.WriteInteger(type);
                }

                using (writer.PushSequence(Context(1)))
                using (writer.PushSequence())
                {
                    foreach (var part in parts)
                    {
                        General(writer, part);
                    }
                }
            }
        }
    });

    public void Dispose()
    {
        Certificate.Dispose();
        Kdc.Dispose();
        key.Dispose();
        kdcKey.Dispose();
    }

    private static byte[] UserPrincipalName(string upn) => Other("1.3.6.1.4.1.311.20.2.3", writer => writer.WriteCharacterString(UniversalTagNumber.UTF8String, upn));

    private static byte[] Other(string oid, Action<AsnWriter> value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence(Context(0)))
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSequence(Context(0)))
            {
                value(writer);
            }
        }

        return writer.Encode();
    }

    private static byte[]? AlternativeName(byte[]? otherName, string? dnsName)
    {
        if (otherName is null && dnsName is null)
        {
            return null;
        }

        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (otherName is not null)
            {
                writer.WriteEncodedValue(otherName);
            }

            if (dnsName is not null)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, dnsName, new Asn1Tag(TagClass.ContextSpecific, 2));
            }
        }

        return writer.Encode();
    }

    private static void General(AsnWriter writer, string text)
    {
        var inner = new AsnWriter(AsnEncodingRules.DER);
        inner.WriteOctetString(Encoding.UTF8.GetBytes(text));
        var encoded = inner.Encode();
        encoded[0] = 27;
        writer.WriteEncodedValue(encoded);
    }

    private static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);
}
