using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CopyTrack.Accounting.Audit;

/// <summary>Signs the position of a good run, so that only who holds the key can claim that a ledger was checked that far.</summary>
public static class AuditSeal
{
    private static readonly byte[] Purpose = "copytrack audit position 1\n"u8.ToArray();

    /// <summary>One line of text: base64 of the position's JSON, a dot, base64 of HMAC-SHA-256 under <paramref name="key"/> (32 bytes or more).</summary>
    public static string Seal(AuditPosition position, ReadOnlySpan<byte> key)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(position);
        return $"{Convert.ToBase64String(body)}.{Convert.ToBase64String(Sign(body, key))}";
    }

    /// <summary>The position in <paramref name="sealedText"/>; null when the text is damaged, of another device, or signed with another key.</summary>
    public static AuditPosition? Open(string sealedText, long deviceId, ReadOnlySpan<byte> key)
    {
        string[] halves = sealedText.Split('.');
        if (halves.Length != 2)
        {
            return null;
        }

        try
        {
            byte[] body = Convert.FromBase64String(halves[0]);
            if (!CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(halves[1]), Sign(body, key)))
            {
                return null;
            }

            AuditPosition? position = JsonSerializer.Deserialize<AuditPosition>(body);
            return position?.DeviceId == deviceId ? position : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private static byte[] Sign(byte[] body, ReadOnlySpan<byte> key)
    {
        byte[] purposed = new byte[Purpose.Length + body.Length];
        Purpose.CopyTo(purposed, 0);
        body.CopyTo(purposed, Purpose.Length);
        return HMACSHA256.HashData(key, purposed);
    }
}
