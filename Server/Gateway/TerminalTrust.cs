using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Server.Secrets;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace CopyTrack.Server.Gateway;

/// <summary>A certificate that passed: the terminal it names, and its serial number when our own CA issued it.</summary>
internal sealed record TerminalIdentity(string TerminalId, string? Serial);

/// <summary>
/// The TLS rules of the terminals port (docs/terminal-protocol.md §1). The check of the certificate runs for resumed sessions too, so that a revoked
/// terminal can't slip back in with a ticket.
/// </summary>
internal sealed class TerminalTrust(
    ICertificateAuthority authority, ServerCertificate server, TerminalDirectory directory, GatewayOptions options, ILogger<TerminalTrust> logger)
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private static readonly SslApplicationProtocol s_protocol = new("copytrack/1");

    // TLS 1.2 alone needs a list; one costs a TLS context for each connection, so clients that speak 1.3 are served without.
#pragma warning disable CA1416 // Windows takes its suites from the system.
    private static readonly CipherSuitesPolicy? s_tls12 = OperatingSystem.IsWindows() ? null : new CipherSuitesPolicy(
    [
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]);
#pragma warning restore CA1416

    /// <summary>Options for <c>listen.UseHttps(…)</c> on the terminals port.</summary>
    public HttpsConnectionAdapterOptions ForTerminals() => new()
    {
        ClientCertificateMode = ClientCertificateMode.RequireCertificate,
        HandshakeTimeout = TimeSpan.FromSeconds(options.HandshakeSeconds),
        ClientCertificateValidation = IsAllowed,
        ServerCertificateSelector = (_, _) => server.Current.TargetCertificate,
        TlsClientHelloBytesCallback = (connection, hello) => connection.Features.Set(new OfferedVersion(ClientHello.OffersTls13(hello))),
        OnAuthenticate = (connection, tls) => Configure(tls, connection.Features.Get<OfferedVersion>()?.Tls13 ?? true),
    };

    private void Configure(SslServerAuthenticationOptions tls, bool modern)
    {
        tls.ServerCertificateSelectionCallback = null;
        tls.ServerCertificate = null;
        tls.ServerCertificateContext = server.Current;
        tls.ClientCertificateRequired = true;
#pragma warning disable CA5398 // The protocol page names the versions; the choice between them is made here.
        tls.EnabledSslProtocols = modern ? SslProtocols.Tls13 : SslProtocols.Tls12;
#pragma warning restore CA5398
        tls.CipherSuitesPolicy = modern ? null : s_tls12;
        tls.AllowRenegotiation = false;
        tls.ApplicationProtocols = [s_protocol];
        tls.CertificateChainPolicy = ChainPolicy();
    }

    private sealed record OfferedVersion(bool Tls13);

    /// <summary>The terminal behind a certificate that was let in.</summary>
    public TerminalIdentity? Identify(X509Certificate2 certificate)
    {
        if (TerminalNames.Read(certificate) is not { } id)
        {
            return null;
        }
        var ours = certificate.IssuerName.RawData.AsSpan().SequenceEqual(authority.Certificate.SubjectName.RawData);
        return new TerminalIdentity(id, ours ? certificate.SerialNumber : null);
    }

    private X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(new Oid(ClientAuth));
        policy.CustomTrustStore.Add(authority.Certificate);
        foreach (var added in options.AddedAuthorities)
        {
            policy.CustomTrustStore.Add(added.Certificate);
        }
        return policy;
    }

    private bool IsAllowed(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var cause = Refusal(certificate, chain, errors);
        if (cause is not null)
        {
            logger.CertificateRefused(certificate.Thumbprint, cause);
        }
        return cause is null;
    }

    private string? Refusal(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.None || chain is null || chain.ChainElements.Count == 0)
        {
            return "expired, not for client authentication, or of a foreign authority";
        }
        if (!certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(e => e.EnhancedKeyUsages[ClientAuth] is not null))
        {
            return "not for client authentication";
        }
        if (TerminalNames.Read(certificate) is not { } id)
        {
            return "it names no terminal";
        }
        var root = chain.ChainElements[^1].Certificate.RawData;
        var ours = root.AsSpan().SequenceEqual(authority.Certificate.RawData);
        if (!ours && !options.AddedAuthorities.Any(a => a.TerminalIds.Contains(id) && root.AsSpan().SequenceEqual(a.Certificate.RawData)))
        {
            return "its authority may not name this terminal";
        }
        return directory.Judge(id, ours ? certificate.SerialNumber : null) == Admission.Refused ? "revoked" : null;
    }
}
