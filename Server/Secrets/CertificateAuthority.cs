using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Server.Secrets;

/// <summary>The server's own CA (docs/terminal-protocol.md §1). Safe for use by many threads.</summary>
public interface ICertificateAuthority
{
    /// <summary>The CA's certificate, without its key.</summary>
    X509Certificate2 Certificate { get; }

    /// <summary>SHA-256 of the CA's certificate (DER), lower-case hex: what a terminal compares before it sends its code.</summary>
    string Fingerprint { get; }

    /// <summary>
    /// A certificate for a terminal: SAN <c>urn:copytrack:terminal:ID</c>, clientAuth alone, valid for a year from <paramref name="now"/>,
    /// a random serial number of 16 bytes.
    /// </summary>
    X509Certificate2 Issue(string terminalId, PublicKey publicKey, DateTimeOffset now);
}

/// <summary>ECDSA P-256 with SHA-256; serves terminals and the server's own certificate.</summary>
internal sealed class CertificateAuthority : ICertificateAuthority, IDisposable
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1", ClientAuth = "1.3.6.1.5.5.7.3.2";
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(10);
    private readonly ECDsa key;

    private CertificateAuthority(X509Certificate2 certificate, ECDsa key)
    {
        this.key = key;
        Certificate = certificate;
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
    }

    public X509Certificate2 Certificate { get; }

    public string Fingerprint { get; }

    /// <summary>Makes a CA that lasts twenty years; its name carries four random bytes, so that two installations are told apart.</summary>
    public static (string CertificatePem, string KeyPem) Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=CopyTrack CA {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var certificate = request.CreateSelfSigned(now - TimeSpan.FromDays(1), now.AddYears(20));
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>The CA of two PEM texts; throws <see cref="CryptographicException"/> when they don't belong together.</summary>
    public static CertificateAuthority Load(string certificatePem, string keyPem)
    {
        var certificate = X509Certificate2.CreateFromPem(certificatePem);
        var key = ECDsa.Create();
        key.ImportFromPem(keyPem);
        using var held = certificate.GetECDsaPublicKey();
        return held is not null && held.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo())
            ? new CertificateAuthority(certificate, key)
            : throw new CryptographicException("the CA's certificate and key don't belong together");
    }

    public X509Certificate2 Issue(string terminalId, PublicKey publicKey, DateTimeOffset now)
    {
        var request = new CertificateRequest(new X500DistinguishedName("CN=CopyTrack terminal"), publicKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(TerminalNames.UriOf(terminalId)));
        request.CertificateExtensions.Add(names.Build());
        return Sign(request, ClientAuth, now, now.AddYears(1));
    }

    /// <summary>A certificate for the server itself, for about a year.</summary>
    public (string CertificatePem, string KeyPem) IssueServer(ImmutableArray<string> serverNames, DateTimeOffset now)
    {
        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=CopyTrack server", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in serverNames)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(name);
            }
        }
        request.CertificateExtensions.Add(names.Build());
        using var certificate = Sign(request, ServerAuth, now, now.AddDays(397));
        return (certificate.ExportCertificatePem() + "\n", serverKey.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private X509Certificate2 Sign(CertificateRequest request, string usage, DateTimeOffset now, DateTimeOffset until)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var agreement = request.PublicKey.Oid.Value == "1.2.840.113549.1.1.1" ? X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.None;
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | agreement, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        var serial = RandomNumberGenerator.GetBytes(16);
        // RFC 5280 §4.1.2.2: positive; a leading zero byte would be cut and shorten it.
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        var last = new DateTimeOffset(Certificate.NotAfter.ToUniversalTime());
        return request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now - s_clockSkew, until < last ? until : last, serial);
    }

    public void Dispose() => key.Dispose();
}
