namespace CopyTrack.Identity.Ldap;

/// <summary>
/// Reads BER as RFC 4511 §5.1 narrows it: definite lengths, primitive octet strings. Nothing is allocated by a length that a peer claims:
/// every element is a slice of what has arrived.
/// </summary>
internal ref struct BerReader(ReadOnlySpan<byte> bytes)
{
    private readonly int _length = bytes.Length;
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsEmpty => _rest.IsEmpty;

    /// <summary>Where the next element begins, from the start of the span.</summary>
    public readonly int Position => _length - _rest.Length;

    public readonly byte PeekTag() => _rest.IsEmpty ? throw new LdapFormatException("an element is missing") : _rest[0];

    /// <summary>
    /// Reads tag and length. False when more bytes are needed; throws <see cref="LdapFormatException"/> for an indefinite length or one beyond
    /// <paramref name="most"/> octets.
    /// </summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, int most, out int header, out int content)
    {
        (header, content) = (0, 0);
        if (bytes.Length < 2)
        {
            return false;
        }

        header = 2;
        content = bytes[1];
        if (content < 0x80)
        {
            return true;
        }

        var octets = content & 0x7F;
        if (octets is 0 or > 4)
        {
            throw new LdapFormatException(octets == 0 ? "an indefinite length" : "a length of more than four octets");
        }

        header += octets;
        if (bytes.Length < header)
        {
            return false;
        }

        uint value = 0;
        foreach (var octet in bytes[2..header])
        {
            value = (value << 8) | octet;
        }

        if (value > (uint)most)
        {
            throw new LdapFormatException($"an element of {value} octets, more than the {most} allowed");
        }

        content = (int)value;
        return true;
    }

    /// <summary>Content of the next element, which must have this tag.</summary>
    public ReadOnlySpan<byte> Read(byte tag)
    {
        if (PeekTag() != tag)
        {
            throw new LdapFormatException($"tag 0x{_rest[0]:X2} where 0x{tag:X2} must be");
        }

        return ReadAny();
    }

    /// <summary>Content of the next element, whatever its tag.</summary>
    public ReadOnlySpan<byte> ReadAny()
    {
        if (!TryReadHeader(_rest, int.MaxValue - 16, out var header, out var content) || _rest.Length - header < content)
        {
            throw new LdapFormatException("an element is cut off");
        }

        var value = _rest.Slice(header, content);
        _rest = _rest[(header + content)..];
        return value;
    }

    /// <summary>Content of the next element if it has this tag; false leaves the reader where it is.</summary>
    public bool TryRead(byte tag, out ReadOnlySpan<byte> content)
    {
        if (IsEmpty || _rest[0] != tag)
        {
            content = default;
            return false;
        }

        content = ReadAny();
        return true;
    }

    public int ReadInteger() => ToInteger(Read(BerTag.Integer));

    public int ReadEnumerated() => ToInteger(Read(BerTag.Enumerated));

    /// <summary>A boolean; any octet but 0 is true.</summary>
    public bool ReadBoolean() => Read(BerTag.Boolean) is [var value] ? value != 0 : throw new LdapFormatException("a boolean that is none");

    public string ReadText() => ToText(Read(BerTag.OctetString));

    /// <summary>Nothing may follow.</summary>
    public readonly void End(string where)
    {
        if (!_rest.IsEmpty)
        {
            throw new LdapFormatException($"octets behind {where}");
        }
    }

    public static int ToInteger(ReadOnlySpan<byte> content)
    {
        if (content.Length is 0 or > 4)
        {
            throw new LdapFormatException($"an integer of {content.Length} octets");
        }

        var value = (int)(sbyte)content[0];
        foreach (var octet in content[1..])
        {
            value = (value << 8) | octet;
        }

        return value;
    }

    /// <summary>UTF-8 text; octets that are none become U+FFFD, since such texts are shown and never compared.</summary>
    public static string ToText(ReadOnlySpan<byte> content) => System.Text.Encoding.UTF8.GetString(content);
}

/// <summary>The tags of LDAP messages (RFC 4511).</summary>
internal static class BerTag
{
    public const byte Boolean = 0x01, Integer = 0x02, OctetString = 0x04, Enumerated = 0x0A, Sequence = 0x30, Set = 0x31;
    public const byte BindResponse = 0x61, SearchEntry = 0x64, SearchDone = 0x65, SearchReference = 0x73, ExtendedResponse = 0x78, IntermediateResponse = 0x79;
    public const byte Controls = 0xA0, Referral = 0xA3;
}
