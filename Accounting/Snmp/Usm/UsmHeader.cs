namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>A message of version 3 as it travels (RFC 3412 §6, RFC 3414 §2.4): its parts as views into the datagram.</summary>
internal ref struct UsmHeader
{
    public const byte AuthFlag = 1, PrivFlag = 2, ReportableFlag = 4;

    /// <summary>usm, the user-based security model (RFC 3411 §5).</summary>
    public const int UserBased = 3;

    public int Id, SecurityModel, Boots, Time;
    public byte Flags;

    /// <summary>Where the digest stands in the datagram.</summary>
    public int DigestAt;
    public ReadOnlySpan<byte> EngineId, User, Digest, PrivParameters;

    /// <summary>The scoped PDU, or the octet string that hides it.</summary>
    public BerReader Data;

    public readonly bool IsSigned => (Flags & AuthFlag) != 0;

    public readonly bool IsEncrypted => (Flags & PrivFlag) != 0;

    /// <summary>Throws <see cref="SnmpFormatException"/> when the octets are no such message. The parameters of another security model are not looked at.</summary>
    public static UsmHeader Read(ReadOnlySpan<byte> datagram)
    {
        var outer = new BerReader(datagram);
        var message = outer.ReadInner(BerTag.Sequence);
        outer.End("the message");
        if (message.ReadInteger32() != (int)SnmpVersion.V3)
        {
            throw new SnmpFormatException("not version 3");
        }

        var global = message.ReadInner(BerTag.Sequence);
        var header = new UsmHeader { Id = global.ReadInteger32() };
        if (global.ReadInteger32() < 484)
        {
            throw new SnmpFormatException("a size that no engine may have");
        }

        var flags = global.Read(BerTag.OctetString);
        header.Flags = flags.Length == 1 ? flags[0] : throw new SnmpFormatException("flags of another length than one octet");
        if (header.IsEncrypted && !header.IsSigned)
        {
            throw new SnmpFormatException("privacy without authentication");
        }

        header.SecurityModel = global.ReadInteger32();
        global.End("the header");
        var parameters = message.Read(BerTag.OctetString);
        header.Data = message;
        if (header.SecurityModel == UserBased)
        {
            header.ReadParameters(datagram, parameters);
        }

        return header;
    }

    private void ReadParameters(ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> parameters)
    {
        var wrapped = new BerReader(parameters);
        var inner = wrapped.ReadInner(BerTag.Sequence);
        wrapped.End("the security parameters");
        EngineId = inner.Read(BerTag.OctetString);
        Boots = inner.ReadInteger32();
        Time = inner.ReadInteger32();
        User = inner.Read(BerTag.OctetString);
        Digest = inner.Read(BerTag.OctetString);
        PrivParameters = inner.Read(BerTag.OctetString);
        inner.End("the security parameters");
        if (Boots < 0 || Time < 0)
        {
            throw new SnmpFormatException("boots or time below zero");
        }

        // An empty digest has no place of its own.
        DigestAt = datagram.Overlaps(Digest, out var at) ? at : 0;
    }
}
