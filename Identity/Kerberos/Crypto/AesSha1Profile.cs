using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CopyTrack.Identity.Kerberos.Crypto;

/// <summary>aes128-cts-hmac-sha1-96 and aes256-cts-hmac-sha1-96 (RFC 3962) in the simplified profile of RFC 3961 §5.3.</summary>
internal sealed class AesSha1Profile(int keySize) : EncryptionProfile
{
    private const int TagSize = 12;

    public override int Etype { get; } = keySize == 32 ? 18 : 17;

    public override string Name { get; } = keySize == 32 ? "aes256-cts-hmac-sha1-96" : "aes128-cts-hmac-sha1-96";

    public override int KeySize => keySize;

    public override int ChecksumType { get; } = keySize == 32 ? 16 : 15;

    public override int ChecksumSize => TagSize;

    public override int DefaultIterations => 4096;

    public override byte[] StringToKey(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations)
    {
        var seed = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA1, keySize);
        var key = Derive(seed, "kerberos"u8);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    internal override byte[] Encrypt(ReadOnlySpan<byte> key, int usage, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> confounder)
    {
        var whole = new byte[BlockSize + plain.Length];
        confounder.CopyTo(whole);
        plain.CopyTo(whole.AsSpan(BlockSize));
        byte[] cipher = [.. CtsEncrypt(Derive(key, usage, 0xAA), whole), .. Tag(Derive(key, usage, 0x55), whole)];
        CryptographicOperations.ZeroMemory(whole);
        return cipher;
    }

    public override byte[]? Decrypt(ReadOnlySpan<byte> key, int usage, ReadOnlySpan<byte> cipher)
    {
        if (cipher.Length < BlockSize + TagSize)
        {
            return null;
        }

        var whole = CtsDecrypt(Derive(key, usage, 0xAA), cipher[..^TagSize]);
        return CryptographicOperations.FixedTimeEquals(Tag(Derive(key, usage, 0x55), whole), cipher[^TagSize..]) ? whole[BlockSize..] : null;
    }

    public override byte[] Checksum(ReadOnlySpan<byte> key, int usage, ReadOnlySpan<byte> data) => Tag(Derive(key, usage, 0x99), data);

    /// <summary>DK(key, constant) of RFC 3961 §5.1; random-to-key is the identity.</summary>
    internal byte[] Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> constant)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        Span<byte> block = stackalloc byte[BlockSize];
        (constant.Length == BlockSize ? constant : NFold.Fold(constant, BlockSize)).CopyTo(block);
        var derived = new byte[keySize];
        for (var done = 0; done < keySize; done += BlockSize)
        {
            aes.EncryptEcb(block, block, PaddingMode.None);
            block.CopyTo(derived.AsSpan(done));
        }

        return derived;
    }

    private byte[] Derive(ReadOnlySpan<byte> key, int usage, byte kind)
    {
        Span<byte> constant = stackalloc byte[5];
        BinaryPrimitives.WriteInt32BigEndian(constant, usage);
        constant[4] = kind;
        return Derive(key, constant);
    }

    private static byte[] Tag(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) => HMACSHA1.HashData(key, data)[..TagSize];
}
