using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CopyTrack.Server.Tests.Web;

/// <summary>The literals of a C# source, each value that is put into one as a place <c>{0}</c>; those of attributes, comments, verbatim and raw texts, octets and of exceptions for programmers are left out.</summary>
internal static partial class SourceText
{
    /// <summary>The literals in the order in which they stand; those inside of a value come before the literal around it.</summary>
    public static List<string> Literals(string source)
    {
        string text = Aside().Replace(source, "");
        List<(string Text, int At)> found = [];
        Read(text, 0, text.Length, found);
        List<(int From, int To)> skipped = [.. ForProgrammers().Matches(text).Select(m => (m.Index, End(text, m.Index + m.Length)))];
        return [.. found.Where(f => !skipped.Any(s => f.At >= s.From && f.At < s.To)).Select(f => f.Text)];
    }

    private static void Read(string text, int at, int end, List<(string Text, int At)> found)
    {
        while (at < end)
        {
            at = text[at] switch
            {
                '/' when Next(text, at) == '/' => Behind(text, "\n", at),
                '/' when Next(text, at) == '*' => Behind(text, "*/", at),
                '\'' => Character(text, at),
                '"' when text.AsSpan(at).StartsWith("\"\"\"") => Behind(text, "\"\"\"", at + 3),
                '"' when at > 0 && text[at - 1] == '@' => Verbatim(text, at + 1),
                '"' => Literal(text, at, at > 0 && text[at - 1] == '$', found),
                _ => at + 1,
            };
        }
    }

    /// <summary>Reads a literal from its first quotation mark; gives where its last one is over.</summary>
    private static int Literal(string text, int begin, bool interpolated, List<(string Text, int At)> found)
    {
        StringBuilder literal = new();
        int places = 0, at = begin + 1;
        for (; text[at] != '"'; at++)
        {
            if (text[at] == '\\')
            {
                literal.Append(text[++at] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
            }
            else if (interpolated && text[at] is '{' or '}' && Next(text, at) == text[at])
            {
                literal.Append(text[at++]);
            }
            else if (interpolated && text[at] == '{')
            {
                int hole = at + 1;
                at = Hole(text, hole);
                Read(text, hole, at, found);
                literal.Append(CultureInfo.InvariantCulture, $"{{{places++}}}");
            }
            else
            {
                literal.Append(text[at]);
            }
        }

        if (!text.AsSpan(at + 1).StartsWith("u8"))
        {
            found.Add((literal.ToString(), begin));
        }

        return at + 1;
    }

    /// <summary>Where the bracket stands that ends a value.</summary>
    internal static int Hole(string text, int at)
    {
        bool quoted = false;
        for (int depth = 1; ; at++)
        {
            quoted ^= text[at] == '"';
            depth += quoted ? 0 : text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
            if (depth == 0)
            {
                return at;
            }
        }
    }

    private static int Verbatim(string text, int at)
    {
        for (; text[at] != '"' || Next(text, at) == '"'; at++)
        {
            at += text[at] == '"' ? 1 : 0;
        }

        return at + 1;
    }

    private static int Character(string text, int at)
    {
        Match literal = CharacterLiteral().Match(text, at);
        return literal.Success && literal.Index == at ? at + literal.Length : at + 1;
    }

    /// <summary>Where the arguments end that begin at a place.</summary>
    private static int End(string text, int at)
    {
        for (int depth = 1; depth > 0 && at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                for (at++; text[at] != '"'; at++)
                {
                    at += text[at] == '\\' ? 1 : 0;
                }
            }

            depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
        }

        return at;
    }

    private static char Next(string text, int at) => at + 1 < text.Length ? text[at + 1] : '\0';

    private static int Behind(string text, string end, int at) => text.IndexOf(end, at, StringComparison.Ordinal) is >= 0 and var found ? found + end.Length : text.Length;

    [GeneratedRegex("""^\s*(?:///|\[(?:GeneratedRegex|LoggerMessage|SuppressMessage)).*$""", RegexOptions.Multiline)]
    private static partial Regex Aside();

    [GeneratedRegex("""new (?:ArgumentException|ArgumentOutOfRangeException|InvalidOperationException|UnreachableException|NotSupportedException|ObjectDisposedException|InvalidDataException)\(""")]
    private static partial Regex ForProgrammers();

    [GeneratedRegex("""'(?:[^'\\]|\\[^\n]{1,9}?)'""")]
    private static partial Regex CharacterLiteral();
}
