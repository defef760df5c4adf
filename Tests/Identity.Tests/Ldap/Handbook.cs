using System.Text.RegularExpressions;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Ldap;

/// <summary>The table of causes in <c>docs/directories.md</c>.</summary>
internal static partial class Handbook
{
    private static readonly Lazy<IReadOnlyList<(string Cause, Regex Text)>> s_causes = new(Read);

    /// <summary>Each cause with the text that belongs to it; numbers and what stands for "..." may be others.</summary>
    public static IReadOnlyList<(string Cause, Regex Text)> Causes => s_causes.Value;

    private static List<(string Cause, Regex Text)> Read()
    {
        var at = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "CopyTrack.sln")))
        {
            at = at.Parent ?? throw new InvalidOperationException("the solution is not above the tests");
        }

        var causes = new List<(string, Regex)>();
        foreach (var line in File.ReadLines(Path.Combine(at.FullName, "docs", "directories.md")).SkipWhile(l => l != "## When it fails").TakeWhile(l => l != "## What a hostile directory can do"))
        {
            if (line.Split('|', StringSplitOptions.TrimEntries) is ["", { Length: > 0 } cause, { Length: > 0 } text, ""] && cause != "cause" && !cause.StartsWith('-'))
            {
                causes.Add((cause, new Regex("^" + Number().Replace(Regex.Escape(text).Replace(@"\.\.\.", ".*", StringComparison.Ordinal), "[0-9.]+") + "$", RegexOptions.CultureInvariant)));
            }
        }

        return causes;
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
