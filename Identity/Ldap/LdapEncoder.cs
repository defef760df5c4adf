using System.Formats.Asn1;
using System.Text;

namespace CopyTrack.Identity.Ldap;

/// <summary>Writes requests (RFC 4511 §4.2 to §4.12).</summary>
internal static class LdapEncoder
{
    private const string StartTlsOid = "1.3.6.1.4.1.1466.20037";

    /// <summary>A simple bind (§4.2). The caller clears the result: it holds the password.</summary>
    public static byte[] SimpleBind(int id, string dn, string password) => Message(id, [], writer =>
    {
        using var bind = writer.PushSequence(Application(0));
        writer.WriteInteger(3);
        Text(writer, dn);
        var secret = Encoding.UTF8.GetBytes(password);
        writer.WriteOctetString(secret, new Asn1Tag(TagClass.ContextSpecific, 0));
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(secret);
    });

    /// <summary>A SASL EXTERNAL bind (§4.2, RFC 4422 appendix A): the client certificate of the TLS connection says who we are.</summary>
    public static byte[] ExternalBind(int id) => Message(id, [], writer =>
    {
        using var bind = writer.PushSequence(Application(0));
        writer.WriteInteger(3);
        Text(writer, "");
        using var sasl = writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3));
        Text(writer, "EXTERNAL");
        // An empty initial response: without one the server would ask for it first.
        Text(writer, "");
    });

    /// <summary>The end of the conversation (§4.3).</summary>
    public static byte[] Unbind(int id) => Message(id, [], writer => writer.WriteNull(Application(2)));

    /// <summary>Gives up a request (§4.11).</summary>
    public static byte[] Abandon(int id, int abandoned) => Message(id, [], writer => writer.WriteInteger(abandoned, Application(16)));

    /// <summary>StartTLS (§4.14).</summary>
    public static byte[] StartTls(int id) => Message(id, [], writer =>
    {
        using var request = writer.PushSequence(Application(23));
        writer.WriteOctetString(Encoding.ASCII.GetBytes(StartTlsOid), new Asn1Tag(TagClass.ContextSpecific, 0));
    });

    /// <summary>A search (§4.5.1).</summary>
    public static byte[] Search(int id, LdapSearch search, IReadOnlyList<LdapControl> controls) => Message(id, controls, writer =>
    {
        using var request = writer.PushSequence(Application(3));
        Text(writer, search.BaseDn);
        Enumerated(writer, (byte)search.Scope);
        // Aliases are never followed: they would show one person twice.
        Enumerated(writer, 0);
        writer.WriteInteger(search.SizeLimit);
        writer.WriteInteger(0);
        writer.WriteBoolean(false);
        search.Filter.Write(writer);
        using var attributes = writer.PushSequence();
        foreach (var attribute in search.Attributes)
        {
            Text(writer, attribute);
        }
    });

    internal static void Text(AsnWriter writer, string text) => writer.WriteOctetString(Encoding.UTF8.GetBytes(text));

    /// <summary>ENUMERATED: the base library writes those of C# enums only.</summary>
    internal static void Enumerated(AsnWriter writer, byte value) => writer.WriteEncodedValue([BerTag.Enumerated, 1, value]);

    private static Asn1Tag Application(int number) => new(TagClass.Application, number);

    private static byte[] Message(int id, IReadOnlyList<LdapControl> controls, Action<AsnWriter> operation)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(id);
            operation(writer);
            if (controls.Count > 0)
            {
                using var list = writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
                foreach (var control in controls)
                {
                    using var one = writer.PushSequence();
                    Text(writer, control.Oid);
                    if (control.Critical)
                    {
                        writer.WriteBoolean(true);
                    }

                    if (control.Value is { } value)
                    {
                        writer.WriteOctetString(value.Span);
                    }
                }
            }
        }

        return writer.Encode();
    }
}
