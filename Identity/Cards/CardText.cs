namespace CopyTrack.Identity.Cards;

/// <summary>The one form in which card numbers are compared (docs/terminal-protocol.md §3).</summary>
public static class CardText
{
    /// <summary>Longest canonical card text, in characters; longer input is not a card.</summary>
    public const int MaxLength = 128;

    /// <summary>
    /// Drops spaces, <c>:</c> and <c>-</c> and makes letters upper case. Returns null when nothing is left, when more than
    /// <see cref="MaxLength"/> characters are left, or when a control character is among them.
    /// </summary>
    public static string? Canonicalize(string raw)
    {
        if (raw.Length > 4 * MaxLength)
        {
            return null;
        }
        Span<char> kept = stackalloc char[MaxLength];
        int length = 0;
        foreach (char c in raw)
        {
            if (c is ':' or '-' || char.IsWhiteSpace(c))
            {
                continue;
            }
            if (length == MaxLength || char.IsControl(c))
            {
                return null;
            }
            kept[length++] = char.ToUpperInvariant(c);
        }
        return length == 0 ? null : new string(kept[..length]);
    }

    /// <summary>
    /// True when <paramref name="canonical"/> is a 4-byte ISO/IEC 14443-3 UID that begins with 08: the card makes such a number anew for each
    /// reading, so it names nobody. Telephones and passports do this.
    /// </summary>
    public static bool IsRandomUid(string canonical) =>
        canonical.Length == 8 && canonical.StartsWith("08", StringComparison.Ordinal) && IsHex(canonical);

    /// <summary>True when every character is a hexadecimal digit (and there is at least one).</summary>
    public static bool IsHex(string text) => text.Length > 0 && text.All(char.IsAsciiHexDigit);

    /// <summary>True when every character is a decimal digit (and there is at least one).</summary>
    public static bool IsDecimal(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);
}
