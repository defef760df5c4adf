using System.Collections.Frozen;

namespace CopyTrack.Server.Web.Site;

/// <summary>What somebody does next whose package was not taken.</summary>
internal static class PackageAdvice
{
    private static readonly string
        s_again = Words.Key("It was damaged on the way: fetch it from the publisher once more."),
        s_other = Words.Key("Choose the file as the publisher gave it; its name ends in .ctpkg."),
        s_publisher = Words.Key("Take packages from the publisher of this program alone. If this one is from there, it was damaged on the way or is signed with a newer key: ask the publisher.");

    // By the sentences with which packages are refused.
    private static readonly FrozenDictionary<string, string> s_steps = new Dictionary<string, string>
    {
        ["this is no package"] = s_other,
        ["the package is cut short"] = s_again, ["the archive is cut short"] = s_again, ["the archive is longer than its manifest says"] = s_again, ["the archive is not the one that was signed"] = s_again,
        ["the archive is broken"] = s_again, ["a file of the archive is not the one that was signed"] = s_again,
        ["the package is not signed by the publisher's release key"] = s_publisher,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Why a package was not taken, and what to do where that is not plain by itself. <paramref name="fault"/>: the reason in English.</summary>
    public static string Refused(Words words, string fault) => words["The package is not taken: {0}.", words[fault]] + (s_steps.TryGetValue(fault, out string? step) ? " " + words[step] : "");
}
