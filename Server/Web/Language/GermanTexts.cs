using System.Collections.Frozen;
using System.Text.Json;

namespace CopyTrack.Server.Web.Language;

/// <summary>German by the English text, from the embedded files <c>Web/Language/de/*.json</c>: flat objects, one file for each area.</summary>
internal static class GermanTexts
{
    /// <summary>How the files begin that hold sentences that inner parts of the program say with values in them.</summary>
    public const string Faults = "faults";

    private const string Folder = "web/de/";

    /// <summary>A sentence may hold one as a value, and that one another: "no run; the server says (…)".</summary>
    private const int Deepest = 3;

    private static readonly Lazy<FrozenDictionary<string, string>> s_texts = new(Load);
    private static readonly Lazy<GermanSentences> s_sentences = new(() => new GermanSentences(Files().Where(f => f.File.StartsWith(Faults, StringComparison.Ordinal)).SelectMany(f => f.Texts)));

    /// <summary>The German text, also of a sentence that has its values already, and of a counter's name; the English one where there is none.</summary>
    public static string Of(string english) => Find(english, Deepest) ?? CounterNames.German(english) ?? english;

    private static string? Find(string english, int depth) => s_texts.Value.TryGetValue(english, out string? german) ? german
        : depth == 0 ? null : s_sentences.Value.Of(english, value => Value(value, depth - 1));

    /// <summary>A value of a sentence: a word, a list of words, the name of a counter, or another sentence; anything else stays.</summary>
    private static string Value(string value, int depth) => Find(value, depth) ?? Listed(value) ?? CounterNames.German(value) ?? value;

    private static string? Listed(string value) => value.Contains(", ", StringComparison.Ordinal) && value.Split(", ") is var words && words.All(s_texts.Value.ContainsKey)
        ? string.Join(", ", words.Select(w => s_texts.Value[w])) : null;

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
