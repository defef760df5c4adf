using System.Collections.Frozen;
using System.Text.Json;

namespace CopyTrack.Server.Web.Language;

/// <summary>German by the English text, from the embedded files <c>Web/Language/de/*.json</c>: flat objects, one file for each area.</summary>
internal static class GermanTexts
{
    /// <summary>The file of sentences that inner parts of the program say with values in them.</summary>
    public const string Faults = "faults.json";

    private const string Folder = "web/de/";

    private static readonly Lazy<FrozenDictionary<string, string>> s_texts = new(Load);
    private static readonly Lazy<GermanSentences> s_sentences = new(() => new GermanSentences(Files().Single(f => f.File == Faults).Texts));

    /// <summary>The German text, also of a sentence that has its values already; the English one where there is none.</summary>
    public static string Of(string english) => s_texts.Value.TryGetValue(english, out string? german) ? german
        : s_sentences.Value.Of(english, value => s_texts.Value.GetValueOrDefault(value, value)) ?? english;

    /// <summary>Every file with its texts, for tests.</summary>
    public static IEnumerable<(string File, Dictionary<string, string> Texts)> Files() =>
        from name in typeof(GermanTexts).Assembly.GetManifestResourceNames()
        where name.StartsWith(Folder, StringComparison.Ordinal)
        orderby name
        select (name[Folder.Length..], Read(name));

    private static FrozenDictionary<string, string> Load()
    {
        Dictionary<string, string> all = new(StringComparer.Ordinal);
        foreach ((_, Dictionary<string, string> texts) in Files())
        {
            foreach ((string english, string german) in texts)
            {
                all.TryAdd(english, german);
            }
        }

        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static Dictionary<string, string> Read(string name)
    {
        using Stream stream = typeof(GermanTexts).Assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
    }
}
