using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Agent.Page;

/// <summary>The certificate of the page: a given one, or the agent's own.</summary>
internal static class PageCertificate
{
    private const string FileName = "page.pem";
    private const int Years = 10;

    /// <summary>The certificate with its key. The own one is made once and kept in the folder, readable by the agent alone. Throws <see cref="AgentException"/>.</summary>
    public static X509Certificate2 Load(AgentPageSettings settings, string folder, DateTimeOffset now)
    {
        try
        {
            if (settings.CertificateFile is { } file)
            {
                return X509Certificate2.CreateFromPemFile(file, settings.KeyFile);
            }

            var own = Path.Combine(folder, FileName);
            if (!File.Exists(own))
            {
                Make(own, now);
            }

            return X509Certificate2.CreateFromPemFile(own);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new AgentException($"page: certificateFile: the certificate can't be used: {e.Message}", e);
        }
    }

    private static void Make(string path, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=CopyTrack agent", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(Environment.MachineName);
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(Years));
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.WriteLine(certificate.ExportCertificatePem());
        writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
    }
}
