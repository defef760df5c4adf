using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Server.Secrets;

/// <summary>
/// The certificate of the terminals port, and of the HTTPS port unless the operator gives another: issued by the own CA, made anew when its names
/// change or the last third of its time begins. Safe for use by many threads.
/// </summary>
public sealed class ServerCertificate
{
    private const string CertificateFile = "server.pem", KeyFile = "server.key";

    private readonly string folder;
    private readonly CertificateAuthority authority;
    private readonly ImmutableArray<string> names;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private SslStreamCertificateContext? current;

    internal ServerCertificate(string folder, CertificateAuthority authority, ImmutableArray<string> names, TimeProvider time)
    {
        this.folder = folder;
        this.authority = authority;
        this.names = names;
        this.time = time;
    }

    /// <summary>What a TLS server presents now: certificate, key, chain; never asks the network for anything.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (gate)
            {
                return current is { } held && IsFresh(held.TargetCertificate) ? held : current = Load();
            }
        }
    }

    private SslStreamCertificateContext Load()
    {
        var certificatePath = Path.Combine(folder, CertificateFile);
        var keyPath = Path.Combine(folder, KeyFile);
        if (TryRead(certificatePath, keyPath) is { } stored)
        {
            return stored;
        }
        var (certificatePem, keyPem) = authority.IssueServer(names, time.GetUtcNow());
        PrivateFiles.Write(keyPath, keyPem);
        PrivateFiles.Write(certificatePath, certificatePem);
        return Context(X509Certificate2.CreateFromPem(certificatePem, keyPem));
    }

    private SslStreamCertificateContext? TryRead(string certificatePath, string keyPath)
    {
        if (!File.Exists(certificatePath) || !File.Exists(keyPath))
        {
            return null;
        }
        try
        {
            var stored = X509Certificate2.CreateFromPem(File.ReadAllText(certificatePath), File.ReadAllText(keyPath));
            return IsFresh(stored) && IsOurs(stored) ? Context(stored) : null;
        }
        catch (CryptographicException)
        {
            // Half written by a killed process: made anew.
            return null;
        }
    }

    private static SslStreamCertificateContext Context(X509Certificate2 certificate) => SslStreamCertificateContext.Create(certificate, null, offline: true);

    private bool IsFresh(X509Certificate2 certificate)
    {
        DateTimeOffset from = certificate.NotBefore.ToUniversalTime(), until = certificate.NotAfter.ToUniversalTime();
        return time.GetUtcNow() < from + ((until - from) * 2 / 3);
    }

    private bool IsOurs(X509Certificate2 certificate)
    {
        if (!certificate.IssuerName.RawData.AsSpan().SequenceEqual(authority.Certificate.SubjectName.RawData))
        {
            return false;
        }
        var alternative = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var held = alternative is null ? [] : alternative.EnumerateDnsNames().Concat(alternative.EnumerateIPAddresses().Select(a => a.ToString()));
        return held.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(names);
    }
}
