using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CopyTrack.Integration.Office;

/// <summary>What a terminal has after its enrolment by EST: its certificate with the key, and the authority that it trusts.</summary>
internal sealed record TerminalIdentity(X509Certificate2 Authority, X509Certificate2 Certificate) : IDisposable
{
    /// <summary>Enrols as docs/terminal-protocol.md §1 says: the authority is checked by its fingerprint before the code is sent.</summary>
    public static async Task<TerminalIdentity> EnrolAsync(int httpsPort, string terminal, string code, string caFingerprint)
    {
        X509Certificate2 authority;
        using (var first = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } }))
        {
            authority = ReadPkcs7(await first.GetStringAsync(new Uri($"https://localhost:{httpsPort}/.well-known/est/cacerts")));
        }

        if (Convert.ToHexStringLower(SHA256.HashData(authority.RawData)) != caFingerprint)
        {
            throw new InvalidOperationException("the authority is not the one that goes with the code");
        }

        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = Trust(authority) } });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{terminal}:{code}")));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Convert.ToBase64String(new CertificateRequest("CN=terminal", key, HashAlgorithmName.SHA256).CreateSigningRequest());
        using var body = new StringContent(request, Encoding.ASCII, "application/pkcs10");
        using var response = await client.PostAsync(new Uri($"https://localhost:{httpsPort}/.well-known/est/simpleenroll"), body);
        response.EnsureSuccessStatusCode();
        using var issued = ReadPkcs7(await response.Content.ReadAsStringAsync());
        return new TerminalIdentity(authority, issued.CopyWithPrivateKey(key));
    }

    /// <summary>Trust in this authority alone; the name is checked by the stream.</summary>
    public static X509ChainPolicy Trust(X509Certificate2 authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(authority);
        return policy;
    }

    /// <summary>How it connects to the terminals' port.</summary>
    public SslClientAuthenticationOptions Options() => new()
    {
        TargetHost = "localhost", CertificateChainPolicy = Trust(Authority),
        ClientCertificateContext = SslStreamCertificateContext.Create(Certificate, null, offline: true),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        Authority.Dispose();
        Certificate.Dispose();
    }

    private static X509Certificate2 ReadPkcs7(string base64)
    {
#pragma warning disable SYSLIB0057 // The only reader of certs-only PKCS#7 without another package.
        var all = new X509Certificate2Collection();
        all.Import(Convert.FromBase64String(base64));
#pragma warning restore SYSLIB0057
        return all.Single();
    }
}
