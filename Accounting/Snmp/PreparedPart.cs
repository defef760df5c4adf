using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace CopyTrack.Accounting.Snmp;

/// <summary>Some variables of a prepared request, as they are asked for in one message, and the values that answer them.</summary>
internal readonly record struct PreparedPart(PreparedGet Get, int Start, int Count)
{
    /// <summary>Octets of the PDU.</summary>
    public int Length(int id) => BerSize.Element(Content(id));

    /// <summary>Writes the PDU: a GetRequest (RFC 3416 §4.2.1).</summary>
    public void Write(ref BerWriter writer, int id)
    {
        writer.Header(BerTag.Get, Content(id));
        writer.Integer(id);
        writer.Integer(0);
        writer.Integer(0);
        writer.Header(BerTag.Sequence, Get.LengthOf(Start, Count));
        foreach (var position in Get.Positions.AsSpan(Start, Count))
        {
            writer.Raw(Get.Names.Request(position));
        }
    }

    /// <summary>
    /// The values of a response that answers without an error and holds exactly these names in this order; false when it is anything else, which may still be a good
    /// answer. Throws <see cref="SnmpFormatException"/> as reading any PDU does.
    /// </summary>
    public bool TryRead(BerReader from, out int id, out ImmutableArray<SnmpValue> values)
    {
        (id, values) = (0, default);
        if (from.IsEmpty || from.PeekTag() != BerTag.Response)
        {
            return false;
        }

        var body = from.ReadInner(BerTag.Response);
        id = body.ReadInteger32();
        if (body.ReadInteger32() != (int)SnmpErrorStatus.NoError)
        {
            return false;
        }

        body.ReadInteger32();
        var list = body.ReadInner(BerTag.Sequence);
        if (!from.IsEmpty || !body.IsEmpty)
        {
            return false;
        }

        var read = new SnmpValue[Count];
        for (var i = 0; i < read.Length; i++)
        {
            if (list.IsEmpty)
            {
                return false;
            }

            var item = list.ReadInner(BerTag.Sequence);
            if (!item.Read(BerTag.ObjectIdentifier).SequenceEqual(Get.Names.Name(Get.Positions[Start + i])))
            {
                return false;
            }

            read[i] = PduCodec.ReadValue(ref item);
            if (!item.IsEmpty || read[i] is SnmpValue.Null)
            {
                return false;
            }
        }

        values = ImmutableCollectionsMarshal.AsImmutableArray(read);
        return list.IsEmpty;
    }

    private int Content(int id) => BerSize.Element(BerSize.Integer(id)) + (2 * BerSize.Element(1)) + BerSize.Element(Get.LengthOf(Start, Count));
}
