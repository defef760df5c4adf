using System.Text;

namespace CopyTrack.Accounting.Profiles;

/// <summary>Character sets by their IANA numbers (MIBenum), as prtLocalizationCharacterSet names them (RFC 3805).</summary>
internal static class CharacterSets
{
    private const int HpRoman8 = 2004;

    // Codes A0 to FF of HP's own set.
    private const string Roman8 =
        "\u00A0\u00C0\u00C2\u00C8\u00CA\u00CB\u00CE\u00CF\u00B4\u02CB\u02C6\u00A8\u02DC\u00D9\u00DB\u20A4" +
        "\u00AF\u00DD\u00FD\u00B0\u00C7\u00E7\u00D1\u00F1\u00A1\u00BF\u00A4\u00A3\u00A5\u00A7\u0192\u00A2" +
        "\u00E2\u00EA\u00F4\u00FB\u00E1\u00E9\u00F3\u00FA\u00E0\u00E8\u00F2\u00F9\u00E4\u00EB\u00F6\u00FC" +
        "\u00C5\u00EE\u00D8\u00C6\u00E5\u00ED\u00F8\u00E6\u00C4\u00EC\u00D6\u00DC\u00C9\u00EF\u00DF\u00D4" +
        "\u00C1\u00C3\u00E3\u00D0\u00F0\u00CD\u00CC\u00D3\u00D2\u00D5\u00F5\u0160\u0161\u00DA\u0178\u00FF" +
        "\u00DE\u00FE\u00B7\u00B5\u00B6\u00BE\u2014\u00BC\u00BD\u00AA\u00BA\u00AB\u25A0\u00BB\u00B1\u00A0";

    /// <summary>Text of octets in a set; ISO 8859-1 where the number is unknown, since every octet has a letter there.</summary>
    public static string Decode(ReadOnlySpan<byte> octets, int number) =>
        number == HpRoman8 ? FromRoman8(octets) : (Find(number) ?? Encoding.Latin1).GetString(octets);

    private static string FromRoman8(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder(octets.Length);
        foreach (var octet in octets)
        {
            text.Append(octet >= 0xA0 ? Roman8[octet - 0xA0] : (char)octet);
        }

        return text.ToString();
    }

    private static Encoding? Find(int number) => number switch
    {
        // ISO 8859-2 to -9 stand in a row, with -6 and -8 among them.
        >= 5 and <= 12 => Page(28588 + number - 1),
        109 => Page(28603),
        111 => Page(28605),
        17 => Page(932),
        18 => Page(51932),
        38 => Page(51949),
        113 or 2025 => Page(936),
        2026 => Page(950),
        2084 => Page(20866),
        2009 => Page(850),
        2010 => Page(852),
        2011 => Page(437),
        >= 2250 and <= 2258 => Page(number - 1000),
        _ => null,
    };

    private static Encoding? Page(int number) => CodePagesEncodingProvider.Instance.GetEncoding(number);
}
