using System.Globalization;
using System.Text.RegularExpressions;
using CopyTrack.Integration.Demo;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>The table of causes in <c>docs/kerberos.md</c>: what the terminal gets and what the log says.</summary>
internal static partial class KerberosHandbook
{
    private static readonly Lazy<IReadOnlyList<Row>> Rows = new(() => [.. Read()]);

    /// <summary>Fails unless a row of the table has this code, this line's cause, and a text that the line has; numbers, realms and what stands for "..." may be others.</summary>
    public static void Tells(int code, string line) => Assert.That(
        Rows.Value.Any(row => row.Code == code && (row.Cause is null || line.Contains(row.Cause, StringComparison.Ordinal)) && row.Text.IsMatch(line)), Is.True,
        $"docs/kerberos.md has no row for {code} and: {line}");

    private static IEnumerable<Row> Read()
    {
        foreach (var line in File.ReadLines(Path.Combine(Built.Root, "docs", "kerberos.md")).SkipWhile(l => l != "## Causes"))
        {
            if (line.Split('|') is ["", _, var terminal, var log, ""] && Code().Match(terminal) is { Success: true } code)
            {
                var text = Regex.Escape(Quoted().Match(log).Groups[1].Value).Replace(@"\.\.\.", ".*", StringComparison.Ordinal).Replace("HOST:PORT", ".*", StringComparison.Ordinal);
                yield return new Row(
                    int.Parse(code.Value, CultureInfo.InvariantCulture), Cause().Match(log) is { Success: true } cause ? cause.Value : null,
                    new Regex(Realm().Replace(Number().Replace(text, "[0-9]+"), "[A-Z.]+"), RegexOptions.CultureInvariant));
            }
        }
    }

    [GeneratedRegex("-32[0-9]{3}")]
    private static partial Regex Code();

    [GeneratedRegex("\\([A-Z][A-Za-z]+\\)")]
    private static partial Regex Cause();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("\\bR\\b")]
    private static partial Regex Realm();

    [GeneratedRegex("\\bN\\b|[0-9]+")]
    private static partial Regex Number();

    private sealed record Row(int Code, string? Cause, Regex Text);
}
