using System.Globalization;
using System.Net;
using System.Text;

namespace CopyTrack.MfpSimulator.Mib;

/// <summary>One object of a recording: its name, BER tag and the content octets of its value.</summary>
internal sealed record MibRow(uint[] Name, byte Tag, byte[] Content)
{
    public const byte Integer = 0x02;
    public const byte OctetString = 0x04;
    public const byte ObjectIdentifier = 0x06;
    public const byte Counter32 = 0x41;
    public const byte TimeTicks = 0x43;
    public const byte Counter64 = 0x46;

    /// <summary>Dotted name.</summary>
    public string OidText { get; } = Oid.Text(Name);

    /// <summary>The value as a number, null where it is none.</summary>
    public long? Number => IsNumber(Tag) && Content.Length is > 0 and <= 9 ? ReadNumber(Content) : null;

    /// <summary>The octets as UTF-8 text (bad bytes replaced).</summary>
    public string Text => Encoding.UTF8.GetString(Content);

    /// <summary>Where a counter with this tag wraps (RFC 2578 §7.1): 2^31 for Integer32, 2^32 for Counter32, Gauge32 and TimeTicks.</summary>
    public static long Modulus(byte tag) => tag switch { Integer => 1L << 31, Counter64 => long.MaxValue, _ => 1L << 32 };

    /// <summary>Reads one line <c>OID|tag|value</c>, split on the first two bars. Null for an empty line or a comment; throws <see cref="FormatException"/> otherwise when it can't be read.</summary>
    public static MibRow? ParseLine(string line)
    {
        if (line.Length == 0 || line[0] == '#') return null;
        var first = line.IndexOf('|', StringComparison.Ordinal);
        var second = first < 0 ? -1 : line.IndexOf('|', first + 1);
        if (second < 0) throw new FormatException($"'{line}' is not OID|tag|value.");
        var tagText = line[(first + 1)..second];
        var isHex = tagText.EndsWith('x');
        if (!byte.TryParse(isHex ? tagText[..^1] : tagText, NumberStyles.None, CultureInfo.InvariantCulture, out var tag))
            throw new FormatException($"'{tagText}' is no tag that can be served.");
        return Of(Oid.Parse(line[..first]), tag, line[(second + 1)..], isHex);
    }

    /// <summary>Makes a row from text as recordings write it.</summary>
    public static MibRow Of(uint[] name, byte tag, string value, bool isHex) => new(name, tag, (tag, isHex) switch
    {
        (_, true) => Convert.FromHexString(value),
        (OctetString or 68, _) => Encoding.Latin1.GetBytes(value),
        (5, _) => [],
        (ObjectIdentifier, _) => Oid.Encode(Oid.Parse(value)),
        (64, _) => IPAddress.Parse(value).GetAddressBytes(),
        (Integer, _) => NumberContent(long.Parse(value, CultureInfo.InvariantCulture)),
        (65 or 66 or 67 or 70, _) => UnsignedContent(ulong.Parse(value, CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"Tag {tag} can't be served."),
    });

    /// <summary>True for INTEGER and the application types that are numbers.</summary>
    public static bool IsNumber(byte tag) => tag is Integer or 65 or 66 or 67 or 70;

    /// <summary>Minimal two's complement octets.</summary>
    public static byte[] NumberContent(long value)
    {
        Span<byte> octets = stackalloc byte[9];
        return octets[..WriteNumber(octets, value)].ToArray();
    }

    /// <summary>Writes minimal two's complement octets and returns how many (at most 8).</summary>
    public static int WriteNumber(Span<byte> target, long value)
    {
        var length = 1;
        while (length < 8 && (value >> ((length * 8) - 1)) is not (0 or -1)) length++;
        for (var i = 0; i < length; i++) target[i] = (byte)(value >> ((length - 1 - i) * 8));
        return length;
    }

    private static byte[] UnsignedContent(ulong value) => value <= long.MaxValue ? NumberContent((long)value) : [0, .. BitConverter.GetBytes(value).Reverse()];

    private static long ReadNumber(byte[] content)
    {
        long value = (sbyte)content[0];
        foreach (var octet in content.AsSpan(1)) value = (value << 8) | octet;
        return value;
    }
}
