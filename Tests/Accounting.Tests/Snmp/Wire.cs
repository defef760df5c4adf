using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Usm;

namespace CopyTrack.Accounting.Tests.Snmp;

/// <summary>Changes to messages of version 3 as they travel; every method gives a new array.</summary>
internal static class Wire
{
    public static byte[] Flip(byte[] datagram, int at)
    {
        var copy = datagram.ToArray();
        copy[at] ^= 1;
        return copy;
    }

    /// <summary>True for the question for an engine's id, and for its answer.</summary>
    public static bool IsDiscovery(byte[] datagram) => UsmHeader.Read(datagram).User.IsEmpty;

    public static int IdOf(byte[] datagram) => MessagePeek.TryReadId(datagram, out var id) ? id : 0;

    public static byte[] EngineOf(byte[] datagram) => UsmHeader.Read(datagram).EngineId.ToArray();

    /// <summary>Header: flags as an octet string of one octet, then the security model as an integer of one.</summary>
    public static byte[] SetFlags(byte[] datagram, byte flags) => Patch(datagram, 2, flags);

    public static byte[] SetModel(byte[] datagram, byte model) => Patch(datagram, 5, model);

    public static byte[] ChangeEngine(byte[] datagram)
    {
        var engine = EngineOf(datagram);
        var other = engine.ToArray();
        other[^1] ^= 0xFF;
        return Replace(datagram, engine, other);
    }

    /// <summary>Every place of some octets with others, as many.</summary>
    public static byte[] Replace(byte[] datagram, ReadOnlySpan<byte> what, ReadOnlySpan<byte> with)
    {
        var copy = datagram.ToArray();
        for (var at = copy.AsSpan().IndexOf(what); at >= 0; at = copy.AsSpan().IndexOf(what))
        {
            with.CopyTo(copy.AsSpan(at));
        }

        return copy;
    }

    /// <summary>A reply of version 1 or 2c with that id.</summary>
    public static byte[] Plain(SnmpVersion version, int id) =>
        new SnmpMessage(version, "public"u8.ToArray(), new Pdu.Response(id, SnmpErrorStatus.NoError, 0, [])).Encode();

    /// <summary>An unsigned report of a counter.</summary>
    public static byte[] Report(int id, byte[] engineId, string counter)
    {
        var user = new SnmpUser("x");
        var pdu = new Pdu.Report(id, [new VarBind(ObjectIdentifier.Parse(counter), new SnmpValue.Counter32(7))]);
        return UsmWriter.Request(user, new LocalKeys(AuthProtocol.None, [], PrivProtocol.None, []), engineId, 0, 0, "", new SnmpRequest.Plain(_ => pdu), id, 1472);
    }

    private static byte[] Patch(byte[] datagram, int behind, byte value)
    {
        var copy = datagram.ToArray();
        for (var at = 0; at < 32; at++)
        {
            if (copy[at] == 0x04 && copy[at + 1] == 1 && copy[at + 3] == 0x02 && copy[at + 4] == 1 && copy[at + 5] == UsmHeader.UserBased)
            {
                copy[at + behind] = value;
                return copy;
            }
        }

        throw new InvalidOperationException("no header of version 3");
    }
}
