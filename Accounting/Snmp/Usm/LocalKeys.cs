using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>A user's keys at one engine, and what is done with them. Safe for use by many threads.</summary>
internal sealed class LocalKeys(AuthProtocol auth, byte[] authKey, PrivProtocol priv, byte[] privKey)
{
    /// <summary>Octets of the salt that travels in the privacy parameters of both ciphers.</summary>
    public const int SaltLength = 8;

    /// <summary>Octets of the digest that travels.</summary>
    public int DigestLength { get; } = UsmDigest.Sent(auth);

    /// <summary>Writes the digest of the message into it, at <paramref name="at"/>, where zeros must stand (RFC 3414 §6.3.1).</summary>
    public void Sign(Span<byte> message, int at)
    {
        Span<byte> digest = stackalloc byte[UsmDigest.MaxLength];
        digest = digest[..DigestLength];
        UsmDigest.Sign(auth, authKey, message, digest);
        digest.CopyTo(message[at..]);
    }

    /// <summary>Whether the digest in the message, at <paramref name="at"/>, is the right one (RFC 3414 §6.3.2); compared in constant time. Zeros stand there afterwards.</summary>
    public bool Verify(Span<byte> message, int at)
    {
        Span<byte> came = stackalloc byte[UsmDigest.MaxLength];
        Span<byte> right = stackalloc byte[UsmDigest.MaxLength];
        came = came[..DigestLength];
        right = right[..DigestLength];
        var place = message.Slice(at, DigestLength);
        place.CopyTo(came);
        place.Clear();
        UsmDigest.Sign(auth, authKey, message, right);
        return CryptographicOperations.FixedTimeEquals(came, right);
    }

    /// <summary>The encrypted form of a scoped PDU and its privacy parameters (RFC 3414 §8.1.1, RFC 3826 §3.1). A salt must never come twice under one key.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> plain, int boots, int time, ulong salt, Span<byte> parameters)
    {
        Span<byte> iv = stackalloc byte[16];
        if (priv == PrivProtocol.Des)
        {
            // The salt's second half counts, the first is the engine's boots (§8.1.1.1).
            BinaryPrimitives.WriteInt32BigEndian(parameters, boots);
            BinaryPrimitives.WriteUInt32BigEndian(parameters[4..], (uint)salt);
            DesVector(parameters, iv);
            using var des = DES.Create();
            des.Key = privKey[..8];
            var padded = new byte[(plain.Length + 7) / 8 * 8];
            plain.CopyTo(padded);
            return des.EncryptCbc(padded, iv[..8], PaddingMode.None);
        }

        BinaryPrimitives.WriteUInt64BigEndian(parameters, salt);
        AesVector(boots, time, parameters, iv);
        return Cfb(plain, iv, encrypt: true);
    }

    /// <summary>The scoped PDU in an encrypted one, behind it perhaps padding; null when length or parameters can't be (RFC 3414 §8.3.2, RFC 3826 §3.1.4).</summary>
    public byte[]? Decrypt(ReadOnlySpan<byte> cipher, int boots, int time, ReadOnlySpan<byte> parameters)
    {
        if (parameters.Length != SaltLength || cipher.IsEmpty || (priv == PrivProtocol.Des && cipher.Length % 8 != 0))
        {
            return null;
        }

        Span<byte> iv = stackalloc byte[16];
        if (priv == PrivProtocol.Des)
        {
            DesVector(parameters, iv);
            using var des = DES.Create();
            des.Key = privKey[..8];
            return des.DecryptCbc(cipher, iv[..8], PaddingMode.None);
        }

        AesVector(boots, time, parameters, iv);
        return Cfb(cipher, iv, encrypt: false);
    }

    private void DesVector(ReadOnlySpan<byte> parameters, Span<byte> iv)
    {
        for (var i = 0; i < 8; i++)
        {
            iv[i] = (byte)(privKey[8 + i] ^ parameters[i]);
        }
    }

    private static void AesVector(int boots, int time, ReadOnlySpan<byte> parameters, Span<byte> iv)
    {
        BinaryPrimitives.WriteInt32BigEndian(iv, boots);
        BinaryPrimitives.WriteInt32BigEndian(iv[4..], time);
        parameters.CopyTo(iv[8..]);
    }

    /// <summary>CFB with 128 bits of feedback. The base library wants whole blocks; what is behind the end changes nothing before it.</summary>
    private byte[] Cfb(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> iv, bool encrypt)
    {
        var padded = new byte[(octets.Length + 15) / 16 * 16];
        octets.CopyTo(padded);
        using var aes = Aes.Create();
        aes.Key = privKey;
        var done = encrypt ? aes.EncryptCfb(padded, iv, PaddingMode.None, 128) : aes.DecryptCfb(padded, iv, PaddingMode.None, 128);
        return done[..octets.Length];
    }
}
