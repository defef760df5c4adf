using System.Globalization;
using System.Security.Cryptography;

namespace CopyTrack.Agent.Page;

/// <summary>Passwords of the page: PBKDF2 with HMAC-SHA-256, as <c>pbkdf2-sha256$ITERATIONS$SALT$HASH</c> in base64.</summary>
public static class PagePassword
{
    /// <summary>Fewest and most characters.</summary>
    public const int Least = 10, Most = 256;

    private const int Iterations = 600_000, MostIterations = 5_000_000;

    /// <summary>The text for the settings. Takes some hundred milliseconds on purpose.</summary>
    public static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return string.Create(CultureInfo.InvariantCulture, $"pbkdf2-sha256${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(Derive(password, salt, Iterations))}");
    }

    /// <summary>True for the password of a hash; false also for a text that is no hash, after the same time.</summary>
    public static bool Fits(string password, string? stored)
    {
        var (iterations, salt, hash) = Parse(stored) ?? (Iterations, new byte[16], RandomNumberGenerator.GetBytes(32));
        return CryptographicOperations.FixedTimeEquals(Derive(password, salt, iterations), hash);
    }

    private static (int Iterations, byte[] Salt, byte[] Hash)? Parse(string? stored)
    {
        try
        {
            return stored?.Split('$') is ["pbkdf2-sha256", var count, var salt, var hash] && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
                && iterations is > 0 and <= MostIterations && Convert.FromBase64String(hash) is { Length: 32 } octets ? (iterations, Convert.FromBase64String(salt), octets) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static byte[] Derive(string password, byte[] salt, int iterations) => Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, 32);
}
