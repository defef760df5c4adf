using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Text;

namespace CopyTrack.Identity.Ldap;

/// <summary>
/// A search filter (RFC 4511 §4.5.1.7) as a tree. Values enter as nodes and never as text, so a value can't change the meaning of a filter.
/// </summary>
public abstract record LdapFilter
{
    private LdapFilter() { }

    /// <summary>All of these.</summary>
    public sealed record And(ImmutableArray<LdapFilter> All) : LdapFilter;

    /// <summary>One of these.</summary>
    public sealed record Or(ImmutableArray<LdapFilter> Any) : LdapFilter;

    /// <summary>Not this.</summary>
    public sealed record Not(LdapFilter Part) : LdapFilter;

    /// <summary>The attribute has this value.</summary>
    public sealed record Equal(string Attribute, ReadOnlyMemory<byte> Value) : LdapFilter;

    /// <summary>The attribute has a value of at least this.</summary>
    public sealed record AtLeast(string Attribute, ReadOnlyMemory<byte> Value) : LdapFilter;

    /// <summary>The attribute has a value of at most this.</summary>
    public sealed record AtMost(string Attribute, ReadOnlyMemory<byte> Value) : LdapFilter;

    /// <summary>The attribute is about this.</summary>
    public sealed record Approximate(string Attribute, ReadOnlyMemory<byte> Value) : LdapFilter;

    /// <summary>The attribute has a value.</summary>
    public sealed record Present(string Attribute) : LdapFilter;

    /// <summary>The attribute has a value with these parts in order; a null beginning or end is a star.</summary>
    public sealed record Parts(string Attribute, ReadOnlyMemory<byte>? Begins, ImmutableArray<ReadOnlyMemory<byte>> Contains, ReadOnlyMemory<byte>? Ends) : LdapFilter;

    /// <summary>A matching rule, such as the bit rules of Active Directory.</summary>
    public sealed record Rule(string? Attribute, string? MatchingRule, bool DnAttributes, ReadOnlyMemory<byte> Value) : LdapFilter;

    /// <summary>The attribute has this text.</summary>
    public static LdapFilter Is(string attribute, string value) => new Equal(attribute, Encoding.UTF8.GetBytes(value));

    /// <summary>The attribute has at least this value.</summary>
    public static LdapFilter From(string attribute, string value) => new AtLeast(attribute, Encoding.UTF8.GetBytes(value));

    /// <summary>The attribute has one of these values.</summary>
    public static LdapFilter AnyOf(string attribute, IEnumerable<ReadOnlyMemory<byte>> values) => new Or([.. values.Select(LdapFilter (v) => new Equal(attribute, v))]);

    /// <summary>Both.</summary>
    public static LdapFilter Both(LdapFilter one, LdapFilter other) => new And([one, other]);

    /// <summary>Reads the text form of RFC 4515; throws <see cref="FormatException"/> that says where and why.</summary>
    public static LdapFilter Parse(string text) => new LdapFilterParser(text).Read();

    /// <summary>The text form of a value (RFC 4515 §3): the signs that mean something, controls and octets beyond ASCII as <c>\xx</c>.</summary>
    public static string Escape(string value)
    {
        var text = new StringBuilder(value.Length + 8);
        foreach (var octet in Encoding.UTF8.GetBytes(value))
        {
            _ = octet is (byte)'*' or (byte)'(' or (byte)')' or (byte)'\\' or < 0x20 or > 0x7E
                ? text.Append('\\').Append(octet.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))
                : text.Append((char)octet);
        }

        return text.ToString();
    }

    /// <summary>The filter's octets in hexadecimal: equal filters have equal texts.</summary>
    public string Encoded()
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        Write(writer);
        return Convert.ToHexString(writer.Encode());
    }

    internal void Write(AsnWriter writer)
    {
        switch (this)
        {
            case And and:
                WriteAll(writer, 0, and.All);
                break;
            case Or or:
                WriteAll(writer, 1, or.Any);
                break;
            case Not not:
                WriteAll(writer, 2, [not.Part]);
                break;
            case Equal f:
                Pair(writer, 3, f.Attribute, f.Value);
                break;
            case Parts f:
                WriteParts(writer, f);
                break;
            case AtLeast f:
                Pair(writer, 5, f.Attribute, f.Value);
                break;
            case AtMost f:
                Pair(writer, 6, f.Attribute, f.Value);
                break;
            case Present f:
                writer.WriteOctetString(Encoding.UTF8.GetBytes(f.Attribute), Tag(7));
                break;
            case Approximate f:
                Pair(writer, 8, f.Attribute, f.Value);
                break;
            case Rule f:
                WriteRule(writer, f);
                break;
            default:
                throw new InvalidOperationException("a filter without a case");
        }
    }

    private static Asn1Tag Tag(int number) => new(TagClass.ContextSpecific, number);

    private static void WriteAll(AsnWriter writer, int number, ImmutableArray<LdapFilter> parts)
    {
        // AND and OR are SETs, NOT is an explicit tag; the order of a SET is free in BER and kept as written.
        using var set = writer.PushSequence(Tag(number));
        foreach (var part in parts)
        {
            part.Write(writer);
        }
    }

    private static void Pair(AsnWriter writer, int number, string attribute, ReadOnlyMemory<byte> value)
    {
        using var pair = writer.PushSequence(Tag(number));
        LdapEncoder.Text(writer, attribute);
        writer.WriteOctetString(value.Span);
    }

    private static void WriteParts(AsnWriter writer, Parts f)
    {
        using var outer = writer.PushSequence(Tag(4));
        LdapEncoder.Text(writer, f.Attribute);
        using var list = writer.PushSequence();
        if (f.Begins is { } begins)
        {
            writer.WriteOctetString(begins.Span, Tag(0));
        }

        foreach (var part in f.Contains)
        {
            writer.WriteOctetString(part.Span, Tag(1));
        }

        if (f.Ends is { } ends)
        {
            writer.WriteOctetString(ends.Span, Tag(2));
        }
    }

    private static void WriteRule(AsnWriter writer, Rule f)
    {
        using var rule = writer.PushSequence(Tag(9));
        if (f.MatchingRule is { } oid)
        {
            writer.WriteOctetString(Encoding.UTF8.GetBytes(oid), Tag(1));
        }

        if (f.Attribute is { } attribute)
        {
            writer.WriteOctetString(Encoding.UTF8.GetBytes(attribute), Tag(2));
        }

        writer.WriteOctetString(f.Value.Span, Tag(3));
        if (f.DnAttributes)
        {
            writer.WriteBoolean(true, Tag(4));
        }
    }
}
