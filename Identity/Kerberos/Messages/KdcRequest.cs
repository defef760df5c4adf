using System.Formats.Asn1;
using CopyTrack.Identity.Kerberos.Crypto;

namespace CopyTrack.Identity.Kerberos.Messages;

/// <summary>
/// The body of a request, KDC-REQ-BODY of RFC 4120 §5.4.1, as far as it is used. <see cref="Client"/> is null in a TGS-REQ. Encoded once: checksums and
/// signatures over it stay valid.
/// </summary>
internal sealed record KdcRequestBody(uint Options, PrincipalName? Client, string Realm, PrincipalName Server, DateTimeOffset Till, int Nonce)
{
    /// <summary>The canonicalize option (RFC 6806 §3): the KDC may answer with another name or realm.</summary>
    internal const uint Canonicalize = 0x0001_0000;

    internal byte[] Encode() => KerberosDer.Encode(writer =>
    {
        using (writer.PushSequence())
        {
            writer.Member(0, w => w.Flags(Options));
            if (Client is not null)
            {
                writer.Member(1, Client.Write);
            }

            writer.Member(2, w => w.Text(Realm));
            writer.Member(3, Server.Write);
            writer.Member(5, w => w.Time(Till));
            writer.Member(7, Nonce);
            writer.Member(8, w =>
            {
                using (w.PushSequence())
                {
                    foreach (var profile in EncryptionProfile.All)
                    {
                        w.WriteInteger(profile.Etype);
                    }
                }
            });
        }
    });
}

/// <summary>AS-REQ and TGS-REQ (RFC 4120 §5.4.1).</summary>
internal static class KdcRequest
{
    private const int AsRequest = 10;
    private const int TgsRequest = 12;

    /// <summary>An AS-REQ with this body, encoded already.</summary>
    internal static byte[] As(byte[] body, params IReadOnlyCollection<PaData> data) => Encode(AsRequest, body, data);

    /// <summary>A TGS-REQ.</summary>
    internal static byte[] Tgs(byte[] body, params IReadOnlyCollection<PaData> data) => Encode(TgsRequest, body, data);

    private static byte[] Encode(int type, byte[] body, IReadOnlyCollection<PaData> data) => KerberosDer.Encode(writer =>
    {
        using (writer.PushSequence(KerberosDer.Application(type)))
        using (writer.PushSequence())
        {
            writer.Member(1, 5);
            writer.Member(2, type);
            if (data.Count > 0)
            {
                writer.Member(3, w =>
                {
                    using (w.PushSequence())
                    {
                        foreach (var item in data)
                        {
                            item.Write(w);
                        }
                    }
                });
            }

            writer.Member(4, w => w.WriteEncodedValue(body));
        }
    });
}
