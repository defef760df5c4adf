using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>A CA of the test's own, with what it issues.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal TestAuthority()
    {
        var request = new CertificateRequest("CN=Test CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(2));
    }

    internal X509Certificate2 Certificate { get; }

    internal string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Certificate.RawData));

    internal X509Certificate2 IssueServer(string name = "127.0.0.1")
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var issued = request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30), RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(own);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    internal X509Certificate2 IssueTerminal(PublicKey publicKey, string terminal, DateTimeOffset from, DateTimeOffset to)
    {
        var request = new CertificateRequest(new X500DistinguishedName("CN=" + terminal), publicKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri("urn:copytrack:terminal:" + terminal));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        return request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, to, RandomNumberGenerator.GetBytes(8));
    }

    /// <summary>Fills a key folder as an enrolment would.</summary>
    internal void Enrol(string folder, string terminal, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        Directory.CreateDirectory(folder);
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = IssueTerminal(new PublicKey(own), terminal, from ?? DateTimeOffset.UtcNow.AddDays(-1), to ?? DateTimeOffset.UtcNow.AddDays(300));
        File.WriteAllText(Path.Combine(folder, "terminal.pem"), own.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(Path.Combine(folder, "ca.pem"), Certificate.ExportCertificatePem() + "\n");
    }

    /// <summary>A certs-only CMS message in base64, written by hand from RFC 5652.</summary>
    internal static string Bag(params X509Certificate2[] certificates)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        var explicitZero = new Asn1Tag(TagClass.ContextSpecific, 0, true);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.2");
            using (writer.PushSequence(explicitZero))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                writer.PushSetOf().Dispose();
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.840.113549.1.7.1");
                }
                using (writer.PushSetOf(explicitZero))
                {
                    foreach (var certificate in certificates)
                    {
                        writer.WriteEncodedValue(certificate.RawData);
                    }
                }
                writer.PushSetOf().Dispose();
            }
        }
        return Convert.ToBase64String(writer.Encode(), Base64FormattingOptions.InsertLineBreaks);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        key.Dispose();
    }
}
