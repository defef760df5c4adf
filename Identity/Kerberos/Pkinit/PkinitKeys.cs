using System.Formats.Asn1;
using System.Security.Cryptography;
using CopyTrack.Identity.Kerberos.Crypto;
using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos.Pkinit;

/// <summary>From the shared secret to the reply key: octetstring2key of RFC 4556 §3.2.3.1, or a key derivation function of RFC 8636 §6.</summary>
internal static class PkinitKeys
{
    /// <summary>id-pkinit-kdf-ah-sha256.</summary>
    internal const string Sha256 = "1.3.6.1.5.2.3.6.2";

    /// <summary>id-pkinit-kdf-ah-sha512.</summary>
    internal const string Sha512 = "1.3.6.1.5.2.3.6.3";

    /// <summary>id-pkinit-kdf-ah-sha1.</summary>
    internal const string Sha1 = "1.3.6.1.5.2.3.6.1";

    /// <summary>The functions that are offered, best first.</summary>
    internal static readonly IReadOnlyList<string> Offered = [Sha256, Sha512];

    /// <summary>octetstring2key over the secret with both nonces behind it: SHA-1(0 | x) | SHA-1(1 | x) | ..., cut.</summary>
    internal static EncryptionKey FromOctets(EncryptionProfile profile, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> clientNonce, ReadOnlySpan<byte> serverNonce)
    {
        byte[] input = [0, .. secret, .. clientNonce, .. serverNonce];
        var key = new byte[profile.KeySize];
        for (var done = 0; done < key.Length; done += SHA1.HashSizeInBytes, input[0]++)
        {
            var part = SHA1.HashData(input);
            part.AsSpan(0, Math.Min(part.Length, key.Length - done)).CopyTo(key.AsSpan(done));
        }

        CryptographicOperations.ZeroMemory(input);
        return new EncryptionKey(profile, key);
    }

    /// <summary>
    /// H(1 | x | OtherInfo) | H(2 | ...), cut, where OtherInfo binds both names, the encryption type, the whole AS-REQ and the whole PA-PK-AS-REP. Throws
    /// <see cref="AsnContentException"/> for a function that was not offered.
    /// </summary>
    internal static EncryptionKey Derive(
        string function, EncryptionProfile profile, ReadOnlySpan<byte> secret, Principal client, Principal server, ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> reply)
    {
        var hash = function switch
        {
            Sha256 => HashAlgorithmName.SHA256,
            Sha512 => HashAlgorithmName.SHA512,
            Sha1 => HashAlgorithmName.SHA1,
            _ => throw new AsnContentException("a key derivation that was not offered"),
        };
        var other = OtherInfo(function, profile, client, server, request, reply);
        byte[] input = [0, 0, 0, 1, .. secret, .. other];
        var key = new byte[profile.KeySize];
        for (var done = 0; done < key.Length; input[3]++)
        {
            var part = CryptographicOperations.HashData(hash, input);
            var take = Math.Min(part.Length, key.Length - done);
            part.AsSpan(0, take).CopyTo(key.AsSpan(done));
            done += take;
        }

        CryptographicOperations.ZeroMemory(input);
        return new EncryptionKey(profile, key);
    }

    private static byte[] OtherInfo(string function, EncryptionProfile profile, Principal client, Principal server, ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> reply)
    {
        var supplement = KerberosDer.Encode(writer =>
        {
            using (writer.PushSequence())
            {
                writer.Member(0, profile.Etype);
                writer.Member(1, w => w.WriteOctetString(request.Span));
                writer.Member(2, w => w.WriteOctetString(reply.Span));
            }
        });
        return KerberosDer.Encode(writer =>
        {
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(function);
                }

                writer.Member(0, w => w.WriteOctetString(Name(client)));
                writer.Member(1, w => w.WriteOctetString(Name(server)));
                writer.Member(2, w => w.WriteOctetString(supplement));
            }
        });
    }

    /// <summary>KRB5PrincipalName ::= SEQUENCE { realm [0] Realm, principalName [1] PrincipalName }.</summary>
    private static byte[] Name(Principal principal) => KerberosDer.Encode(writer =>
    {
        using (writer.PushSequence())
        {
            writer.Member(0, w => w.Text(principal.Realm));
            writer.Member(1, principal.Name.Write);
        }
    });
}
