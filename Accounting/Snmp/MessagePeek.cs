namespace CopyTrack.Accounting.Snmp;

/// <summary>
/// The number by which a datagram says what it answers: msgID of version 3, request-id of the others. Looks at nothing else and throws nothing, so that
/// a flood of strangers' datagrams costs next to nothing, and a reply that is broken further back is still known as a reply.
/// </summary>
internal ref struct MessagePeek
{
    private ReadOnlySpan<byte> _rest;

    public static bool TryReadId(ReadOnlySpan<byte> datagram, out int id)
    {
        var peek = new MessagePeek { _rest = datagram };
        id = 0;
        if (!peek.Enter(BerTag.Sequence, out _) || !peek.Integer(out var version))
        {
            return false;
        }

        return version == (int)SnmpVersion.V3
            ? peek.Enter(BerTag.Sequence, out _) && peek.Integer(out id)
            : peek.Skip(BerTag.OctetString) && peek.Enter(null, out _) && peek.Integer(out id);
    }

    /// <summary>The version that a datagram names, whatever follows.</summary>
    public static bool TryReadVersion(ReadOnlySpan<byte> datagram, out int version)
    {
        var peek = new MessagePeek { _rest = datagram };
        version = -1;
        return peek.Enter(BerTag.Sequence, out _) && peek.Integer(out version);
    }

    private bool Enter(byte? tag, out int length)
    {
        length = 0;
        if (_rest.Length < 2 || (tag is { } wanted && _rest[0] != wanted))
        {
            return false;
        }

        int first = _rest[1];
        var octets = first < 0x80 ? 0 : first & 0x7F;
        if (octets > 4 || first == 0x80 || _rest.Length < 2 + octets)
        {
            return false;
        }

        long value = octets == 0 ? first : 0;
        foreach (var octet in _rest.Slice(2, octets))
        {
            value = (value << 8) | octet;
        }

        length = (int)Math.Min(value, int.MaxValue);
        _rest = _rest[(2 + octets)..];
        return true;
    }

    private bool Skip(byte tag)
    {
        if (!Enter(tag, out var length) || length > _rest.Length)
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }

    private bool Integer(out int value)
    {
        value = 0;
        if (!Enter(BerTag.Integer, out var length) || length is 0 or > 4 || length > _rest.Length)
        {
            return false;
        }

        value = BerReader.ToInteger32(_rest[..length]);
        _rest = _rest[length..];
        return true;
    }
}
