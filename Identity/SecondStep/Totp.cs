using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Identity.SecondStep;

/// <summary>
/// One-time codes by time (RFC 6238 over RFC 4226): HMAC-SHA-1, 30 seconds, six digits, which is what every authenticator program knows.
/// </summary>
public static class Totp
{
    /// <summary>Bytes of a secret: the hash's length, as RFC 4226 §4 recommends.</summary>
    public const int SecretLength = 20;

    /// <summary>Digits of a code.</summary>
    public const int Digits = 6;

    private const int StepSeconds = 30;

    /// <summary>How many steps a code may be early or late (RFC 6238 §5.2): clocks of telephones, and the time to type.</summary>
    private const int Tolerance = 1;

    /// <summary>A new secret.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretLength);

    /// <summary>The number of the time step (RFC 6238 §4.2).</summary>
    public static long StepOf(DateTimeOffset now) => now.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step (RFC 4226 §5.3), with leading zeros; <paramref name="digits"/> from 6 to 8.</summary>
    public static string Code(ReadOnlySpan<byte> secret, long step, int digits = Digits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, Digits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 8);
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, hash);
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash[(hash[^1] & 0xF)..]) & 0x7FFFFFFF;
        var modulus = digits switch { 6 => 1_000_000u, 7 => 10_000_000u, _ => 100_000_000u };
        return (number % modulus).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    /// <summary>
    /// The step whose code was typed (blanks do not matter), or null when it is none of now or was used: a code is good once (RFC 6238 §5.2), so only steps
    /// after <paramref name="lastUsed"/> count. The caller keeps the step before it believes the code. Takes the same time for every wrong code.
    /// </summary>
    public static long? Match(ReadOnlySpan<byte> secret, string typed, DateTimeOffset now, long? lastUsed)
    {
        Span<byte> code = stackalloc byte[Digits];
        if (!TryRead(typed, code))
        {
            return null;
        }

        long? found = null;
        Span<byte> expected = stackalloc byte[Digits];
        for (var step = StepOf(now) - Tolerance; step <= StepOf(now) + Tolerance; step++)
        {
            Encoding.ASCII.GetBytes(Code(secret, step), expected);
            if (CryptographicOperations.FixedTimeEquals(code, expected) && (lastUsed is null || step > lastUsed))
            {
                found ??= step;
            }
        }

        return found;
    }

    /// <summary>What an authenticator program reads from a picture (the "Key Uri Format" that they share).</summary>
    public static string KeyText(string issuer, string account, ReadOnlySpan<byte> secret) =>
        $"otpauth://totp/{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(account)}?secret={Base32.Encode(secret)}&issuer={System.Uri.EscapeDataString(issuer)}";

    private static bool TryRead(string typed, Span<byte> code)
    {
        var count = 0;
        if (typed.Length > 4 * Digits)
        {
            return false;
        }

        foreach (var c in typed)
        {
            if (char.IsWhiteSpace(c))
            {
                continue;
            }

            if (count == code.Length || !char.IsAsciiDigit(c))
            {
                return false;
            }

            code[count++] = (byte)c;
        }

        return count == code.Length;
    }
}
