using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace CopyTrack.Accounting.Usb;

/// <summary>The answer of a printer or what looked like one can't be read; the message says why.</summary>
public sealed class IppFormatException(string message) : Exception(message);

/// <summary>Get-Printer-Attributes of IPP (RFC 8010, RFC 8011 §4.2.5), as far as meters need it: no jobs are ever asked for.</summary>
public static class IppPrinter
{
    /// <summary>Longest answer that is looked at, in octets.</summary>
    public const int MostOctets = 256 * 1024;

    private const int MostValues = 2000;
    private const byte Operation = 1, End = 3, Integer = 0x21, Enumeration = 0x23, Charset = 0x47, Language = 0x48, Uri = 0x45, Keyword = 0x44, TextWithoutLanguage = 0x41, NameWithoutLanguage = 0x42, OctetString = 0x30;

    private static readonly string[] s_wanted =
    [
        "printer-make-and-model", "printer-device-id", "printer-name", "printer-location", "printer-firmware-string-version", "printer-state", "printer-state-reasons", "printer-up-time", "pages-per-minute",
        "printer-impressions-completed", "printer-impressions-completed-col", "marker-names", "marker-colors", "marker-types", "marker-levels", "printer-supply", "printer-supply-description",
    ];

    /// <summary>The question to a printer of that address.</summary>
    public static byte[] Question(string printerUri, int requestId)
    {
        using var to = new MemoryStream();
        // Version 1.1, operation 0x000B.
        to.Write([1, 1, 0, 0x0B]);
        Span<byte> id = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(id, requestId);
        to.Write(id);
        to.WriteByte(Operation);
        Attribute(to, Charset, "attributes-charset", "utf-8");
        Attribute(to, Language, "attributes-natural-language", "en");
        Attribute(to, Uri, "printer-uri", printerUri);
        for (var i = 0; i < s_wanted.Length; i++)
        {
            Attribute(to, Keyword, i == 0 ? "requested-attributes" : "", s_wanted[i]);
        }

        to.WriteByte(End);
        return to.ToArray();
    }

    /// <summary>
    /// The printer's attributes that are numbers or texts, each with its values in order; others are passed over. Throws <see cref="IppFormatException"/> for an answer to another question,
    /// a refusal, or what is no IPP.
    /// </summary>
    public static ImmutableDictionary<string, ImmutableArray<string>> Read(ReadOnlySpan<byte> answer, int requestId)
    {
        if (answer.Length is < 9 or > MostOctets || BinaryPrimitives.ReadInt32BigEndian(answer[4..]) != requestId)
        {
            throw new IppFormatException("what answers speaks no IPP");
        }

        var status = BinaryPrimitives.ReadUInt16BigEndian(answer[2..]);
        if (status > 0xFF)
        {
            throw new IppFormatException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the printer refuses with status {status:X4}"));
        }

        var found = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string>? values = null;
        var rest = answer[8..];
        for (var count = 0; ; count++)
        {
            if (rest.IsEmpty || count > MostValues)
            {
                throw new IppFormatException(rest.IsEmpty ? "the answer of the printer is cut short" : "the answer of the printer has too many values");
            }

            var tag = rest[0];
            rest = rest[1..];
            if (tag == End)
            {
                return found.ToImmutableDictionary(f => f.Key, f => f.Value.ToImmutableArray());
            }

            if (tag < 0x10)
            {
                values = null;
                continue;
            }

            var name = Encoding.ASCII.GetString(Field(ref rest));
            var value = Field(ref rest);
            if (name.Length > 0)
            {
                values = found[name] = [];
            }

            if (Text(tag, value) is { } text)
            {
                values?.Add(text);
            }
        }
    }

    private static string? Text(byte tag, ReadOnlySpan<byte> value) => tag switch
    {
        Integer or Enumeration when value.Length == 4 => BinaryPrimitives.ReadInt32BigEndian(value).ToString(System.Globalization.CultureInfo.InvariantCulture),
        TextWithoutLanguage or NameWithoutLanguage or Keyword or Uri => UsbText.Clean(Encoding.UTF8.GetString(value)) ?? "",
        OctetString => UsbText.Clean(Encoding.Latin1.GetString(value)),
        _ => null,
    };

    private static ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(rest) is var length && rest.Length < 2 + length)
        {
            throw new IppFormatException("the answer of the printer is cut short");
        }

        var field = rest.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(rest));
        rest = rest[(2 + field.Length)..];
        return field;
    }

    private static void Attribute(MemoryStream to, byte tag, string name, string value)
    {
        to.WriteByte(tag);
        Span<byte> length = stackalloc byte[2];
        foreach (var text in new[] { name, value })
        {
            var octets = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)octets.Length);
            to.Write(length);
            to.Write(octets);
        }
    }
}
