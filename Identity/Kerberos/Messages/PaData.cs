using System.Formats.Asn1;

namespace CopyTrack.Identity.Kerberos.Messages;

/// <summary><code>PA-DATA ::= SEQUENCE { padata-type [1] Int32, padata-value [2] OCTET STRING }</code> (RFC 4120 §5.2.7).</summary>
internal sealed record PaData(int Type, byte[] Value)
{
    /// <summary>PA-TGS-REQ: the AP-REQ of a TGS-REQ.</summary>
    internal const int TgsRequest = 1;

    /// <summary>PA-ENC-TIMESTAMP.</summary>
    internal const int EncTimestamp = 2;

    /// <summary>PA-PW-SALT; AD puts its NTSTATUS there in an error.</summary>
    internal const int PasswordSalt = 3;

    /// <summary>PA-PK-AS-REQ (RFC 4556).</summary>
    internal const int PkAsRequest = 16;

    /// <summary>PA-PK-AS-REP.</summary>
    internal const int PkAsReply = 17;

    /// <summary>PA-ETYPE-INFO2.</summary>
    internal const int EtypeInfo2 = 19;

    /// <summary>TD-DH-PARAMETERS in the data of an error (RFC 4556 §3.2.2).</summary>
    internal const int DhParameters = 109;

    /// <summary>PA-FX-COOKIE (RFC 6113 §5.2): given back as it came.</summary>
    internal const int Cookie = 133;

    /// <summary>PA-AS-FRESHNESS (RFC 8070).</summary>
    internal const int Freshness = 150;

    /// <summary>PA-FX-FAST (RFC 6113), PA-ENCRYPTED-CHALLENGE, PA-SPAKE (RFC 9588): known by name only.</summary>
    private const int Fast = 136, EncryptedChallenge = 138, Spake = 151;

    private const int MaxItems = 64;

    /// <summary>The ways to prove a password among these that are not spoken here, for administrators.</summary>
    internal static string NamesOf(List<PaData> offered)
    {
        string[] names = [.. offered.Select(o => o.Type switch { Fast or EncryptedChallenge => "FAST", Spake => "SPAKE", _ => null }).OfType<string>().Distinct()];
        return names.Length == 0 ? "no password" : string.Join(" and ", names) + " only";
    }

    internal static PaData Read(AsnReader reader)
    {
        var data = reader.ReadSequence();
        var type = data.Member(1).Only(KerberosDer.Int32);
        var value = data.Member(2).Only(KerberosDer.Octets);
        data.ThrowIfNotEmpty();
        return new PaData(type, value);
    }

    internal static List<PaData> ReadList(AsnReader reader) => reader.List(MaxItems, Read);

    /// <summary>METHOD-DATA or TYPED-DATA out of an error's e-data; empty when it is neither (the field is free text for some errors).</summary>
    internal static List<PaData> ReadErrorData(byte[]? data)
    {
        try
        {
            var reader = new AsnReader(data ?? [], AsnEncodingRules.DER);
            return data is null ? [] : ReadTyped(reader);
        }
        catch (AsnContentException)
        {
            return [];
        }
    }

    internal void Write(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.Member(1, Type);
            writer.Member(2, w => w.WriteOctetString(Value));
        }
    }

    // TYPED-DATA numbers its members from 0 with an optional value, METHOD-DATA from 1.
    private static List<PaData> ReadTyped(AsnReader reader)
    {
        var list = reader.List(MaxItems, r =>
        {
            var item = r.ReadSequence();
            var typed = item.Optional(0);
            var type = (typed ?? item.Member(1)).Only(KerberosDer.Int32);
            var value = item.Optional(typed is null ? 2 : 1)?.Only(KerberosDer.Octets);
            item.ThrowIfNotEmpty();
            return new PaData(type, value ?? []);
        });
        reader.ThrowIfNotEmpty();
        return list;
    }
}
