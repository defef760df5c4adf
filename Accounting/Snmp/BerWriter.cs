namespace CopyTrack.Accounting.Snmp;

/// <summary>Writes BER elements into a buffer of the exact size that <see cref="BerSize"/> gave: minimal integers and lengths, as every agent reads them.</summary>
internal ref struct BerWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;
    private int _at;

    public readonly int Written => _at;

    public void Header(byte tag, int content)
    {
        _buffer[_at++] = tag;
        var octets = BerSize.LengthOf(content) - 1;
        if (octets > 0)
        {
            _buffer[_at++] = (byte)(0x80 | octets);
        }

        for (var shift = 8 * Math.Max(octets - 1, 0); shift >= 0; shift -= 8)
        {
            _buffer[_at++] = (byte)(content >> shift);
        }
    }

    public void Bytes(byte tag, scoped ReadOnlySpan<byte> content)
    {
        Header(tag, content.Length);
        Raw(content);
    }

    /// <summary>Octets that are whole elements already.</summary>
    public void Raw(scoped ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(_buffer[_at..]);
        _at += octets.Length;
    }

    public void Integer(int value) => Number(BerTag.Integer, (ulong)(long)value, BerSize.Integer(value));

    public void Unsigned(byte tag, ulong value) => Number(tag, value, BerSize.Unsigned(value));

    public void Address(uint value) => Number(BerTag.IpAddress, value, 4);

    public void Oid(ObjectIdentifier oid)
    {
        Header(BerTag.ObjectIdentifier, BerSize.Oid(oid));
        var arcs = oid.Arcs;
        Arc((arcs[0] * 40UL) + arcs[1]);
        foreach (var arc in arcs[2..])
        {
            Arc(arc);
        }
    }

    private void Number(byte tag, ulong value, int octets)
    {
        Header(tag, octets);
        for (var i = octets - 1; i >= 0; i--)
        {
            // The ninth octet of a 64-bit number is always zero.
            _buffer[_at++] = i == 8 ? (byte)0 : (byte)(value >> (8 * i));
        }
    }

    private void Arc(ulong arc)
    {
        for (var shift = 7 * (BerSize.Arc(arc) - 1); shift >= 0; shift -= 7)
        {
            _buffer[_at++] = (byte)(((arc >> shift) & 0x7F) | (shift > 0 ? 0x80u : 0u));
        }
    }
}
