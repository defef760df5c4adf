using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>Makes messages of version 3 (RFC 3412 §7.1, RFC 3414 §3.1).</summary>
internal static class UsmWriter
{
    private static ulong s_salt = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    /// <summary>The question for an engine's id (RFC 3414 §4): nobody asks, nothing is asked for.</summary>
    public static byte[] Discovery(int id) =>
        Message(id, SnmpMessage.MaxLength, UsmHeader.ReportableFlag, [], 0, 0, [], 0, [], Scoped([], [], new SnmpRequest.Plain(i => new Pdu.Get(i, [])), id), encrypted: false);

    /// <summary>A request as this user to this engine at its time, signed and encrypted as the user's protocols want. Throws <see cref="ArgumentException"/> as <see cref="SnmpMessage.Encode"/> does.</summary>
    public static byte[] Request(
        SnmpUser user, LocalKeys keys, ReadOnlySpan<byte> engineId, int boots, int time, string context, SnmpRequest request, int id, int maxSize)
    {
        var flags = (byte)(UsmHeader.ReportableFlag | (user.Auth == AuthProtocol.None ? 0 : UsmHeader.AuthFlag) | (user.Priv == PrivProtocol.None ? 0 : UsmHeader.PrivFlag));
        var data = Scoped(engineId, Encoding.UTF8.GetBytes(context), request, id);
        Span<byte> salt = stackalloc byte[user.Priv == PrivProtocol.None ? 0 : LocalKeys.SaltLength];
        if (user.Priv != PrivProtocol.None)
        {
            data = keys.Encrypt(data, boots, time, Interlocked.Increment(ref s_salt), salt);
        }

        // An engine that does not check signatures has no use for its clock either (RFC 3414 §3.1 step 6).
        return user.Auth == AuthProtocol.None
            ? Message(id, maxSize, flags, engineId, 0, 0, user.NameBytes.Span, 0, salt, data, encrypted: false)
            : Sign(keys, Message(id, maxSize, flags, engineId, boots, time, user.NameBytes.Span, keys.DigestLength, salt, data, user.Priv != PrivProtocol.None));
    }

    private static byte[] Sign(LocalKeys keys, byte[] message)
    {
        keys.Sign(message, UsmHeader.Read(message).DigestAt);
        return message;
    }

    private static byte[] Scoped(ReadOnlySpan<byte> engineId, ReadOnlySpan<byte> context, SnmpRequest request, int id)
    {
        var content = BerSize.Element(engineId.Length) + BerSize.Element(context.Length) + request.Length(id);
        if (content > SnmpMessage.MaxLength)
        {
            throw new ArgumentException("the message is too long for a datagram", nameof(request));
        }

        var octets = new byte[BerSize.Element(content)];
        var writer = new BerWriter(octets);
        writer.Header(BerTag.Sequence, content);
        writer.Bytes(BerTag.OctetString, engineId);
        writer.Bytes(BerTag.OctetString, context);
        request.Write(ref writer, id);
        return octets;
    }

    private static byte[] Message(
        int id, int maxSize, byte flags, ReadOnlySpan<byte> engineId, int boots, int time, ReadOnlySpan<byte> user, int digest, ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> data, bool encrypted)
    {
        var global = BerSize.Element(BerSize.Integer(id)) + BerSize.Element(BerSize.Integer(maxSize)) + BerSize.Element(1) + BerSize.Element(1);
        var parameters = BerSize.Element(engineId.Length) + BerSize.Element(BerSize.Integer(boots)) + BerSize.Element(BerSize.Integer(time)) +
            BerSize.Element(user.Length) + BerSize.Element(digest) + BerSize.Element(salt.Length);
        var content = BerSize.Element(1) + BerSize.Element(global) + BerSize.Element(BerSize.Element(parameters)) + (encrypted ? BerSize.Element(data.Length) : data.Length);
        if (BerSize.Element(content) > SnmpMessage.MaxLength)
        {
            throw new ArgumentException("the message is too long for a datagram", nameof(data));
        }

        var message = new byte[BerSize.Element(content)];
        var writer = new BerWriter(message);
        writer.Header(BerTag.Sequence, content);
        writer.Integer((int)SnmpVersion.V3);
        writer.Header(BerTag.Sequence, global);
        writer.Integer(id);
        writer.Integer(maxSize);
        writer.Bytes(BerTag.OctetString, [flags]);
        writer.Integer(UsmHeader.UserBased);
        writer.Header(BerTag.OctetString, BerSize.Element(parameters));
        writer.Header(BerTag.Sequence, parameters);
        writer.Bytes(BerTag.OctetString, engineId);
        writer.Integer(boots);
        writer.Integer(time);
        writer.Bytes(BerTag.OctetString, user);
        writer.Bytes(BerTag.OctetString, stackalloc byte[digest]);
        writer.Bytes(BerTag.OctetString, salt);
        if (encrypted)
        {
            writer.Header(BerTag.OctetString, data.Length);
        }

        writer.Raw(data);
        return message;
    }
}
