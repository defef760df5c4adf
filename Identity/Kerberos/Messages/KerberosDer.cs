using System.Formats.Asn1;
using System.Text;

namespace CopyTrack.Identity.Kerberos.Messages;

/// <summary>
/// The forms of RFC 4120 §5.2 that the base library has no word for. Reading throws <see cref="AsnContentException"/> for whatever the section does not allow;
/// strings and lists are bounded, nothing is allocated by a peer's length alone.
/// </summary>
internal static class KerberosDer
{
    /// <summary>Longest name component or realm, in bytes.</summary>
    internal const int MaxString = 1024;

    private const int GeneralString = 27;

    private static readonly UTF8Encoding Strict = new(false, true);

    internal static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);

    internal static Asn1Tag Application(int number) => new(TagClass.Application, number, isConstructed: true);

    /// <summary>A whole message: exactly one value, no bytes behind it.</summary>
    internal static AsnReader Message(ReadOnlyMemory<byte> bytes, int application)
    {
        var outer = new AsnReader(bytes, AsnEncodingRules.DER);
        var inner = outer.ReadSequence(Application(application));
        outer.ThrowIfNotEmpty();
        var body = inner.ReadSequence();
        inner.ThrowIfNotEmpty();
        return body;
    }

    /// <summary>The member [number], which must be there.</summary>
    internal static AsnReader Member(this AsnReader reader, int number) => reader.ReadSequence(Context(number));

    /// <summary>The member [number] when it is the next one, else null.</summary>
    internal static AsnReader? Optional(this AsnReader reader, int number) => reader.HasData && reader.PeekTag() == Context(number) ? reader.Member(number) : null;

    /// <summary>Reads the one value in a member.</summary>
    internal static T Only<T>(this AsnReader member, Func<AsnReader, T> read)
    {
        var value = read(member);
        member.ThrowIfNotEmpty();
        return value;
    }

    internal static int Int32(this AsnReader reader) => reader.TryReadInt32(out var value) ? value : throw new AsnContentException("a number is out of range");

    internal static uint UInt32(this AsnReader reader) => reader.TryReadUInt32(out var value) ? value : throw new AsnContentException("a number is out of range");

    internal static DateTimeOffset Time(this AsnReader reader) => reader.ReadGeneralizedTime();

    internal static byte[] Octets(this AsnReader reader) => reader.ReadOctetString();

    /// <summary>KerberosFlags as the first 32 bits, bit 0 of the RFC highest; missing bits are 0.</summary>
    internal static uint Flags(this AsnReader reader)
    {
        Span<byte> four = stackalloc byte[4];
        four.Clear();
        var bits = reader.ReadBitString(out _);
        bits.AsSpan(0, Math.Min(4, bits.Length)).CopyTo(four);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(four);
    }

    /// <summary>A KerberosString as text: UTF-8 (MIT, AD) without control characters.</summary>
    internal static string Text(this AsnReader reader)
    {
        try
        {
            var text = Strict.GetString(reader.TextBytes());
            return text.Any(char.IsControl) ? throw new AsnContentException("a text has control characters") : text;
        }
        catch (DecoderFallbackException)
        {
            throw new AsnContentException("a text is not UTF-8");
        }
    }

    /// <summary>The bytes of a KerberosString.</summary>
    internal static byte[] TextBytes(this AsnReader reader)
    {
        var encoded = reader.ReadEncodedValue().Span;
        var tag = AsnDecoder.ReadEncodedValue(encoded, AsnEncodingRules.DER, out var offset, out var length, out _);
        return tag != new Asn1Tag((UniversalTagNumber)GeneralString) || length > MaxString
            ? throw new AsnContentException("not a string of names")
            : encoded.Slice(offset, length).ToArray();
    }

    /// <summary>The elements of a SEQUENCE OF, at most <paramref name="most"/>.</summary>
    internal static List<T> List<T>(this AsnReader reader, int most, Func<AsnReader, T> read)
    {
        var elements = reader.ReadSequence();
        List<T> list = [];
        while (elements.HasData)
        {
            if (list.Count == most)
            {
                throw new AsnContentException("a list is too long");
            }

            list.Add(read(elements));
        }

        return list;
    }

    /// <summary>Writes member [number].</summary>
    internal static void Member(this AsnWriter writer, int number, Action<AsnWriter> write)
    {
        using (writer.PushSequence(Context(number)))
        {
            write(writer);
        }
    }

    /// <summary>Writes an integer member.</summary>
    internal static void Member(this AsnWriter writer, int number, long value) => writer.Member(number, w => w.WriteInteger(value));

    /// <summary>A KerberosTime: whole seconds (RFC 4120 §5.2.3).</summary>
    internal static void Time(this AsnWriter writer, DateTimeOffset time) => writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);

    /// <summary>A KerberosString; the base library's writer refuses the tag, so the head of an octet string is changed.</summary>
    internal static void Text(this AsnWriter writer, string text)
    {
        var inner = new AsnWriter(AsnEncodingRules.DER);
        inner.WriteOctetString(Encoding.UTF8.GetBytes(text));
        var encoded = inner.Encode();
        encoded[0] = GeneralString;
        writer.WriteEncodedValue(encoded);
    }

    /// <summary>KerberosFlags: always 32 bits (RFC 4120 §5.2.8).</summary>
    internal static void Flags(this AsnWriter writer, uint flags)
    {
        Span<byte> four = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(four, flags);
        writer.WriteBitString(four);
    }

    /// <summary>The bytes that <paramref name="write"/> wrote.</summary>
    internal static byte[] Encode(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }
}
