using System.Security.Cryptography;

namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>The digests of the authentication protocols, by protocol.</summary>
internal static class UsmDigest
{
    /// <summary>The longest digest.</summary>
    public const int MaxLength = 64;

    /// <summary>Octets of a whole digest, which are those of a localised key too (RFC 3414 §6, §7; RFC 7860 §4.1).</summary>
    public static int Length(AuthProtocol protocol) => protocol switch
    {
        AuthProtocol.Md5 => 16,
        AuthProtocol.Sha1 => 20,
        AuthProtocol.Sha224 => 28,
        AuthProtocol.Sha256 => 32,
        AuthProtocol.Sha384 => 48,
        AuthProtocol.Sha512 => 64,
        _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
    };

    /// <summary>Octets of the digest that travel in a message.</summary>
    public static int Sent(AuthProtocol protocol) => protocol switch
    {
        AuthProtocol.None => 0,
        AuthProtocol.Md5 or AuthProtocol.Sha1 => 12,
        AuthProtocol.Sha224 => 16,
        AuthProtocol.Sha256 => 24,
        AuthProtocol.Sha384 => 32,
        AuthProtocol.Sha512 => 48,
        _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
    };

    /// <summary>The digest of some octets.</summary>
    public static byte[] Hash(AuthProtocol protocol, ReadOnlySpan<byte> octets)
    {
        var digest = new byte[Length(protocol)];
        switch (protocol)
        {
            case AuthProtocol.Md5: MD5.HashData(octets, digest); break;
            case AuthProtocol.Sha1: SHA1.HashData(octets, digest); break;
            case AuthProtocol.Sha224: Sha224.Hash([], octets, digest); break;
            case AuthProtocol.Sha256: SHA256.HashData(octets, digest); break;
            case AuthProtocol.Sha384: SHA384.HashData(octets, digest); break;
            default: SHA512.HashData(octets, digest); break;
        }

        return digest;
    }

    /// <summary>Writes the first octets of the keyed digest of a message, as many as <paramref name="to"/> has.</summary>
    public static void Sign(AuthProtocol protocol, ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> to)
    {
        Span<byte> whole = stackalloc byte[MaxLength];
        switch (protocol)
        {
            case AuthProtocol.Md5: HMACMD5.HashData(key, message, whole); break;
            case AuthProtocol.Sha1: HMACSHA1.HashData(key, message, whole); break;
            case AuthProtocol.Sha224: Sha224.Hmac(key, message, whole); break;
            case AuthProtocol.Sha256: HMACSHA256.HashData(key, message, whole); break;
            case AuthProtocol.Sha384: HMACSHA384.HashData(key, message, whole); break;
            case AuthProtocol.Sha512: HMACSHA512.HashData(key, message, whole); break;
            default: throw new ArgumentOutOfRangeException(nameof(protocol));
        }

        whole[..to.Length].CopyTo(to);
    }
}
