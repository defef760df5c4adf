using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Accounting.Mail.Transport;

/// <summary>Opens TCP and TLS to a mail server; certificate and name are always checked.</summary>
internal static class SmtpDialer
{
    /// <summary>A TCP connection. Throws <see cref="SmtpFailure"/>.</summary>
    public static async Task<NetworkStream> ConnectAsync(SmtpSettings settings, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(settings.ConnectTimeout);
            await socket.ConnectAsync(settings.Host, settings.EffectivePort, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw Late(settings);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw e.SocketErrorCode switch
            {
                SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery =>
                    SmtpFailure.Temporary(SmtpCause.NameUnknown, $"{settings.Server}: the host name has no address: check the name and the DNS of this machine", e),
                SocketError.TimedOut => Late(settings),
                _ => SmtpFailure.Temporary(SmtpCause.Unreachable, $"{settings.Server}: nobody answers there ({e.SocketErrorCode}): check port and firewall, and that the mail server runs", e),
            };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>TLS over the stream. Throws <see cref="SmtpFailure"/> that says what is wrong with the certificate.</summary>
    public static async Task<SslStream> SecureAsync(Stream stream, SmtpSettings settings, CancellationToken cancellationToken)
    {
        var verdict = (Errors: SslPolicyErrors.None, Expired: false);
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(settings.ConnectTimeout);
            await tls.AuthenticateAsClientAsync(Options(settings, (errors, expired) => verdict = (errors, expired)), limit.Token);
            return tls;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await tls.DisposeAsync();
            throw Late(settings);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await tls.DisposeAsync();
            throw Explain(settings, verdict.Errors, verdict.Expired, e);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static SslClientAuthenticationOptions Options(SmtpSettings settings, Action<SslPolicyErrors, bool> judged)
    {
        // Revocation is not asked for: relays of companies have certificates whose lists can't be reached from a customer's site.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (settings.TrustedCas is { } cas)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(cas);
        }

        return new SslClientAuthenticationOptions
        {
            TargetHost = settings.Host,
            CertificateChainPolicy = policy,
            // It only looks at the verdict that chain and name gave, and never changes it.
            RemoteCertificateValidationCallback = (_, _, chain, errors) =>
            {
                judged(errors, chain?.ChainStatus.Any(s => s.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)) == true);
                return errors == SslPolicyErrors.None;
            },
        };
    }

    // Certificates get mended while mails wait, so that all of these are worth another try.
    private static SmtpFailure Explain(SmtpSettings settings, SslPolicyErrors errors, bool expired, Exception inner) => errors switch
    {
        _ when expired => SmtpFailure.Temporary(SmtpCause.CertificateExpired, $"{settings.Server}: the certificate of the mail server is outside its time: renew it, and check the clocks", inner),
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) =>
            SmtpFailure.Temporary(SmtpCause.CertificateUntrusted, $"{settings.Server}: no trusted CA signed the certificate of the mail server: give its CA in the settings", inner),
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) =>
            SmtpFailure.Temporary(SmtpCause.CertificateName, $"{settings.Server}: the certificate of the mail server is for another name than '{settings.Host}': write the name that is in it", inner),
        _ => SmtpFailure.Temporary(SmtpCause.TlsFailed,
            $"{settings.Server}: TLS fails before the mail server shows a usable certificate: check that this port speaks {(settings.Security == SmtpSecurity.Tls ? "TLS from the start (465)" : "STARTTLS (587)")}", inner),
    };

    private static SmtpFailure Late(SmtpSettings settings) => SmtpFailure.Temporary(SmtpCause.TimedOut,
        $"{settings.Server}: no connection within {settings.ConnectTimeout.TotalSeconds:0} s: check address and firewall");
}
