using System.Formats.Asn1;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CopyTrack.LoadGenerator.Enrolment;

/// <summary>Enrolment of many terminals over few connections (RFC 7030, docs/terminal-protocol.md §1).</summary>
internal sealed class EstClient : IDisposable
{
    private readonly HttpClient client;
    private readonly Uri server;

    private EstClient(Uri server, X509Certificate2 authority)
    {
        (this.server, Authority) = (server, authority);
        client = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trust(authority) }, UseProxy = false });
    }

    /// <summary>The CA that issues to the terminals and that the server's certificate ends in.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>Only chains that end in this CA are good.</summary>
    public static X509ChainPolicy Trust(X509Certificate2 authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(authority);
        return policy;
    }

    /// <summary>Takes the CA with this SHA-256 fingerprint out of <c>cacerts</c>; the connection for that is not trusted, the fingerprint decides.</summary>
    public static async Task<EstClient> ConnectAsync(string host, int port, string fingerprint, CancellationToken cancellationToken)
    {
        var server = new Uri($"https://{host}:{port}/.well-known/est/");
        using var stranger = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true }, UseProxy = false });
        var found = Parse(await stranger.GetStringAsync(new Uri(server, "cacerts"), cancellationToken));
        return new EstClient(server, found.FirstOrDefault(c => c.GetCertHashString(HashAlgorithmName.SHA256).Equals(fingerprint, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidDataException("the server's CA has another fingerprint than the one that came with the code"));
    }

    /// <summary>A fresh P-256 key and its certificate. Throws <see cref="HttpRequestException"/> when the server refuses.</summary>
    public async Task<(ECDsa Key, X509Certificate2 Certificate)> EnrolAsync(string terminal, string code, CancellationToken cancellationToken)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var asked = new CertificateRequest($"CN={terminal}", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "simpleenroll")) { Content = new StringContent(Convert.ToBase64String(asked), Encoding.ASCII, "application/pkcs10") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{terminal}:{code}")));
        using var response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        var mine = key.ExportSubjectPublicKeyInfo();
        var certificate = Parse(await response.Content.ReadAsStringAsync(cancellationToken)).First(c => c.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(mine));
        return (key, certificate);
    }

    public void Dispose() => client.Dispose();

    // The certificates of a certs-only CMS message: SignedData's version, digestAlgorithms and encapContentInfo, then [0] certificates (RFC 5652 §5.1).
    private static List<X509Certificate2> Parse(string body)
    {
        var content = new AsnReader(Convert.FromBase64String(body), AsnEncodingRules.BER).ReadSequence();
        content.ReadObjectIdentifier();
        var signed = content.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
        signed.ReadInteger();
        signed.ReadEncodedValue();
        signed.ReadEncodedValue();
        var set = signed.ReadSetOf(skipSortOrderValidation: true, new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true));
        var found = new List<X509Certificate2>();
        while (set.HasData)
        {
            found.Add(X509CertificateLoader.LoadCertificate(set.ReadEncodedValue().Span));
        }

        return found;
    }
}
