using System.Globalization;

namespace CopyTrack.Terminal.Configuration;

/// <summary>Byte strings as people write them: ASCII with <c>\r \n \t \\ \xHH</c>.</summary>
internal static class ByteText
{
    /// <summary>False when an escape is unknown or cut off, or a character is outside ASCII.</summary>
    internal static bool TryParse(string text, out byte[] bytes)
    {
        var result = new List<byte>(text.Length);
        bytes = [];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] > 0x7F)
            {
                return false;
            }
            if (text[i] != '\\')
            {
                result.Add((byte)text[i]);
                continue;
            }
            if (++i >= text.Length)
            {
                return false;
            }
            switch (text[i])
            {
                case 'r': result.Add(0x0D); break;
                case 'n': result.Add(0x0A); break;
                case 't': result.Add(0x09); break;
                case '\\': result.Add(0x5C); break;
                case 'x' when i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value):
                    result.Add(value);
                    i += 2;
                    break;
                default: return false;
            }
        }
        bytes = [.. result];
        return true;
    }
}
