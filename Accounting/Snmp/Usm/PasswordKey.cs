using System.Buffers;
using System.Security.Cryptography;

namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>From a password to the keys of one engine (RFC 3414 §2.6, appendix A.2; RFC 7860 §9.3).</summary>
internal static class PasswordKey
{
    private const int Megabyte = 1_048_576;

    /// <summary>The user's key Ku: the digest of one megabyte of the password repeated. Takes some milliseconds, on purpose of the standard's authors.</summary>
    public static byte[] FromPassword(AuthProtocol protocol, ReadOnlySpan<byte> password)
    {
        if (password.IsEmpty)
        {
            throw new ArgumentException("a password must not be empty", nameof(password));
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Megabyte);
        try
        {
            var stream = buffer.AsSpan(0, Megabyte);
            for (var at = 0; at < Megabyte; at += password.Length)
            {
                var part = password[..Math.Min(password.Length, Megabyte - at)];
                part.CopyTo(stream[at..]);
            }

            return UsmDigest.Hash(protocol, stream);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The key Kul that holds at one engine only: the digest of Ku, engine id, Ku.</summary>
    public static byte[] Localise(AuthProtocol protocol, ReadOnlySpan<byte> key, ReadOnlySpan<byte> engineId) =>
        UsmDigest.Hash(protocol, [.. key, .. engineId, .. key]);

    /// <summary>
    /// The privacy key at one engine, of the length that the protocol needs: 16 octets for DES (key and pre-IV) and AES-128, 24 or 32 for the longer AES.
    /// A digest that is too short is stretched in the protocol's way; one that is long enough is cut, in both ways alike.
    /// </summary>
    public static byte[] ForPrivacy(AuthProtocol auth, PrivProtocol priv, ReadOnlySpan<byte> key, ReadOnlySpan<byte> engineId)
    {
        var wanted = priv switch
        {
            PrivProtocol.Des or PrivProtocol.Aes128 => 16,
            PrivProtocol.Aes192 or PrivProtocol.Aes192Reeder => 24,
            PrivProtocol.Aes256 or PrivProtocol.Aes256Reeder => 32,
            _ => throw new ArgumentOutOfRangeException(nameof(priv)),
        };
        var last = Localise(auth, key, engineId);
        var all = last;
        while (all.Length < wanted)
        {
            // Blumenthal: the digest of all that is there so far. Reeder: what is there last taken as a password, and localised again.
            last = priv is PrivProtocol.Aes192Reeder or PrivProtocol.Aes256Reeder
                ? Localise(auth, FromPassword(auth, last), engineId)
                : UsmDigest.Hash(auth, all);
            all = [.. all, .. last];
        }

        return all[..wanted];
    }
}
