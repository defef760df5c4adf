using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CopyTrack.Server.Enrolment;

namespace CopyTrack.Server.Hosting.Demo;

/// <summary>What a terminal has after enrolment: its certificate with the key, and the CA that it trusts from then on.</summary>
internal sealed record DemoIdentity(X509Certificate2 Own, X509Certificate2 Authority);

/// <summary>Enrols a terminal as any other would, over EST on the HTTPS port (docs/terminal-protocol.md §1).</summary>
internal static class DemoEnrolment
{
    /// <summary>Fetches the CA, checks it against the code's fingerprint, then asks for a certificate. Throws <see cref="HttpRequestException"/> or <see cref="CryptographicException"/>.</summary>
    public static async Task<DemoIdentity> EnrolAsync(int httpsPort, EnrolmentCode code, CancellationToken cancellationToken)
    {
        using var doubtful = Client(httpsPort, (_, _, _, _) => true);
        var authority = Read(await doubtful.GetStringAsync("cacerts", cancellationToken));
        if (!string.Equals(Convert.ToHexString(SHA256.HashData(authority.RawDataMemory.Span)), code.CaFingerprint, StringComparison.OrdinalIgnoreCase))
        {
            throw new CryptographicException("the server's CA has another fingerprint than the one given with the code");
        }

        using var trusting = Client(httpsPort, (_, server, _, errors) => (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0 && IsIssuedBy(authority, server));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var request = new HttpRequestMessage(HttpMethod.Post, "simpleenroll");
        request.Content = new StringContent(Convert.ToBase64String(new CertificateRequest("CN=demo", key, HashAlgorithmName.SHA256).CreateSigningRequest()));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/pkcs10");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{code.TerminalId}:{code.Code}")));
        using var response = await trusting.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var issued = Read(await response.Content.ReadAsStringAsync(cancellationToken));
        return new DemoIdentity(issued.CopyWithPrivateKey(key), authority);
    }

    /// <summary>True for a certificate that this CA alone vouches for.</summary>
    public static bool IsIssuedBy(X509Certificate2 authority, X509Certificate? certificate)
    {
        if (certificate is null)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(leaf);
    }

    private static HttpClient Client(int port, RemoteCertificateValidationCallback check) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = check }, AllowAutoRedirect = false, UseCookies = false, UseProxy = false,
    })
    {
        BaseAddress = new UriBuilder("https", "127.0.0.1", port, ".well-known/est/").Uri, Timeout = TimeSpan.FromSeconds(30),
    };

    private static X509Certificate2 Read(string base64)
    {
        var all = new X509Certificate2Collection();
#pragma warning disable SYSLIB0057 // The loader that replaces it reads no certificate lists.
        all.Import(Convert.FromBase64String(base64));
#pragma warning restore SYSLIB0057
        return all.Count > 0 ? all[0] : throw new CryptographicException("the server's answer holds no certificate");
    }
}
