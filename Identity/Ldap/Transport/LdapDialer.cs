using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Identity.Ldap.Transport;

/// <summary>Opens TCP and TLS to one server; the certificate and its name are always checked.</summary>
internal static class LdapDialer
{
    /// <summary>A TCP connection. Throws <see cref="LdapException"/> with the cause.</summary>
    public static async Task<NetworkStream> ConnectAsync(LdapServer server, LdapSettings settings, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(settings.ConnectTimeout);
            await socket.ConnectAsync(server.Host, server.Port, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw Late(server, settings);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw e.SocketErrorCode switch
            {
                SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery =>
                    new LdapException(LdapCause.NameUnknown, $"{server}: the host name has no address: check the name and the DNS of this machine", e),
                SocketError.TimedOut => Late(server, settings),
                _ => new LdapException(LdapCause.Refused, $"{server}: nobody answers there ({e.SocketErrorCode}): check port and firewall, and that the directory runs", e),
            };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>TLS over the stream, which is closed when it fails. Throws <see cref="LdapException"/> with what is wrong with the certificate.</summary>
    public static async Task<SslStream> SecureAsync(Stream stream, LdapServer server, LdapSettings settings, CancellationToken cancellationToken)
    {
        var verdict = (Errors: SslPolicyErrors.None, Expired: false);
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(settings.ConnectTimeout);
            await tls.AuthenticateAsClientAsync(Options(server, settings, (errors, expired) => verdict = (errors, expired)), limit.Token);
            return tls;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await tls.DisposeAsync();
            throw Late(server, settings);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await tls.DisposeAsync();
            throw Explain(server, verdict.Errors, verdict.Expired, e);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static SslClientAuthenticationOptions Options(LdapServer server, LdapSettings settings, Action<SslPolicyErrors, bool> judged)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = settings.CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
            RevocationFlag = X509RevocationFlag.ExcludeRoot,
            DisableCertificateDownloads = !settings.CheckRevocation,
        };
        if (settings.TrustedCas is { } cas)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(cas);
        }

        return new SslClientAuthenticationOptions
        {
            TargetHost = server.Host,
            CertificateChainPolicy = policy,
            ClientCertificateContext = settings.ClientCertificate is { } own ? SslStreamCertificateContext.Create(own, null, offline: true) : null,
            // It only looks at the verdict that chain and name gave, and never changes it.
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                judged(errors, chain?.ChainStatus.Any(s => s.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)) == true);
                return errors == SslPolicyErrors.None;
            },
        };
    }

    private static LdapException Explain(LdapServer server, SslPolicyErrors errors, bool expired, Exception inner) => errors switch
    {
        _ when expired => new LdapException(LdapCause.CertificateExpired, $"{server}: the certificate of the directory is outside its time: renew it, and check the clocks", inner),
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) =>
            new LdapException(LdapCause.CertificateUntrusted, $"{server}: no trusted CA signed the certificate of the directory: put its CA into CaFile", inner),
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) =>
            new LdapException(LdapCause.CertificateName, $"{server}: the certificate of the directory is for another name than '{server.Host}': write the name that is in it", inner),
        _ => new LdapException(LdapCause.TlsFailed, $"{server}: TLS fails before the directory shows a usable certificate: check that this port speaks {(server.Security == LdapSecurity.Tls ? "LDAPS" : "StartTLS")}", inner),
    };

    private static LdapException Late(LdapServer server, LdapSettings settings) => new(LdapCause.ConnectTimeout,
        string.Create(CultureInfo.InvariantCulture, $"{server}: no connection within {settings.ConnectTimeout.TotalSeconds:0.#} s: check address and firewall, or raise ConnectSeconds"));
}
