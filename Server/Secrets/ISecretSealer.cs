using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Server.Secrets;

/// <summary>Seals short texts that must be read back, such as SNMP passwords. Safe for use by many threads.</summary>
public interface ISecretSealer
{
    /// <summary>The sealed form: another one each time, 29 bytes longer than the text in UTF-8.</summary>
    byte[] Seal(string text);

    /// <summary>The text; throws <see cref="CryptographicException"/> when the bytes were not sealed with this key or were changed.</summary>
    string Open(ReadOnlySpan<byte> sealedText);
}

/// <summary>Seals what a terminal keeps for offline logins; another key than that of the database's columns.</summary>
public interface IOfflineTokenSealer : ISecretSealer;

/// <summary>AES-256-GCM: <c>version (1) | nonce (12) | tag (16) | ciphertext</c>.</summary>
internal sealed class SecretSealer(byte[] key) : IOfflineTokenSealer
{
    private const byte Version = 1;
    private const int NonceLength = 12, TagLength = 16, HeaderLength = 1 + NonceLength + TagLength;

    public byte[] Seal(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var output = new byte[HeaderLength + length];
        output[0] = Version;
        var nonce = output.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        var plain = Encoding.UTF8.GetBytes(text);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, output.AsSpan(HeaderLength), output.AsSpan(1 + NonceLength, TagLength), output.AsSpan(0, 1));
        CryptographicOperations.ZeroMemory(plain);
        return output;
    }

    public string Open(ReadOnlySpan<byte> sealedText)
    {
        if (sealedText.Length < HeaderLength || sealedText[0] != Version)
        {
            throw new CryptographicException("not a sealed text");
        }
        var plain = new byte[sealedText.Length - HeaderLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(sealedText.Slice(1, NonceLength), sealedText[HeaderLength..], sealedText.Slice(1 + NonceLength, TagLength), plain, sealedText[..1]);
        var text = Encoding.UTF8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return text;
    }
}
