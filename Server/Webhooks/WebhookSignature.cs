using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Server.Webhooks;

/// <summary>
/// Secrets and signatures as the Standard Webhooks specification (version 1.0.0) has them, so that receivers find a library: HMAC-SHA-256 over <c>id.timestamp.body</c>, in base64 behind <c>v1,</c>;
/// several with a space between while a secret is replaced.
/// </summary>
internal static class WebhookSignature
{
    /// <summary>What secrets begin with.</summary>
    public const string Prefix = "whsec_";

    private const int SecretBytes = 32;

    /// <summary>A new secret of 256 random bits.</summary>
    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The signature of a message under one secret; throws <see cref="FormatException"/> for a text that is no secret.</summary>
    public static string Sign(string secret, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var key = Convert.FromBase64String(secret[Prefix.Length..]);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.ASCII.GetBytes($"{id}.{Timestamp(at)}."));
        hmac.AppendData(body);
        CryptographicOperations.ZeroMemory(key);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }

    /// <summary>Seconds since 1970.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
