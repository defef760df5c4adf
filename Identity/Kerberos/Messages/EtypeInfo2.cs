using System.Buffers.Binary;
using System.Formats.Asn1;

namespace CopyTrack.Identity.Kerberos.Messages;

/// <summary>
/// <code>ETYPE-INFO2-ENTRY ::= SEQUENCE { etype [0] Int32, salt [1] KerberosString OPTIONAL, s2kparams [2] OCTET STRING OPTIONAL }</code>
/// (RFC 4120 §5.2.7.5). <see cref="Iterations"/> is null when the KDC leaves them to the type's default, and 0 stands for 2^32 (RFC 3962 §4), which nobody accepts.
/// </summary>
internal sealed record EtypeInfo2(int Etype, byte[]? Salt, uint? Iterations)
{
    private const int MaxEntries = 32;

    internal static List<EtypeInfo2> ReadList(byte[] value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.DER);
        var list = reader.List(MaxEntries, Read);
        reader.ThrowIfNotEmpty();
        return list;
    }

    private static EtypeInfo2 Read(AsnReader reader)
    {
        var entry = reader.ReadSequence();
        var etype = entry.Member(0).Only(KerberosDer.Int32);
        var salt = entry.Optional(1)?.Only(KerberosDer.TextBytes);
        var parameters = entry.Optional(2)?.Only(KerberosDer.Octets);
        entry.ThrowIfNotEmpty();
        // Types that we do not know may have parameters of another form.
        return new EtypeInfo2(etype, salt, parameters is { Length: 4 } ? BinaryPrimitives.ReadUInt32BigEndian(parameters) : parameters is null ? null : 0);
    }
}
