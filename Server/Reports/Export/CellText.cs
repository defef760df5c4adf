using System.Globalization;

namespace CopyTrack.Server.Reports.Export;

/// <summary>What makes a text dangerous or invalid in a file for spreadsheets. Pure.</summary>
internal static class CellText
{
    // Some spreadsheets take the full-width forms for the plain ones.
    private const string Formula = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    /// <summary>True when a spreadsheet may run the text as a formula once it stands in a CSV file.</summary>
    public static bool IsFormula(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> trimmed = text.TrimStart(' ');
        return trimmed.Length > 0 && Formula.Contains(trimmed[0], StringComparison.Ordinal);
    }

    /// <summary>
    /// The text with what XML 1.0 can't hold replaced by U+FFFD, escaped, and with underscores escaped where ECMA-376 (22.9.2.19, ST_Xstring) would read <c>_xHHHH_</c>
    /// as a character; cut at <paramref name="longest"/> characters.
    /// </summary>
    public static string ForXml(string text, int longest)
    {
        System.Text.StringBuilder result = new(Math.Min(text.Length, longest) + 16);
        for (int i = 0; i < text.Length && i < longest; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && i + 1 < longest && char.IsLowSurrogate(text[i + 1]))
            {
                result.Append(c).Append(text[++i]);
            }
            else if (c == '_' && IsEscape(text, i))
            {
                result.Append("_x005F_");
            }
            else
            {
                result.Append(c switch
                {
                    '&' => "&amp;",
                    '<' => "&lt;",
                    '>' => "&gt;",
                    '"' => "&quot;",
                    _ => System.Xml.XmlConvert.IsXmlChar(c) ? c.ToString() : "\uFFFD",
                });
            }
        }

        return result.ToString();
    }

    private static bool IsEscape(string text, int at) => at + 6 < text.Length && text[at + 1] == 'x' && text[at + 6] == '_'
        && uint.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
}
