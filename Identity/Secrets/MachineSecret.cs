using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Identity.Secrets;

/// <summary>Secrets of 256 random bits that machines hold: API tokens and device secrets. Stored as SHA-256; no key or salt is needed at that size.</summary>
public static class MachineSecret
{
    /// <summary>What an API token begins with, so that people and scanners recognise one.</summary>
    public const string TokenPrefix = "ct_";

    /// <summary>What a device's receipt secret begins with.</summary>
    public const string DevicePrefix = "cd_";

    /// <summary>A new secret: the prefix and 43 signs of base64url.</summary>
    public static string Generate(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The SHA-256 to store or to look up, 32 bytes; null when the text does not have the shape of such a secret (nothing to look up).</summary>
    public static byte[]? Hash(string secret, string prefix) =>
        secret.Length == prefix.Length + 43 && secret.StartsWith(prefix, StringComparison.Ordinal) ? SHA256.HashData(Encoding.UTF8.GetBytes(secret)) : null;

    /// <summary>Compares a shown secret with a stored hash in fixed time.</summary>
    public static bool Matches(string secret, string prefix, ReadOnlySpan<byte> storedHash) =>
        Hash(secret, prefix) is { } hash && CryptographicOperations.FixedTimeEquals(hash, storedHash);
}
