using System.Formats.Asn1;

namespace CopyTrack.Identity.Kerberos.Messages;

/// <summary>KRB-ERROR (RFC 4120 §5.9.1). Nobody signs it: whatever it says is a hint.</summary>
internal sealed record KerberosError(int Code, DateTimeOffset ServerTime, string? ClientRealm, string? Text, byte[]? Data)
{
    private const int Type = 30;
    private const int MaxShown = 200;

    /// <summary>True when the bytes begin like a KRB-ERROR.</summary>
    internal static bool Is(ReadOnlySpan<byte> bytes) => bytes is [0x7E, ..];

    internal static KerberosError Read(ReadOnlyMemory<byte> bytes)
    {
        var error = KerberosDer.Message(bytes, Type);
        if (error.Member(0).Only(KerberosDer.Int32) != 5 || error.Member(1).Only(KerberosDer.Int32) != Type)
        {
            throw new AsnContentException("another version or message type");
        }

        error.Optional(2)?.Only(KerberosDer.Time);
        error.Optional(3)?.Only(KerberosDer.Int32);
        var time = error.Member(4).Only(KerberosDer.Time);
        error.Member(5).Only(KerberosDer.Int32);
        var code = error.Member(6).Only(KerberosDer.Int32);
        var clientRealm = error.Optional(7)?.Only(KerberosDer.Text);
        error.Optional(8)?.Only(PrincipalName.Read);
        error.Member(9).Only(KerberosDer.Text);
        error.Member(10).Only(PrincipalName.Read);
        var text = error.Optional(11)?.Only(KerberosDer.TextBytes);
        var data = error.Optional(12)?.Only(KerberosDer.Octets);
        error.ThrowIfNotEmpty();
        return new KerberosError(code, time, clientRealm, text is null ? null : Shown(text), data);
    }

    /// <summary>A hostile text made fit for a log: printable ASCII, cut.</summary>
    private static string Shown(byte[] text) => new([.. text.Where(b => b is >= 0x20 and < 0x7F).Take(MaxShown).Select(b => (char)b)]);
}
