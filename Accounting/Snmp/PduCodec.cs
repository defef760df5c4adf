using System.Collections.Immutable;

namespace CopyTrack.Accounting.Snmp;

/// <summary>PDUs and their variables to bytes and back (RFC 3416 §3; RFC 1157 §4.1), whatever message they travel in.</summary>
internal static class PduCodec
{
    public static void Write(ref BerWriter writer, Pdu pdu)
    {
        var (second, third) = Numbers(pdu);
        writer.Header(TagOf(pdu), BerSize.PduContent(pdu));
        writer.Integer(pdu.RequestId);
        writer.Integer(second);
        writer.Integer(third);
        writer.Header(BerTag.Sequence, BerSize.VarBinds(pdu));
        foreach (var varBind in pdu.VarBinds)
        {
            Write(ref writer, varBind);
        }
    }

    /// <summary>One variable.</summary>
    public static void Write(ref BerWriter writer, VarBind varBind)
    {
        writer.Header(BerTag.Sequence, BerSize.VarBindContent(varBind));
        writer.Oid(varBind.Oid);
        Write(ref writer, varBind.Value);
    }

    /// <summary>Reads the PDU that comes next.</summary>
    public static Pdu Read(SnmpVersion version, ref BerReader from)
    {
        var tag = from.PeekTag();
        return DecodePdu(version, tag, from.ReadInner(tag));
    }

    /// <summary>The two numbers between request id and variables: error status and index, or what GETBULK has in their place.</summary>
    public static (int Second, int Third) Numbers(Pdu pdu) => pdu switch
    {
        Pdu.Response r => ((int)r.ErrorStatus, r.ErrorIndex),
        Pdu.GetBulk b => (b.NonRepeaters, b.MaxRepetitions),
        _ => (0, 0),
    };

    private static Pdu DecodePdu(SnmpVersion version, byte tag, BerReader body)
    {
        if (tag is not (BerTag.Get or BerTag.GetNext or BerTag.Response or BerTag.Set or BerTag.GetBulk or BerTag.Report) ||
            (tag == BerTag.GetBulk && version == SnmpVersion.V1) || (tag == BerTag.Report && version != SnmpVersion.V3))
        {
            throw new SnmpFormatException($"PDU 0x{tag:X2} is not taken here");
        }

        var id = body.ReadInteger32();
        var second = body.ReadInteger32();
        var third = body.ReadInteger32();
        var list = body.ReadInner(BerTag.Sequence);
        body.End("the variables");

        var varBinds = ImmutableArray.CreateBuilder<VarBind>();
        while (!list.IsEmpty)
        {
            var item = list.ReadInner(BerTag.Sequence);
            var oid = BerReader.ToObjectIdentifier(item.Read(BerTag.ObjectIdentifier));
            var value = ReadValue(ref item);
            item.End("a variable");
            varBinds.Add(new VarBind(oid, value));
        }

        var all = varBinds.DrainToImmutable();
        return tag switch
        {
            BerTag.Get => new Pdu.Get(id, all),
            BerTag.GetNext => new Pdu.GetNext(id, all),
            BerTag.Set => new Pdu.Set(id, all),
            BerTag.GetBulk => new Pdu.GetBulk(id, Math.Max(second, 0), Math.Max(third, 0), all),
            BerTag.Report => new Pdu.Report(id, all),
            _ => second is < 0 or > (int)SnmpErrorStatus.InconsistentName || third < 0 || third > all.Length
                ? throw new SnmpFormatException("error status or index out of range")
                : new Pdu.Response(id, (SnmpErrorStatus)second, third, all),
        };
    }

    /// <summary>Reads the value that comes next.</summary>
    public static SnmpValue ReadValue(ref BerReader item)
    {
        var tag = item.PeekTag();
        var content = item.Read(tag);
        switch (tag)
        {
            case BerTag.Integer: return new SnmpValue.Integer32(BerReader.ToInteger32(content));
            case BerTag.OctetString: return new SnmpValue.OctetString(content.ToArray());
            case BerTag.ObjectIdentifier: return new SnmpValue.ObjectIdentifier(BerReader.ToObjectIdentifier(content));
            case BerTag.IpAddress when content.Length == 4: return new SnmpValue.IpAddress((uint)BerReader.ToUnsigned(content, 4));
            case BerTag.Counter32: return new SnmpValue.Counter32((uint)BerReader.ToUnsigned(content, 4));
            case BerTag.Gauge32: return new SnmpValue.Gauge32((uint)BerReader.ToUnsigned(content, 4));
            case BerTag.TimeTicks: return new SnmpValue.TimeTicks((uint)BerReader.ToUnsigned(content, 4));
            case BerTag.Opaque: return new SnmpValue.Opaque(content.ToArray());
            case BerTag.Counter64: return new SnmpValue.Counter64(BerReader.ToUnsigned(content, 8));
            case BerTag.Null when content.IsEmpty: return SnmpValue.Null.Instance;
            case BerTag.NoSuchObject when content.IsEmpty: return SnmpValue.NoSuchObject.Instance;
            case BerTag.NoSuchInstance when content.IsEmpty: return SnmpValue.NoSuchInstance.Instance;
            case BerTag.EndOfMibView when content.IsEmpty: return SnmpValue.EndOfMibView.Instance;
            default: throw new SnmpFormatException($"value with tag 0x{tag:X2} and {content.Length} octets");
        }
    }

    private static byte TagOf(Pdu pdu) => pdu switch
    {
        Pdu.Get => BerTag.Get,
        Pdu.GetNext => BerTag.GetNext,
        Pdu.GetBulk => BerTag.GetBulk,
        Pdu.Response => BerTag.Response,
        Pdu.Set => BerTag.Set,
        Pdu.Report => BerTag.Report,
        _ => throw new ArgumentOutOfRangeException(nameof(pdu)),
    };

    private static void Write(ref BerWriter writer, SnmpValue value)
    {
        switch (value)
        {
            case SnmpValue.Integer32 i: writer.Integer(i.Value); break;
            case SnmpValue.OctetString s: writer.Bytes(BerTag.OctetString, s.Value.Span); break;
            case SnmpValue.ObjectIdentifier o: writer.Oid(o.Value); break;
            case SnmpValue.IpAddress a: writer.Address(a.Value); break;
            case SnmpValue.Counter32 c: writer.Unsigned(BerTag.Counter32, c.Value); break;
            case SnmpValue.Gauge32 g: writer.Unsigned(BerTag.Gauge32, g.Value); break;
            case SnmpValue.TimeTicks t: writer.Unsigned(BerTag.TimeTicks, t.Value); break;
            case SnmpValue.Opaque o: writer.Bytes(BerTag.Opaque, o.Value.Span); break;
            case SnmpValue.Counter64 c: writer.Unsigned(BerTag.Counter64, c.Value); break;
            case SnmpValue.Null: writer.Header(BerTag.Null, 0); break;
            case SnmpValue.NoSuchObject: writer.Header(BerTag.NoSuchObject, 0); break;
            case SnmpValue.NoSuchInstance: writer.Header(BerTag.NoSuchInstance, 0); break;
            case SnmpValue.EndOfMibView: writer.Header(BerTag.EndOfMibView, 0); break;
            default: throw new ArgumentOutOfRangeException(nameof(value));
        }
    }
}
