using System.Globalization;
using System.Security.Cryptography;

namespace CopyTrack.Identity.Secrets;

/// <summary>
/// Passwords of local web accounts: PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2), kept as <c>pbkdf2-sha256$ITERATIONS$SALT$HASH</c> (base64).
/// </summary>
public static class PasswordHash
{
    /// <summary>Iterations of new hashes: OWASP's figure for HMAC-SHA-256.</summary>
    public const int Iterations = 600_000;

    /// <summary>Fewest characters of a password (NIST SP 800-63B asks for 8; an administrator's guards everything here).</summary>
    public const int LeastLength = 10;

    /// <summary>Most characters that are read; more is not a password.</summary>
    public const int MostLength = 256;

    private const string Scheme = "pbkdf2-sha256";
    private const int MostIterations = 10_000_000;

    /// <summary>The text to store for a password. Takes some hundred milliseconds of CPU on purpose.</summary>
    public static string Create(string password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(16);
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA256, 32);
        return string.Create(CultureInfo.InvariantCulture, $"{Scheme}${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    /// <summary>Compares in fixed time; No also for a text that is no such hash; Old when it was made with fewer iterations than now.</summary>
    public static HashMatch Verify(string password, string stored)
    {
        string[] parts = stored.Split('$');
        if (parts.Length != 4 || parts[0] != Scheme || password.Length > MostLength
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int iterations) || iterations is < 1 or > MostIterations)
        {
            return HashMatch.No;
        }
        byte[] salt, hash;
        try
        {
            salt = Convert.FromBase64String(parts[2]);
            hash = Convert.FromBase64String(parts[3]);
        }
        catch (FormatException)
        {
            return HashMatch.No;
        }
        if (hash.Length != 32)
        {
            return HashMatch.No;
        }
        byte[] computed = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, 32);
        return !CryptographicOperations.FixedTimeEquals(computed, hash) ? HashMatch.No : iterations < Iterations ? HashMatch.Old : HashMatch.Yes;
    }

    /// <summary>Spends the time of a comparison for an account that does not exist, so that its absence can't be measured.</summary>
    public static void Waste(string password) =>
        Rfc2898DeriveBytes.Pbkdf2(password.Length > MostLength ? "" : password, new byte[16], Iterations, HashAlgorithmName.SHA256, 32);
}
