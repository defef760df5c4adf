using System.Globalization;

namespace CopyTrack.Server.Web;

/// <summary>An amount as somebody typed it: with the decimal sign of their language or, where nothing else can be meant, with the other one.</summary>
internal abstract record TypedAmount
{
    private const int Longest = 40;

    private TypedAmount()
    {
    }

    /// <summary>It can be read in one way only.</summary>
    public sealed record Clear(decimal Value) : TypedAmount;

    /// <summary>Its one sign may part thousands, as in this language, or be the decimal sign of another: <c>1,000</c> in English, <c>1.000</c> in German.</summary>
    public sealed record Unclear(decimal Thousands, decimal Fraction) : TypedAmount;

    /// <summary>It is no amount, or a negative one.</summary>
    public sealed record Wrong : TypedAmount;

    /// <summary>
    /// Reads an amount. The culture's decimal sign is always that. Its other sign is the decimal sign too where groups of three digits can't be meant (<c>0,05</c>, <c>12,5</c>). What stands
    /// with both signs, or with one several times, tells itself what parts thousands; spaces and apostrophes do nothing else.
    /// </summary>
    public static TypedAmount Read(string text, CultureInfo culture)
    {
        text = text.Trim();
        var sign = culture.NumberFormat.NumberDecimalSeparator[0];
        var other = sign == ',' ? '.' : ',';
        if (text.Length is 0 or > Longest || !char.IsAsciiDigit(text[^1]))
        {
            return new Wrong();
        }

        var (last, spaced) = (text.LastIndexOfAny(['.', ',']), text.IndexOfAny([' ', '\u00a0', '\u202f', '\'', '’']) >= 0);
        if (last < 0)
        {
            return Number(text, "", spaced ? Parting(text) : null);
        }

        var (whole, fraction, separator) = (text[..last], text[(last + 1)..], text[last]);
        if (whole.Contains(separator, StringComparison.Ordinal))
        {
            return Number(text, "", separator);
        }

        if (whole.Contains(separator == '.' ? ',' : '.', StringComparison.Ordinal))
        {
            return Number(whole, fraction, separator == '.' ? ',' : '.');
        }

        if (separator == other && fraction.Length == 3 && !spaced && whole is { Length: >= 1 and <= 3 } && whole[0] != '0')
        {
            return (Number(text, "", other), Number(whole, fraction, null)) is (Clear thousands, Clear parts) ? new Unclear(thousands.Value, parts.Value) : new Wrong();
        }

        return Number(whole.Length == 0 ? "0" : whole, fraction, spaced ? Parting(whole) : null);
    }

    private static char? Parting(string text) => text.FirstOrDefault(c => !char.IsAsciiDigit(c)) is var first and not '\0' ? first : null;

    /// <summary>An amount of its whole part, in groups of three digits when they are parted, and its fraction.</summary>
    private static TypedAmount Number(string whole, string fraction, char? parting)
    {
        if (parting is { } sign)
        {
            var groups = whole.Split(sign);
            if (groups[0].Length is 0 or > 3 || groups.Skip(1).Any(g => g.Length != 3))
            {
                return new Wrong();
            }

            whole = string.Concat(groups);
        }

        return whole.All(char.IsAsciiDigit) && fraction.All(char.IsAsciiDigit) && decimal.TryParse($"{whole}.{fraction}", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? new Clear(value) : new Wrong();
    }
}
