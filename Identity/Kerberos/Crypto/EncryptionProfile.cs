using System.Security.Cryptography;

namespace CopyTrack.Identity.Kerberos.Crypto;

/// <summary>
/// One encryption type with its checksum (RFC 3961 §3): stateless and safe for many threads. Only the AES types exist here; DES and RC4 are never offered,
/// accepted or implemented.
/// </summary>
public abstract class EncryptionProfile
{
    /// <summary>Bytes of an AES block, and of the random confounder before each plain text.</summary>
    protected const int BlockSize = 16;

    /// <summary>Encryption type number (RFC 3962 §7, RFC 8009 §8).</summary>
    public abstract int Etype { get; }

    /// <summary>Name as the RFC and other tools write it.</summary>
    public abstract string Name { get; }

    /// <summary>Bytes of a key: 16 or 32.</summary>
    public abstract int KeySize { get; }

    /// <summary>Number of the checksum type that belongs to the encryption type.</summary>
    public abstract int ChecksumType { get; }

    /// <summary>Bytes of a checksum, and of the tag behind each cipher text.</summary>
    public abstract int ChecksumSize { get; }

    /// <summary>Iterations that string-to-key takes when the KDC names none; also the fewest that are accepted from a KDC.</summary>
    public abstract int DefaultIterations { get; }

    /// <summary>The types that are offered to KDCs, best first.</summary>
    public static IReadOnlyList<EncryptionProfile> All { get; } = [new AesSha1Profile(32), new AesSha2Profile(32), new AesSha2Profile(16), new AesSha1Profile(16)];

    /// <summary>The profile of a number, or null for any other.</summary>
    public static EncryptionProfile? Find(int etype) => All.FirstOrDefault(profile => profile.Etype == etype);

    /// <summary>The long-term key of a password (UTF-8) and salt; costs time in proportion to <paramref name="iterations"/>. The caller clears the result.</summary>
    public abstract byte[] StringToKey(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations);

    /// <summary>Confounder, <paramref name="plain"/> and tag, encrypted under the key derived for <paramref name="usage"/>.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> key, int usage, ReadOnlySpan<byte> plain)
    {
        Span<byte> confounder = stackalloc byte[BlockSize];
        RandomNumberGenerator.Fill(confounder);
        return Encrypt(key, usage, plain, confounder);
    }

    /// <summary>As <see cref="Encrypt(ReadOnlySpan{byte}, int, ReadOnlySpan{byte})"/> with a given confounder of 16 bytes, for test vectors.</summary>
    internal abstract byte[] Encrypt(ReadOnlySpan<byte> key, int usage, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> confounder);

    /// <summary>The plain text; null when the text is too short or its tag does not fit (compared in fixed time).</summary>
    public abstract byte[]? Decrypt(ReadOnlySpan<byte> key, int usage, ReadOnlySpan<byte> cipher);

    /// <summary>The keyed checksum of <paramref name="data"/> for <paramref name="usage"/>.</summary>
    public abstract byte[] Checksum(ReadOnlySpan<byte> key, int usage, ReadOnlySpan<byte> data);

    /// <summary>Encrypts in cipher block chaining with the last two blocks swapped (CS3) and a zero vector: what RFC 3962 §5 calls CTS.</summary>
    internal static byte[] CtsEncrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        var whole = (plain.Length + BlockSize - 1) / BlockSize * BlockSize;
        var padded = new byte[whole];
        plain.CopyTo(padded);
        var chained = aes.EncryptCbc(padded, stackalloc byte[BlockSize], PaddingMode.None);
        CryptographicOperations.ZeroMemory(padded);
        if (whole == BlockSize)
        {
            return chained;
        }

        var cipher = new byte[plain.Length];
        var last = whole - BlockSize;
        var before = last - BlockSize;
        chained.AsSpan(0, before).CopyTo(cipher);
        chained.AsSpan(last, BlockSize).CopyTo(cipher.AsSpan(before));
        chained.AsSpan(before, plain.Length - last).CopyTo(cipher.AsSpan(last));
        return cipher;
    }

    /// <summary>Reverses <see cref="CtsEncrypt"/>; at least one block.</summary>
    internal static byte[] CtsDecrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> cipher)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        if (cipher.Length == BlockSize)
        {
            return aes.DecryptEcb(cipher, PaddingMode.None);
        }

        var last = (cipher.Length - 1) / BlockSize * BlockSize;
        var before = last - BlockSize;
        var rest = cipher.Length - last;
        // The last full block on the wire is the cipher text of the last plain block padded with zeros: its decryption holds the missing end of the other.
        Span<byte> middle = stackalloc byte[BlockSize];
        aes.DecryptEcb(cipher.Slice(before, BlockSize), middle, PaddingMode.None);
        var chained = new byte[last + BlockSize];
        cipher[..before].CopyTo(chained);
        cipher[last..].CopyTo(chained.AsSpan(before));
        middle[rest..].CopyTo(chained.AsSpan(before + rest));
        cipher.Slice(before, BlockSize).CopyTo(chained.AsSpan(last));
        var plain = aes.DecryptCbc(chained, stackalloc byte[BlockSize], PaddingMode.None);
        return plain.AsSpan(0, cipher.Length).ToArray();
    }
}
