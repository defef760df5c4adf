namespace CopyTrack.Accounting.Snmp;

/// <summary>How many octets things take on the wire, so that a message is written once, front to back, into a buffer of its exact size.</summary>
internal static class BerSize
{
    public static int Element(int content) => 1 + LengthOf(content) + content;

    public static int LengthOf(int content) => content switch { < 0x80 => 1, <= 0xFF => 2, <= 0xFFFF => 3, _ => 5 };

    public static int Message(SnmpMessage message) => Element(MessageContent(message));

    public static int MessageContent(SnmpMessage message) =>
        Element(Integer((int)message.Version)) + Element(message.Community.Length) + Element(PduContent(message.Pdu));

    public static int PduContent(Pdu pdu)
    {
        var (second, third) = PduCodec.Numbers(pdu);
        return Element(Integer(pdu.RequestId)) + Element(Integer(second)) + Element(Integer(third)) + Element(VarBinds(pdu));
    }

    public static int VarBinds(Pdu pdu)
    {
        var size = 0;
        foreach (var varBind in pdu.VarBinds)
        {
            size += VarBind(varBind);
        }

        return size;
    }

    public static int VarBind(VarBind varBind) => Element(VarBindContent(varBind));

    public static int VarBindContent(VarBind varBind) => Element(Oid(varBind.Oid)) + Element(Value(varBind.Value));

    public static int Value(SnmpValue value) => value switch
    {
        SnmpValue.Integer32 i => Integer(i.Value),
        SnmpValue.OctetString s => s.Value.Length,
        SnmpValue.ObjectIdentifier o => Oid(o.Value),
        SnmpValue.IpAddress => 4,
        SnmpValue.Counter32 c => Unsigned(c.Value),
        SnmpValue.Gauge32 g => Unsigned(g.Value),
        SnmpValue.TimeTicks t => Unsigned(t.Value),
        SnmpValue.Opaque o => o.Value.Length,
        SnmpValue.Counter64 c => Unsigned(c.Value),
        _ => 0,
    };

    public static int Integer(int value) => value switch
    {
        >= sbyte.MinValue and <= sbyte.MaxValue => 1,
        >= short.MinValue and <= short.MaxValue => 2,
        >= -0x80_0000 and <= 0x7F_FFFF => 3,
        _ => 4,
    };

    public static int Unsigned(ulong value) => ((64 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 8) + 1;

    public static int Oid(ObjectIdentifier oid)
    {
        var arcs = oid.Arcs;
        if (arcs.Length < 2 || arcs[0] > 2 || (arcs[0] < 2 && arcs[1] > 39))
        {
            throw new ArgumentException("an object identifier that can't be sent", nameof(oid));
        }

        var size = Arc((arcs[0] * 40UL) + arcs[1]);
        foreach (var arc in arcs[2..])
        {
            size += Arc(arc);
        }

        return size;
    }

    public static int Arc(ulong arc) => arc < 0x80 ? 1 : (70 - System.Numerics.BitOperations.LeadingZeroCount(arc)) / 7;
}
