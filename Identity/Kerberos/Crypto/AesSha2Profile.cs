using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CopyTrack.Identity.Kerberos.Crypto;

/// <summary>aes128-cts-hmac-sha256-128 and aes256-cts-hmac-sha384-192 (RFC 8009): the tag covers the cipher text behind a zero vector.</summary>
internal sealed class AesSha2Profile(int keySize) : EncryptionProfile
{
    private readonly bool wide = keySize == 32;

    public override int Etype => wide ? 20 : 19;

    public override string Name => wide ? "aes256-cts-hmac-sha384-192" : "aes128-cts-hmac-sha256-128";

    public override int KeySize => keySize;

    public override int ChecksumType => wide ? 20 : 19;

    public override int ChecksumSize => wide ? 24 : 16;

    public override int DefaultIterations => 32768;

    public override byte[] StringToKey(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations)
    {
        byte[] named = [.. System.Text.Encoding.ASCII.GetBytes(Name), 0, .. salt];
        var seed = Rfc2898DeriveBytes.Pbkdf2(password, named, iterations, wide ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256, keySize);
        var key = Derive(seed, "kerberos"u8, keySize);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    internal override byte[] Encrypt(ReadOnlySpan<byte> key, int usage, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> confounder)
    {
        var whole = new byte[BlockSize + plain.Length];
        confounder.CopyTo(whole);
        plain.CopyTo(whole.AsSpan(BlockSize));
        var cipher = CtsEncrypt(Derive(key, usage, 0xAA, keySize), whole);
        CryptographicOperations.ZeroMemory(whole);
        return [.. cipher, .. Tag(key, usage, cipher)];
    }

    public override byte[]? Decrypt(ReadOnlySpan<byte> key, int usage, ReadOnlySpan<byte> cipher)
    {
        if (cipher.Length < BlockSize + ChecksumSize)
        {
            return null;
        }

        var body = cipher[..^ChecksumSize];
        return CryptographicOperations.FixedTimeEquals(Tag(key, usage, body), cipher[^ChecksumSize..])
            ? CtsDecrypt(Derive(key, usage, 0xAA, keySize), body)[BlockSize..]
            : null;
    }

    public override byte[] Checksum(ReadOnlySpan<byte> key, int usage, ReadOnlySpan<byte> data) => Hmac(Derive(key, usage, 0x99, ChecksumSize), data)[..ChecksumSize];

    /// <summary>KDF-HMAC-SHA2 of RFC 8009 §3 without a context: the first <paramref name="size"/> bytes.</summary>
    internal byte[] Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> label, int size)
    {
        var input = new byte[4 + label.Length + 1 + 4];
        input[3] = 1;
        label.CopyTo(input.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(input.Length - 4), size * 8);
        return Hmac(key, input)[..size];
    }

    private byte[] Derive(ReadOnlySpan<byte> key, int usage, byte kind, int size)
    {
        Span<byte> label = stackalloc byte[5];
        BinaryPrimitives.WriteInt32BigEndian(label, usage);
        label[4] = kind;
        return Derive(key, label, size);
    }

    private byte[] Tag(ReadOnlySpan<byte> key, int usage, ReadOnlySpan<byte> cipher)
    {
        byte[] input = [.. new byte[BlockSize], .. cipher];
        return Hmac(Derive(key, usage, 0x55, ChecksumSize), input)[..ChecksumSize];
    }

    private byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) => wide ? HMACSHA384.HashData(key, data) : HMACSHA256.HashData(key, data);
}
