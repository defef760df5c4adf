using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Server.Reports.Export;

/// <summary>What a column of a printed table needs, in widths of the letter's height (em): its heading may wrap between words, figures never wrap, texts wrap where they are long.</summary>
internal readonly record struct PrintColumn(bool IsFigure, double Needs);

/// <summary>
/// The sheet and the letters with which a table of many columns stands on paper whole: nothing may be cut off at an edge. Letters shrink first, then the sheet grows; whoever prints it
/// has their printer make it smaller again.
/// </summary>
internal sealed record PrintSheet(string Paper, double Points, ImmutableArray<PrintColumn> Columns)
{
    private const double Largest = 8, Smallest = 5, Padding = 1, LongestText = 14;

    // Points between the margins of 12 mm, across. The style language has no name for A2.
    private static readonly (string Name, double Width)[] s_papers = [("A4 landscape", 773), ("A3 landscape", 1122), ("594mm 420mm", 1615)];

    /// <summary>The sheet for headings and the cells of rows below them, all as they are printed.</summary>
    public static PrintSheet Of(IReadOnlyList<(string Heading, bool IsFigure)> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        double[] needs = [.. columns.Select(c => Words(c.Heading).Max(w => Width(w) * Bold))];
        foreach (var row in rows)
        {
            for (int i = 0; i < needs.Length; i++)
            {
                // The last row may be that of the totals, which is bold.
                needs[i] = Math.Max(needs[i], columns[i].IsFigure ? Width(row[i]) * Bold : Math.Min(LongestText, Words(row[i]).Max(Width)));
            }
        }

        double all = needs.Sum() + (needs.Length * Padding);
        var paper = s_papers.FirstOrDefault(p => p.Width / all >= Smallest, s_papers[^1]);
        return new PrintSheet(paper.Name, Math.Round(Math.Min(Largest, paper.Width / all), 2, MidpointRounding.ToZero), [.. needs.Select((n, i) => new PrintColumn(columns[i].IsFigure, Math.Round(n, 2, MidpointRounding.ToPositiveInfinity)))]);
    }

    /// <summary>What the style of the page adds for it.</summary>
    public string Css => string.Create(CultureInfo.InvariantCulture, $"@page {{ size: {Paper} }} table.fitted {{ font-size: {Points}pt }}");

    /// <summary>Attribute of a column's heading; below that width its words are not broken. Empty for figures, which never are.</summary>
    public string Attribute(int column) => Columns[column].IsFigure ? "" : string.Create(CultureInfo.InvariantCulture, $" style=\"min-width:{Columns[column].Needs + Padding}em\"");

    /// <summary>The beginning of a text that is not wider than that, with an ellipsis where something is left out.</summary>
    public static string Cut(string text, double width)
    {
        if (Width(text) <= width)
        {
            return text;
        }

        int length = 0;
        for (double used = Width("…"); length < text.Length && (used += Of(text[length])) <= width; length++)
        {
        }

        return text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)].TrimEnd() + "…";
    }

    /// <summary>How much wider bold letters are.</summary>
    private const double Bold = 1.12;

    /// <summary>Width of a text in em: of DejaVu Sans, the widest of the fonts that the style names.</summary>
    internal static double Width(string text) => text.Sum(Of);

    private static string[] Words(string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words ? words : [""];

    private static double Of(char letter) => letter switch
    {
        'i' or 'j' or 'l' or 'I' or 'J' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' or ' ' or '\u00a0' => .34,
        'f' or 't' or 'r' or '-' or '(' or ')' or '[' or ']' or '/' => .42,
        'm' or 'w' or 'M' or 'W' or '%' or '@' or '…' or '→' => 1,
        >= '0' and <= '9' => .64,
        >= 'A' and <= 'Z' or 'Ä' or 'Ö' or 'Ü' => .76,
        < '\u0250' => .63,
        // Scripts whose letters are as wide as they are high.
        _ => 1.02,
    };
}
