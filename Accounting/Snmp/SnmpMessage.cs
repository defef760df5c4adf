using System.Text;

namespace CopyTrack.Accounting.Snmp;

/// <summary>Version of a message. The numbers are those on the wire.</summary>
public enum SnmpVersion { V1 = 0, V2c = 1, V3 = 3 }

/// <summary>
/// A whole SNMP v1 (RFC 1157) or v2c (RFC 1901, RFC 3416) message: <c>SEQUENCE { version, community, PDU }</c>. Values share no memory
/// with the datagram they were decoded from.
/// </summary>
public sealed record SnmpMessage(SnmpVersion Version, ReadOnlyMemory<byte> Community, Pdu Pdu)
{
    /// <summary>The most bytes of a message: what one UDP datagram over IPv4 can hold.</summary>
    public const int MaxLength = 65_507;

    /// <summary>The most bytes of a community.</summary>
    public const int MaxCommunity = 255;

    /// <summary>Reads one message that fills <paramref name="datagram"/> to its end. Throws <see cref="SnmpFormatException"/> for anything else, and nothing else.</summary>
    public static SnmpMessage Decode(ReadOnlySpan<byte> datagram) => MessageCodec.Decode(datagram);

    /// <summary>The message's bytes in a new array. Throws <see cref="ArgumentException"/> when it holds an OID that can't be sent or would be longer than <see cref="MaxLength"/>.</summary>
    public byte[] Encode() => MessageCodec.Encode(this);

    /// <summary>Bytes that <see cref="Encode"/> would give.</summary>
    public int EncodedLength => BerSize.Message(this);

    private bool PrintMembers(StringBuilder builder)
    {
        // The community is a password.
        builder.Append("Version = ").Append(Version).Append(", Community = ***, Pdu = ").Append(Pdu);
        return true;
    }
}
