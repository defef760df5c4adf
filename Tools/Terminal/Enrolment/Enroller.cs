using CopyTrack.Terminal.Configuration;

namespace CopyTrack.Terminal.Enrolment;

/// <summary>First enrolment and renewal (docs/terminal-protocol.md §1).</summary>
internal sealed class Enroller(TerminalOptions options, KeyFolder folder, TimeProvider time)
{
    /// <summary>
    /// Enrols with the one-time code and keeps key, certificate and CA; returns when the certificate ends. After a lost reply, calling it again with the same
    /// code resumes with the same key. Throws <see cref="EnrolmentException"/> or <see cref="ConfigurationException"/>.
    /// </summary>
    internal async Task<DateTimeOffset> EnrolAsync(string code, string? fingerprint, CancellationToken cancellationToken)
    {
        var expected = fingerprint is null ? options.Server.CaFingerprint : Fingerprint.Normalise(fingerprint);
        if (!Fingerprint.IsValid(expected))
        {
            throw new ConfigurationException("server.caFingerprint", "is needed to enrol (64 hexadecimal digits), here or as --fingerprint");
        }
        var est = new EstClient(options.Server.EnrolmentUrl ?? throw new ConfigurationException("server.enrolmentUrl", "is needed to enrol"));
        folder.Prepare();
        using var authority = await est.FetchAuthorityAsync(expected, cancellationToken);
        using var key = folder.PendingOrNewKey();
        using var certificate = await est.EnrolAsync(options.Terminal.Id, code, key, authority, cancellationToken);
        folder.SaveAuthority(authority);
        folder.SaveIdentity(key, certificate);
        return certificate.NotAfter.ToUniversalTime();
    }

    /// <summary>Renews when two thirds of the certificate's time are over; true when a new one was kept. Throws <see cref="EnrolmentException"/>.</summary>
    internal async Task<bool> RenewIfDueAsync(CancellationToken cancellationToken)
    {
        using var present = folder.LoadIdentity();
        using var authority = folder.LoadAuthority();
        if (present is null || authority is null || options.Server.EnrolmentUrl is null || time.GetUtcNow() < RenewalDue(present))
        {
            return false;
        }
        using var key = folder.PendingOrNewKey();
        using var renewed = await new EstClient(options.Server.EnrolmentUrl).RenewAsync(options.Terminal.Id, present, key, authority, cancellationToken);
        folder.SaveIdentity(key, renewed);
        return true;
    }

    /// <summary>When a certificate is to be renewed.</summary>
    internal static DateTimeOffset RenewalDue(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        DateTimeOffset from = certificate.NotBefore.ToUniversalTime(), to = certificate.NotAfter.ToUniversalTime();
        return from + ((to - from) * 2 / 3);
    }
}
