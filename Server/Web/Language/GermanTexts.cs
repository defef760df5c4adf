using System.Collections.Frozen;
using System.Text.Json;

namespace CopyTrack.Server.Web.Language;

/// <summary>German by the English text, from the embedded files <c>Web/Language/de/*.json</c>: flat objects, one file for each area.</summary>
internal static class GermanTexts
{
    private const string Folder = "web/de/";

    private static readonly Lazy<FrozenDictionary<string, string>> s_texts = new(Load);

    /// <summary>The German text; the English one where there is none.</summary>
    public static string Of(string english) => s_texts.Value.GetValueOrDefault(english, english);

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
