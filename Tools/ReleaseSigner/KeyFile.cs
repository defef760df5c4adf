using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;

namespace CopyTrack.ReleaseSigner;

/// <summary>The publisher's private release key in a file, encrypted by a passphrase.</summary>
internal static class KeyFile
{
    private const int ShortestPassphrase = 12, Iterations = 600_000;

    /// <summary>Makes a key: the private half into <paramref name="path"/>, which must not be there, the public half beside it as <c>.pub.pem</c>. Throws <see cref="SignerException"/>.</summary>
    public static void Make(string path, string passphrase)
    {
        if (passphrase.Length < ShortestPassphrase)
        {
            throw new SignerException($"the passphrase has fewer than {ShortestPassphrase} characters");
        }

        using var key = FleetKeys.Create();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var file = new StreamWriter(path, options))
            {
                file.WriteLine(key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations)));
            }

            File.WriteAllText(Path.ChangeExtension(path, ".pub.pem"), key.ExportSubjectPublicKeyInfoPem() + "\n");
        }
        catch (IOException e)
        {
            throw new SignerException($"{path} can't be made: {e.Message}", e);
        }
    }

    /// <summary>The key of a file. Throws <see cref="SignerException"/> for a wrong passphrase or another kind of file.</summary>
    public static ECDsa Load(string path, string passphrase)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromEncryptedPem(File.ReadAllText(path), passphrase);
            using var half = FleetKeys.Import(key.ExportSubjectPublicKeyInfo());
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException or FleetFormatException)
        {
            key.Dispose();
            throw new SignerException($"{path} is no release key, or the passphrase is wrong", e);
        }
    }
}
