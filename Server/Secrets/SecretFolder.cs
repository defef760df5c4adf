using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CopyTrack.Identity.Secrets;
using Microsoft.AspNetCore.DataProtection;

namespace CopyTrack.Server.Secrets;

/// <summary>
/// The <c>secrets/</c> folder: CA, server certificate, hash keys, sealing keys, cookie keys; folder 0700, files 0600. Everything but the server's
/// own certificate is the same on all nodes of an installation.
/// </summary>
public sealed class SecretFolder : IDisposable
{
    private const string CaCertificate = "ca.pem", CaKey = "ca.key", HashKeyName = "hash-keys.json", SealingKey = "sealing.key", TokenKey = "offline-token.key", AuditKeyName = "audit.key", Cookies = "cookies";
    private const int KeyLength = 32;

    private readonly CertificateAuthority authority;
    private readonly Dictionary<string, byte[]> keys = [];

    private SecretFolder(string path, SecretsOptions options, TimeProvider time)
    {
        Path = path;
        authority = CertificateAuthority.Load(File.ReadAllText(In(CaCertificate)), File.ReadAllText(In(CaKey)));
        keys["sealing"] = ReadKey(SealingKey);
        keys["offlineToken"] = ReadKey(TokenKey);
        keys["audit"] = ReadKey(AuditKeyName);
        Sealer = new SecretSealer(keys["sealing"]);
        OfflineTokens = new SecretSealer(keys["offlineToken"]);
        HashKeys = new HashKeyFile(In(HashKeyName), time);
        ServerCertificate = new ServerCertificate(path, authority, options.EffectiveNames(), time);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Issues certificates.</summary>
    public ICertificateAuthority Authority => authority;

    /// <summary>The server's own certificate.</summary>
    public ServerCertificate ServerCertificate { get; }

    /// <summary>Keys of cards and PINs.</summary>
    public IHashKeys HashKeys { get; }

    /// <summary>Seals columns.</summary>
    public ISecretSealer Sealer { get; }

    /// <summary>Seals offline tokens.</summary>
    public IOfflineTokenSealer OfflineTokens { get; }

    /// <summary>Key under which positions of good audits are sealed.</summary>
    public ReadOnlyMemory<byte> AuditKey => keys["audit"];

    /// <summary>Name of that key: the beginning of its fingerprint.</summary>
    public string AuditKeyId => Print("audit", keys["audit"])[..16];

    /// <summary>Folder of the keys that protect cookies: one key for the life of the installation, since nodes don't share the folder.</summary>
    public string CookieKeys => In(Cookies);

    /// <summary>
    /// What of the folder the database remembers: name to fingerprint (SHA-256, hex). Keys have 256 random bits, so their fingerprints tell nothing.
    /// </summary>
    public IReadOnlyDictionary<string, string> Fingerprints()
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["ca"] = authority.Fingerprint };
        foreach (var (name, key) in keys)
        {
            all[name] = Print(name, key);
        }
        foreach (var key in HashKeyFile.Read(In(HashKeyName)))
        {
            all["hash:" + key.Id] = Print("hash:" + key.Id, key.Material.Span);
        }
        return all;
    }

    /// <summary>
    /// Opens the folder, after making it when it is missing and <paramref name="options"/> allow that.
    /// Throws <see cref="SecretsException"/> with the remedy when it is missing, incomplete, damaged, or open to other users.
    /// </summary>
    public static SecretFolder Open(SecretsOptions options, TimeProvider time)
    {
        var path = System.IO.Path.GetFullPath(options.Directory);
        if (!Directory.Exists(path))
        {
            if (!options.CreateWhenMissing)
            {
                throw new SecretsException($"{path} is missing: run `copytrack secrets init` on one node and copy the folder to every other node");
            }
            Initialize(options, time);
        }
        PrivateFiles.CheckFolder(path);
        try
        {
            return new SecretFolder(path, options, time);
        }
        catch (FileNotFoundException ex)
        {
            throw new SecretsException($"{ex.FileName} is missing: restore the folder from a backup or from another node", ex);
        }
        catch (Exception ex) when (ex is CryptographicException or FormatException or ArgumentException)
        {
            throw new SecretsException($"{path} is damaged ({ex.Message}): restore the folder from a backup or from another node", ex);
        }
        catch (UnauthorizedAccessException ex)
        {
            throw new SecretsException($"{path} can't be read: it must belong to the user that runs the server", ex);
        }
    }

    /// <summary>Makes the folder, whole or not at all; false when there is one already, which stays as it is.</summary>
    public static bool Initialize(SecretsOptions options, TimeProvider time)
    {
        var path = System.IO.Path.GetFullPath(options.Directory);
        if (Directory.Exists(path))
        {
            return false;
        }
        var now = time.GetUtcNow();
        var fresh = path + ".new-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            PrivateFiles.CreateFolder(fresh);
            var (certificate, key) = CertificateAuthority.Create(now);
            PrivateFiles.Write(System.IO.Path.Combine(fresh, CaCertificate), certificate);
            PrivateFiles.Write(System.IO.Path.Combine(fresh, CaKey), key);
            PrivateFiles.Write(System.IO.Path.Combine(fresh, SealingKey), Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength)) + "\n");
            PrivateFiles.Write(System.IO.Path.Combine(fresh, TokenKey), Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength)) + "\n");
            PrivateFiles.Write(System.IO.Path.Combine(fresh, AuditKeyName), Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength)) + "\n");
            HashKeyFile.Write(System.IO.Path.Combine(fresh, HashKeyName), [KeyRing.Generate(NewKeyId(now, []), now)]);
            MakeCookieKey(System.IO.Path.Combine(fresh, Cookies));
            Directory.Move(fresh, path);
            return true;
        }
        catch (IOException) when (Directory.Exists(path))
        {
            // Another process was quicker; its folder counts.
            Directory.Delete(fresh, recursive: true);
            return false;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new SecretsException($"{path} can't be made ({ex.Message}): check the owner and rights of the folder above it", ex);
        }
    }

    /// <summary>
    /// Adds a hash key, which from now on makes all new hashes; the older ones go on matching until they are retired. Returns its id. On several nodes
    /// the file is to be copied to each.
    /// </summary>
    public static string Rotate(SecretsOptions options, TimeProvider time)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(options.Directory), HashKeyName);
        var keys = File.Exists(path) ? HashKeyFile.Read(path) : throw new SecretsException($"{path} is missing: run `copytrack secrets init` first");
        var now = time.GetUtcNow();
        // The newest key is the one made last: never let a clock that went back make the new one older.
        var made = keys.Max(k => k.CreatedAt) is var last && last >= now ? last.AddSeconds(1) : now;
        var id = NewKeyId(made, keys);
        HashKeyFile.Write(path, [.. keys, KeyRing.Generate(id, made)]);
        return id;
    }

    /// <summary>Retires an older hash key: nothing hashed with it matches any more. Throws <see cref="SecretsException"/> for the newest or an unknown one.</summary>
    public static void Retire(SecretsOptions options, string keyId, TimeProvider time)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(options.Directory), HashKeyName);
        var keys = HashKeyFile.Read(path);
        if (keys.MaxBy(k => k.CreatedAt)!.Id == keyId || keys.All(k => k.Id != keyId))
        {
            throw new SecretsException($"hash key {keyId} is the newest one or there is none of that id");
        }
        HashKeyFile.Write(path, keys.Select(k => k.Id == keyId && k.RetiredAt is null ? k with { RetiredAt = time.GetUtcNow() } : k));
    }

    public void Dispose()
    {
        authority.Dispose();
        foreach (var key in keys.Values)
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static string NewKeyId(DateTimeOffset now, IReadOnlyList<HashKey> others)
    {
        var id = now.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return others.Any(k => k.Id == id) ? $"{id}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}" : id;
    }

    private static void MakeCookieKey(string folder)
    {
        PrivateFiles.CreateFolder(folder);
        DataProtectionProvider.Create(new DirectoryInfo(folder), builder => builder.SetDefaultKeyLifetime(TimeSpan.FromDays(7_300))).CreateProtector("first").Protect([1]);
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            PrivateFiles.Narrow(file);
        }
    }

    private byte[] ReadKey(string name)
    {
        var key = Convert.FromBase64String(File.ReadAllText(In(name)).Trim());
        return key.Length == KeyLength ? key : throw new FormatException($"{name} has another length than {KeyLength} bytes");
    }

    private static string Print(string name, ReadOnlySpan<byte> key) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes("copytrack secret " + name + "\n"), .. key]));

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
