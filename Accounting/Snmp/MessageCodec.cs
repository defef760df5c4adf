namespace CopyTrack.Accounting.Snmp;

/// <summary>Messages of version 1 and 2c to bytes and back (RFC 1157 §4, RFC 1901 §3).</summary>
internal static class MessageCodec
{
    public static SnmpMessage Decode(ReadOnlySpan<byte> datagram)
    {
        var outer = new BerReader(datagram);
        var message = outer.ReadInner(BerTag.Sequence);
        outer.End("the message");

        var version = (SnmpVersion)message.ReadInteger32();
        if (version is not (SnmpVersion.V1 or SnmpVersion.V2c))
        {
            throw new SnmpFormatException("neither version 1 nor 2c");
        }

        var community = message.Read(BerTag.OctetString);
        if (community.Length > SnmpMessage.MaxCommunity)
        {
            throw new SnmpFormatException("community too long");
        }

        var pdu = PduCodec.Read(version, ref message);
        message.End("the PDU");
        return new SnmpMessage(version, community.ToArray(), pdu);
    }

    public static byte[] Encode(SnmpMessage message)
    {
        var content = BerSize.MessageContent(message);
        if (BerSize.Element(content) > SnmpMessage.MaxLength || message.Community.Length > SnmpMessage.MaxCommunity)
        {
            throw new ArgumentException("the message is too long for a datagram", nameof(message));
        }

        var bytes = new byte[BerSize.Element(content)];
        var writer = new BerWriter(bytes);
        writer.Header(BerTag.Sequence, content);
        writer.Integer((int)message.Version);
        writer.Bytes(BerTag.OctetString, message.Community.Span);

        PduCodec.Write(ref writer, message.Pdu);
        return bytes;
    }

    /// <summary>A whole message around a request. Throws <see cref="ArgumentException"/> when it would be longer than a datagram.</summary>
    public static byte[] Encode(SnmpVersion version, ReadOnlySpan<byte> community, SnmpRequest request, int id)
    {
        var content = BerSize.Element(BerSize.Integer((int)version)) + BerSize.Element(community.Length) + request.Length(id);
        if (BerSize.Element(content) > SnmpMessage.MaxLength || community.Length > SnmpMessage.MaxCommunity)
        {
            throw new ArgumentException("the message is too long for a datagram", nameof(request));
        }

        var bytes = new byte[BerSize.Element(content)];
        var writer = new BerWriter(bytes);
        writer.Header(BerTag.Sequence, content);
        writer.Integer((int)version);
        writer.Bytes(BerTag.OctetString, community);
        request.Write(ref writer, id);
        return bytes;
    }

    /// <summary>The values in an answer of this version that holds just what was asked for; false when it is anything else. Throws <see cref="SnmpFormatException"/> as <see cref="Decode"/> does.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, SnmpVersion version, PreparedPart expected, out System.Collections.Immutable.ImmutableArray<SnmpValue> values)
    {
        var outer = new BerReader(datagram);
        var message = outer.ReadInner(BerTag.Sequence);
        outer.End("the message");
        values = default;
        return message.ReadInteger32() == (int)version && message.Read(BerTag.OctetString).Length <= SnmpMessage.MaxCommunity && expected.TryRead(message, out _, out values);
    }
}
