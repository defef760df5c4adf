using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CopyTrack.Server.Tests.Web;

/// <summary>The texts of the exceptions that pages catch and show, as they stand in the sources, each value as a place <c>{0}</c>.</summary>
internal static partial class FaultTexts
{
    private static readonly string[] s_folders = ["Server/Reports", "Server/Imports", "Server/Charging", "Server/Directories", "Server/Web", "Server/Api", "Server/Fleet/Updates", "Accounting/Fleet/Updates"];

    public static IEnumerable<string> Of(string root) =>
        from folder in s_folders
        from path in Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
        let text = Comment().Replace(File.ReadAllText(path), "")
        from Match thrown in Thrown().Matches(text)
        from literal in Literals(text, thrown.Index + thrown.Length)
        where literal.Any(char.IsAsciiLetterLower)
        select literal;

    /// <summary>The literals among the arguments that begin at a place.</summary>
    private static List<string> Literals(string text, int at)
    {
        List<string> found = [];
        for (int depth = 1; depth > 0; at++)
        {
            switch (text[at])
            {
                case '(':
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
                case '"':
                    (string literal, at) = Literal(text, at + 1, text[at - 1] == '$');
                    found.Add(literal);
                    break;
            }
        }

        return found;
    }

    /// <summary>A literal from behind its first quotation mark, and where its last one stands.</summary>
    private static (string Literal, int End) Literal(string text, int at, bool interpolated)
    {
        StringBuilder literal = new();
        int places = 0;
        for (; text[at] != '"'; at++)
        {
            if (text[at] == '\\')
            {
                literal.Append(text[++at]);
            }
            else if (interpolated && text[at] == '{')
            {
                literal.Append(CultureInfo.InvariantCulture, $"{{{places++}}}");
                at = SourceText.Hole(text, at + 1);
            }
            else
            {
                literal.Append(text[at]);
            }
        }

        return (literal.ToString(), at);
    }

    [GeneratedRegex("""new (?:ChargingFault|InputFaultException|MappingFaultException|DirectoryFaultException|ReportRequestException|PdfException|UsageException|FleetFormatException)\(""")]
    private static partial Regex Thrown();

    [GeneratedRegex("""^\s*///.*$""", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
