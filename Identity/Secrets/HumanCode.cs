using System.Security.Cryptography;

namespace CopyTrack.Identity.Secrets;

/// <summary>
/// Single-use codes that people type: 32 signs that are hard to mix up (no I, L, O, U), in groups of four, the last sign a check that finds
/// every single wrong sign and every swap of two signs. The code is stored as a keyed hash only.
/// </summary>
public static class HumanCode
{
    /// <summary>Signs of an activation code: 55 random bits and the check.</summary>
    public const int ActivationLength = 12;

    /// <summary>Signs of the set-up code: 75 random bits and the check.</summary>
    public const int SetupLength = 16;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>A new code of <paramref name="length"/> signs (5 random bits each but the last, which is the check), grouped for reading.</summary>
    public static string Generate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, ActivationLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 31);
        Span<char> signs = stackalloc char[length];
        RandomNumberGenerator.GetItems<char>(Alphabet, signs[..^1]);
        signs[^1] = Alphabet[Check(signs[..^1])];
        return string.Join('-', new string(signs).Chunk(4).Select(group => new string(group)));
    }

    /// <summary>
    /// The code without groups as it was hashed, or null when it can't be a code: wrong length, a sign outside the alphabet, or the check fails
    /// (a typing error, which need not count as a try). Small letters, blanks, O for 0 and I or L for 1 are understood.
    /// </summary>
    public static string? Normalize(string typed, int length)
    {
        if (typed.Length > 4 * length)
        {
            return null;
        }
        Span<char> signs = stackalloc char[length];
        int count = 0;
        foreach (char c in typed)
        {
            if (c == '-' || char.IsWhiteSpace(c))
            {
                continue;
            }
            char sign = char.ToUpperInvariant(c) switch { 'O' => '0', 'I' or 'L' => '1', char other => other };
            if (count == length || !Alphabet.Contains(sign, StringComparison.Ordinal))
            {
                return null;
            }
            signs[count++] = sign;
        }
        return count == length && Alphabet[Check(signs[..^1])] == signs[^1] ? new string(signs) : null;
    }

    // Weighted sum over GF(32), the weights being different powers of a generator (at most 30 places).
    private static int Check(ReadOnlySpan<char> signs)
    {
        int sum = 0;
        foreach (char sign in signs)
        {
            sum = Double(sum ^ Alphabet.IndexOf(sign, StringComparison.Ordinal));
        }
        return sum;
    }

    // Multiplication by x modulo the primitive polynomial x^5 + x^2 + 1.
    private static int Double(int value) => (value << 1) ^ ((value & 0x10) != 0 ? 0x25 : 0);
}
