using System.Text.Json;

namespace CopyTrack.Accounting.Fleet;

/// <summary>Enumerations by the words that messages hold: their names in camel case.</summary>
internal static class FleetWords
{
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>The value; the first one of the enumeration where the word is left out. Throws <see cref="FleetFormatException"/> for any other word.</summary>
    public static T Read<T>(string? word) where T : struct, Enum =>
        word is null ? default
        : word is not [>= 'a' and <= 'z', ..] || !Enum.TryParse<T>(word, ignoreCase: true, out var value) || Of(value) != word ? throw new FleetFormatException("a word of the message is not known")
        : value;
}
