using System.Formats.Asn1;

namespace CopyTrack.Identity.Kerberos.Messages;

/// <summary><code>EncryptedData ::= SEQUENCE { etype [0] Int32, kvno [1] UInt32 OPTIONAL, cipher [2] OCTET STRING }</code> (RFC 4120 §5.2.9).</summary>
internal sealed record EncryptedData(int Etype, uint? Kvno, byte[] Cipher)
{
    internal static EncryptedData Read(AsnReader reader)
    {
        var data = reader.ReadSequence();
        var etype = data.Member(0).Only(KerberosDer.Int32);
        var kvno = data.Optional(1)?.Only(KerberosDer.UInt32);
        var cipher = data.Member(2).Only(KerberosDer.Octets);
        data.ThrowIfNotEmpty();
        return new EncryptedData(etype, kvno, cipher);
    }

    internal void Write(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.Member(0, Etype);
            if (Kvno is { } kvno)
            {
                writer.Member(1, kvno);
            }

            writer.Member(2, w => w.WriteOctetString(Cipher));
        }
    }
}
