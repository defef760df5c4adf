namespace CopyTrack.Accounting.Snmp;

/// <summary>
/// Reads BER elements from a span, front to back. Written by hand because the base library's reader makes text of every object
/// identifier, which costs more than the rest of a reply together. Takes the definite length in short form and in long form of up to
/// four octets, minimal or not (agents pad it), and refuses all else.
/// </summary>
internal ref struct BerReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsEmpty => _rest.IsEmpty;

    public readonly byte PeekTag() => _rest.IsEmpty ? throw new SnmpFormatException("element missing") : _rest[0];

    /// <summary>Content of the next element, which must have this tag.</summary>
    public ReadOnlySpan<byte> Read(byte tag)
    {
        if (PeekTag() != tag)
        {
            throw new SnmpFormatException($"tag 0x{_rest[0]:X2} where 0x{tag:X2} must be");
        }

        if (_rest.Length < 2)
        {
            throw new SnmpFormatException("length missing");
        }

        int length = _rest[1];
        var header = 2;
        if (length >= 0x80)
        {
            var octets = length & 0x7F;
            if (octets is 0 or > 4)
            {
                throw new SnmpFormatException(octets == 0 ? "indefinite length" : "length of more than four octets");
            }

            header += octets;
            if (_rest.Length < header)
            {
                throw new SnmpFormatException("length cut off");
            }

            uint value = 0;
            foreach (var octet in _rest[2..header])
            {
                value = (value << 8) | octet;
            }

            if (value > SnmpMessage.MaxLength)
            {
                throw new SnmpFormatException("length beyond a datagram");
            }

            length = (int)value;
        }

        if (_rest.Length - header < length)
        {
            throw new SnmpFormatException("element cut off");
        }

        var content = _rest.Slice(header, length);
        _rest = _rest[(header + length)..];
        return content;
    }

    public BerReader ReadInner(byte tag) => new(Read(tag));

    public int ReadInteger32() => ToInteger32(Read(BerTag.Integer));

    /// <summary>Nothing may follow.</summary>
    public readonly void End(string where)
    {
        if (!_rest.IsEmpty)
        {
            throw new SnmpFormatException($"bytes behind {where}");
        }
    }

    public static int ToInteger32(ReadOnlySpan<byte> content)
    {
        if (content.Length is 0 or > 4)
        {
            throw new SnmpFormatException($"integer of {content.Length} octets");
        }

        var value = (int)(sbyte)content[0];
        foreach (var octet in content[1..])
        {
            value = (value << 8) | octet;
        }

        return value;
    }

    /// <summary>Unsigned content of at most <paramref name="octets"/> octets and a leading zero. A set top bit without that zero is taken as the value's own: well-known agents forget the zero.</summary>
    public static ulong ToUnsigned(ReadOnlySpan<byte> content, int octets)
    {
        if (content.IsEmpty || content.Length > octets + 1 || (content.Length == octets + 1 && content[0] != 0))
        {
            throw new SnmpFormatException($"unsigned number of {content.Length} octets");
        }

        ulong value = 0;
        foreach (var octet in content)
        {
            value = (value << 8) | octet;
        }

        return value;
    }

    public static ObjectIdentifier ToObjectIdentifier(ReadOnlySpan<byte> content)
    {
        Span<uint> arcs = stackalloc uint[ObjectIdentifier.MaxArcs];
        var count = 0;
        ulong arc = 0;
        var fresh = true;
        foreach (var octet in content)
        {
            if (fresh && octet == 0x80)
            {
                throw new SnmpFormatException("object identifier with a padded arc");
            }

            arc = (arc << 7) | (uint)(octet & 0x7F);
            fresh = (octet & 0x80) == 0;
            if (arc > uint.MaxValue + (count == 0 ? 80UL : 0))
            {
                throw new SnmpFormatException("object identifier with an arc beyond 32 bits");
            }

            if (!fresh)
            {
                continue;
            }

            if (count >= ObjectIdentifier.MaxArcs - (count == 0 ? 1 : 0))
            {
                throw new SnmpFormatException("object identifier of more than 128 arcs");
            }

            if (count == 0)
            {
                // The first two arcs travel as one number (X.690 §8.19.4).
                var first = Math.Min(arc / 40, 2);
                arcs[0] = (uint)first;
                arcs[1] = (uint)(arc - (first * 40));
                count = 2;
            }
            else
            {
                arcs[count++] = (uint)arc;
            }

            arc = 0;
        }

        return fresh && count > 0
            ? new ObjectIdentifier(arcs[..count])
            : throw new SnmpFormatException(count == 0 && fresh ? "empty object identifier" : "object identifier cut off");
    }
}
