using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Server.Secrets;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace CopyTrack.Server.Enrolment;

/// <summary>
/// TLS of the HTTPS port: the server's own certificate unless the operator gives another, and client certificates of our own CA only, which are asked
/// for but not needed. The CA is named in the handshake, so that browsers without such a certificate ask their user nothing.
/// </summary>
public static class EnrolmentTls
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    /// <summary>Options for <c>listen.UseHttps(…)</c>. <paramref name="given"/> is the operator's certificate with its key, or null for our own.</summary>
    public static HttpsConnectionAdapterOptions ForHttps(IServiceProvider services, SslStreamCertificateContext? given = null)
    {
        var own = services.GetRequiredService<ServerCertificate>();
        var authority = services.GetRequiredService<ICertificateAuthority>().Certificate;
        var contexts = new Contexts(authority);
        return new HttpsConnectionAdapterOptions
        {
            ClientCertificateMode = ClientCertificateMode.AllowCertificate,
            ClientCertificateValidation = (_, _, errors) => errors == SslPolicyErrors.None,
            ServerCertificateSelector = (_, _) => (given ?? own.Current).TargetCertificate,
            OnAuthenticate = (_, tls) =>
            {
                tls.ServerCertificateSelectionCallback = null;
                tls.ServerCertificate = null;
                tls.ServerCertificateContext = contexts.For(given ?? own.Current);
                tls.CertificateChainPolicy = ChainPolicy(authority);
            },
        };
    }

    private static X509ChainPolicy ChainPolicy(X509Certificate2 authority)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(new Oid(ClientAuth));
        policy.CustomTrustStore.Add(authority);
        return policy;
    }

    /// <summary>The context that names our CA, made anew only when the certificate is: sessions are resumed by context.</summary>
    private sealed class Contexts(X509Certificate2 authority)
    {
        private readonly Lock gate = new();
        private SslStreamCertificateContext? source, named;

        public SslStreamCertificateContext For(SslStreamCertificateContext plain)
        {
            lock (gate)
            {
                if (!ReferenceEquals(source, plain) || named is null)
                {
                    var trust = SslCertificateTrust.CreateForX509Collection([authority], sendTrustInHandshake: true);
                    named = SslStreamCertificateContext.Create(plain.TargetCertificate, [.. plain.IntermediateCertificates], offline: true, trust);
                    source = plain;
                }
                return named;
            }
        }
    }
}
