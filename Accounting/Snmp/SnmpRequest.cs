namespace CopyTrack.Accounting.Snmp;

/// <summary>What is asked of an agent, whatever message it travels in: it is written for the id of each try.</summary>
internal abstract class SnmpRequest
{
    /// <summary>True for a GETBULK, which version 1 does not know and whose answer may be cut to a size.</summary>
    public virtual bool IsBulk => false;

    /// <summary>The variables by which an answer is recognised; null when it has to be read in full.</summary>
    public virtual PreparedPart? Expected => null;

    /// <summary>Octets of the PDU.</summary>
    public abstract int Length(int id);

    /// <summary>Writes the PDU.</summary>
    public abstract void Write(ref BerWriter writer, int id);

    /// <summary>A request made of objects.</summary>
    public sealed class Plain(Func<int, Pdu> make) : SnmpRequest
    {
        private readonly Lazy<bool> _isBulk = new(() => make(1) is Pdu.GetBulk);
        private Pdu? _last;

        public override bool IsBulk => _isBulk.Value;

        public override int Length(int id) => BerSize.Element(BerSize.PduContent(Of(id)));

        public override void Write(ref BerWriter writer, int id) => PduCodec.Write(ref writer, Of(id));

        private Pdu Of(int id) => _last is { } last && last.RequestId == id ? last : _last = make(id);
    }

    /// <summary>A request put together of octets.</summary>
    public sealed class Prepared(PreparedPart part) : SnmpRequest
    {
        public override PreparedPart? Expected => part;

        public override int Length(int id) => part.Length(id);

        public override void Write(ref BerWriter writer, int id) => part.Write(ref writer, id);
    }
}
