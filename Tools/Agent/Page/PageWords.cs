using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace CopyTrack.Agent.Page;

/// <summary>Texts, numbers and times of the page in one language; the English text is the key, and what has no translation stays English. Works without the system's cultures.</summary>
internal sealed class PageWords
{
    private static readonly FrozenDictionary<string, string> s_german = Load();

    private PageWords(string language) => Language = language;

    /// <summary>English.</summary>
    public static PageWords English { get; } = new("en");

    /// <summary>German.</summary>
    public static PageWords German { get; } = new("de");

    /// <summary>Tag of the language.</summary>
    public string Language { get; }

    /// <summary>The German texts, for tests.</summary>
    public static IReadOnlyDictionary<string, string> Texts => s_german;

    /// <summary>A text.</summary>
    public string this[string english] => Language == "de" ? s_german.GetValueOrDefault(english, english) : english;

    /// <summary>A text with values in the places <c>{0}</c>, <c>{1}</c>.</summary>
    public string this[string english, params object?[] values] => string.Format(CultureInfo.InvariantCulture, this[english], values);

    /// <summary>The words by what somebody chose before, else by what the browser asks for first (RFC 9110 §12.5.4, without weights).</summary>
    public static PageWords Of(string? chosen, string accepted) => chosen switch
    {
        "de" => German,
        "en" => English,
        _ => accepted.TrimStart().StartsWith("de", StringComparison.OrdinalIgnoreCase) ? German : English,
    };

    /// <summary>A number with its groups apart; null for null.</summary>
    public string? Number(long? value) => value?.ToString("#,0", CultureInfo.InvariantCulture) is { } text ? Language == "de" ? text.Replace(',', '.') : text : null;

    /// <summary>A time in UTC.</summary>
    public string Time(DateTimeOffset at) => at.UtcDateTime.ToString(Language == "de" ? "dd.MM.yyyy HH:mm:ss 'UTC'" : "yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static FrozenDictionary<string, string> Load()
    {
        using var stream = typeof(PageWords).Assembly.GetManifestResourceStream("page.de.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.EnumerateObject().ToFrozenDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal);
    }
}
