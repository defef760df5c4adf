using System.Security.Cryptography;

namespace CopyTrack.Identity.Kerberos.Crypto;

/// <summary>A key with its encryption type. Texts of it never hold the key; <see cref="Dispose"/> clears it.</summary>
public sealed class EncryptionKey : IDisposable
{
    private readonly byte[] value;

    /// <summary>Takes ownership of <paramref name="value"/>; throws <see cref="ArgumentException"/> when its length is not the profile's.</summary>
    public EncryptionKey(EncryptionProfile profile, byte[] value)
    {
        if (value.Length != profile.KeySize)
        {
            throw new ArgumentException("the key does not have the length of its type", nameof(value));
        }

        (Profile, this.value) = (profile, value);
    }

    /// <summary>The encryption type.</summary>
    public EncryptionProfile Profile { get; }

    /// <summary>The key's bytes.</summary>
    public ReadOnlySpan<byte> Value => value;

    /// <summary>Encrypts for a usage (RFC 4120 §7.5.1).</summary>
    public byte[] Encrypt(int usage, ReadOnlySpan<byte> plain) => Profile.Encrypt(value, usage, plain);

    /// <summary>Decrypts for a usage; null when the tag does not fit.</summary>
    public byte[]? Decrypt(int usage, ReadOnlySpan<byte> cipher) => Profile.Decrypt(value, usage, cipher);

    /// <summary>Keyed checksum for a usage.</summary>
    public byte[] Checksum(int usage, ReadOnlySpan<byte> data) => Profile.Checksum(value, usage, data);

    /// <summary>Clears the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(value);
}
