using System.Globalization;

namespace CopyTrack.MfpSimulator.Mib;

/// <summary>Object identifiers as their sub-identifiers: text, BER content (X.690 §8.19) and order (RFC 3416 §4.2.2).</summary>
internal static class Oid
{
    /// <summary>RFC 3416 §4.1: at most 128 sub-identifiers.</summary>
    public const int MaxParts = 128;

    /// <summary>Reads dotted text; a leading dot is allowed. Throws <see cref="FormatException"/> for anything else.</summary>
    public static uint[] Parse(string text)
    {
        var pieces = text.TrimStart('.').Split('.');
        var parts = new uint[pieces.Length];
        for (var i = 0; i < pieces.Length; i++)
            if (!uint.TryParse(pieces[i], NumberStyles.None, CultureInfo.InvariantCulture, out parts[i]))
                throw new FormatException($"'{text}' is no object identifier.");
        return parts.Length is >= 2 and <= MaxParts ? parts : throw new FormatException($"'{text}' is no object identifier.");
    }

    /// <summary>The dotted text.</summary>
    public static string Text(ReadOnlySpan<uint> parts) => string.Join('.', parts.ToArray());

    /// <summary>Decodes BER content into <paramref name="parts"/>; the number of parts, or -1 when it is malformed or too long.</summary>
    public static int Decode(ReadOnlySpan<byte> content, Span<uint> parts)
    {
        var count = 0;
        ulong value = 0;
        var open = false;
        foreach (var octet in content)
        {
            value = (value << 7) | (uint)(octet & 0x7F);
            open = octet >= 0x80;
            if (value > uint.MaxValue + 80UL) return -1;
            if (open) continue;
            if (count + 2 > parts.Length) return -1;
            if (count == 0)
            {
                parts[count++] = (uint)Math.Min(value / 40, 2);
                value -= parts[0] * 40UL;
            }

            if (value > uint.MaxValue) return -1;
            parts[count++] = (uint)value;
            value = 0;
        }

        return open ? -1 : count;
    }

    /// <summary>Encodes as BER content, without tag and length.</summary>
    public static byte[] Encode(ReadOnlySpan<uint> parts)
    {
        var bytes = new List<byte>(parts.Length + 4);
        Append(bytes, parts.Length > 1 ? (parts[0] * 40UL) + parts[1] : 0);
        for (var i = 2; i < parts.Length; i++) Append(bytes, parts[i]);
        return [.. bytes];
    }

    private static void Append(List<byte> bytes, ulong value)
    {
        for (var shift = 35; shift > 0; shift -= 7)
            if (value >> shift != 0) bytes.Add((byte)(0x80 | ((value >> shift) & 0x7F)));
        bytes.Add((byte)(value & 0x7F));
    }
}
