using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CopyTrack.Accounting.Audit;

/// <summary>Signs the position of a good run, so that only who holds the key can claim that a ledger was checked that far.</summary>
public static class AuditSeal
{
    private static readonly byte[] Purpose = "copytrack audit position 1\n"u8.ToArray();

    /// <summary>The position as JSON, and HMAC-SHA-256 over it under <paramref name="key"/> (32 bytes or more).</summary>
    public static (string Content, byte[] Signature) Seal(AuditPosition position, ReadOnlySpan<byte> key)
    {
        string content = JsonSerializer.Serialize(position);
        return (content, Sign(content, key));
    }

    /// <summary>The position in <paramref name="content"/>; null when it is damaged, of another device, or signed with another key.</summary>
    public static AuditPosition? Open(string content, ReadOnlySpan<byte> signature, long deviceId, ReadOnlySpan<byte> key)
    {
        if (!CryptographicOperations.FixedTimeEquals(signature, Sign(content, key)))
        {
            return null;
        }

        try
        {
            AuditPosition? position = JsonSerializer.Deserialize<AuditPosition>(content);
            return position?.DeviceId == deviceId ? position : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Sign(string content, ReadOnlySpan<byte> key) => HMACSHA256.HashData(key, [.. Purpose, .. Encoding.UTF8.GetBytes(content)]);
}
