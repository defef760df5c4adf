using System.Text.Json;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>Strings out of hostile JSON.</summary>
internal static class JsonText
{
    /// <summary>Longest JSON spelling of one character: an escaped surrogate pair.</summary>
    private const int MaxSpelling = 12;

    /// <summary>
    /// Reads a string of <paramref name="min"/> to <paramref name="max"/> characters (code points). False, without allocating for a long one, when the token is
    /// no string, has another length, holds U+0000 (no store takes it) or an unpaired surrogate.
    /// </summary>
    public static bool TryRead(ref Utf8JsonReader reader, int min, int max, out string text)
    {
        text = "";
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > (long)max * MaxSpelling)
        {
            return false;
        }
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Escapes that spell half a surrogate pair are JSON, but no text.
            return false;
        }
        var length = text.Length;
        foreach (var unit in text)
        {
            if (unit == '\0')
            {
                return false;
            }
            length -= char.IsLowSurrogate(unit) ? 1 : 0;
        }
        return length >= min && length <= max;
    }
}
