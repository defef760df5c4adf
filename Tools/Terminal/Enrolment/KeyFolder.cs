using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Terminal.Native;

namespace CopyTrack.Terminal.Enrolment;

/// <summary>The terminal's folder (0700) and its files (0600): key with certificate in one file, so that no crash can part them, and the server's CA.</summary>
internal sealed class KeyFolder(string path)
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileRights = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Identity = "terminal.pem", Authority = "ca.pem", PendingKey = "pending.key";

    /// <summary>Full path of a file in the folder.</summary>
    internal string PathOf(string name) => Path.Combine(path, name);

    /// <summary>Makes the folder, or takes it from everyone else. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    internal void Prepare()
    {
        Directory.CreateDirectory(path, FolderMode);
        if (File.GetUnixFileMode(path) != FolderMode)
        {
            File.SetUnixFileMode(path, FolderMode);
        }
    }

    /// <summary>Replaces a file in one step: readers see the old or the new, also after a power cut.</summary>
    internal void Write(string name, ReadOnlySpan<byte> content)
    {
        var temporary = PathOf($".{name}.new");
        using (var stream = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = FileRights }))
        {
            File.SetUnixFileMode(stream.SafeFileHandle, FileRights);
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, PathOf(name), overwrite: true);
        LibC.SyncFolder(path);
    }

    /// <summary>The file's bytes, or null when there is none.</summary>
    internal byte[]? Read(string name) => File.Exists(PathOf(name)) ? File.ReadAllBytes(PathOf(name)) : null;

    /// <summary>The certificate with its key, or null when this terminal is not enrolled. Throws <see cref="CryptographicException"/> when the file is damaged.</summary>
    internal X509Certificate2? LoadIdentity()
    {
        if (Read(Identity) is not { } bytes)
        {
            return null;
        }
        var pem = System.Text.Encoding.ASCII.GetString(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return X509Certificate2.CreateFromPem(pem, pem);
    }

    /// <summary>Keeps key and certificate, and forgets the key that waited for it.</summary>
    internal void SaveIdentity(ECDsa key, X509Certificate2 certificate)
    {
        Write(Identity, System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem() + "\n"));
        File.Delete(PathOf(PendingKey));
    }

    /// <summary>The server's CA, or null before the first enrolment.</summary>
    internal X509Certificate2? LoadAuthority() => Read(Authority) is { } bytes ? X509Certificate2.CreateFromPem(System.Text.Encoding.ASCII.GetString(bytes)) : null;

    /// <summary>Keeps the server's CA.</summary>
    internal void SaveAuthority(X509Certificate2 authority) => Write(Authority, System.Text.Encoding.ASCII.GetBytes(authority.ExportCertificatePem() + "\n"));

    /// <summary>The key of an enrolment under way: made and written before the request goes out, the same again after a lost reply.</summary>
    internal ECDsa PendingOrNewKey()
    {
        if (Read(PendingKey) is { } bytes)
        {
            var kept = ECDsa.Create();
            kept.ImportFromPem(System.Text.Encoding.ASCII.GetString(bytes));
            return kept;
        }
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write(PendingKey, System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        return key;
    }
}
