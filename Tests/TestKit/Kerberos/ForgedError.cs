using System.Formats.Asn1;
using System.Text;

namespace CopyTrack.TestKit.Kerberos;

/// <summary>KRB-ERRORs as anybody between a client and its KDC can make them (RFC 4120 §5.9.1), with code of the tests' own.</summary>
public static class ForgedError
{
    /// <summary>An error; <paramref name="clientRealm"/> and <paramref name="data"/> are left out when null.</summary>
    public static byte[] Of(int code, string? clientRealm = null, byte[]? data = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence(new Asn1Tag(TagClass.Application, 30, true)))
        using (writer.PushSequence())
        {
            Member(writer, 0, w => w.WriteInteger(5));
            Member(writer, 1, w => w.WriteInteger(30));
            Member(writer, 4, w => w.WriteGeneralizedTime(DateTimeOffset.UtcNow, omitFractionalSeconds: true));
            Member(writer, 5, w => w.WriteInteger(0));
            Member(writer, 6, w => w.WriteInteger(code));
            if (clientRealm is not null)
            {
                Member(writer, 7, w => Text(w, clientRealm));
            }

            Member(writer, 9, w => Text(w, PrivateKdc.Realm));
            Member(writer, 10, w => Name(w, 2, "krbtgt", PrivateKdc.Realm));
            if (data is not null)
            {
                Member(writer, 12, w => w.WriteOctetString(data));
            }
        }

        return writer.Encode();
    }

    /// <summary>"Pre-authentication is wanted", with an encryption type and string-to-key parameters (ETYPE-INFO2), and these kinds of it.</summary>
    public static byte[] Preauthentication(int etype, byte[]? parameters, params int[] kinds)
    {
        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        using (info.PushSequence())
        {
            Member(info, 0, w => w.WriteInteger(etype));
            Member(info, 1, w => Text(w, PrivateKdc.Realm + "alice"));
            if (parameters is not null)
            {
                Member(info, 2, w => w.WriteOctetString(parameters));
            }
        }

        var list = new AsnWriter(AsnEncodingRules.DER);
        using (list.PushSequence())
        {
            foreach (var (kind, value) in kinds.Select(k => (k, Array.Empty<byte>())).Prepend((19, info.Encode())))
            {
                using (list.PushSequence())
                {
                    Member(list, 1, w => w.WriteInteger(kind));
                    Member(list, 2, w => w.WriteOctetString(value));
                }
            }
        }

        return Of(25, null, list.Encode());
    }

    /// <summary>"Revoked" with a status as Active Directory adds it: KERB-ERROR-DATA of type 3 that holds KERB_EXT_ERROR (MS-KILE 2.2.1).</summary>
    public static byte[] Revoked(uint status)
    {
        var extended = new byte[12];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(extended, status);
        extended[8] = 1;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Member(writer, 1, w => w.WriteInteger(3));
            Member(writer, 2, w => w.WriteOctetString(extended));
        }

        return Of(18, null, writer.Encode());
    }

    private static void Name(AsnWriter writer, int type, params string[] parts)
    {
        using (writer.PushSequence())
        {
            Member(writer, 0, w => w.WriteInteger(type));
            Member(writer, 1, w =>
            {
                using (w.PushSequence())
                {
                    foreach (var part in parts)
                    {
                        Text(w, part);
                    }
                }
            });
        }
    }

    private static void Member(AsnWriter writer, int number, Action<AsnWriter> value)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, number, true)))
        {
            value(writer);
        }
    }

    private static void Text(AsnWriter writer, string text)
    {
        var inner = new AsnWriter(AsnEncodingRules.DER);
        inner.WriteOctetString(Encoding.ASCII.GetBytes(text));
        var encoded = inner.Encode();
        encoded[0] = 27;
        writer.WriteEncodedValue(encoded);
    }
}
