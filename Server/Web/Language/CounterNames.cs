using System.Collections.Frozen;

namespace CopyTrack.Server.Web.Language;

/// <summary>Names of counters as the ledger's findings and evidence say them, "copy color large (impressions)", in German: "Kopien farbig groß (Seiten)".</summary>
internal static class CounterNames
{
    private const int MostWords = 6;

    private static readonly FrozenDictionary<string, string> s_words = new Dictionary<string, string>
    {
        ["total"] = "alle Seiten", ["copy"] = "Kopien", ["print"] = "Drucke", ["scan"] = "Scans", ["fax"] = "Faxe", ["other"] = "Sonstiges", ["remainder"] = "Rest",
        ["mono"] = "schwarzweiß", ["color"] = "farbig", ["twocolor"] = "zweifarbig", ["singlecolor"] = "einfarbig", ["normal"] = "Normalformat", ["large"] = "Großformat",
        ["simplex"] = "einseitig", ["duplex"] = "beidseitig", ["(impressions)"] = "(Seiten)", ["(sheets)"] = "(Blatt)", ["(scans)"] = "(Scans)", ["(equivalents)"] = "(Äquivalente)",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The name in German; null for what is no name of a counter.</summary>
    public static string? German(string name)
    {
        string[] words = name.Split(' ', MostWords + 1);
        return words.Length <= MostWords && words.All(s_words.ContainsKey) ? string.Join(' ', words.Select(w => s_words[w])) : null;
    }
}
