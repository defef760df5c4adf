using System.Buffers;

namespace CopyTrack.Server.Gateway;

/// <summary>The one thing that must be known of a TLS ClientHello (RFC 8446 §4.1.2) before its handshake is set up.</summary>
internal static class ClientHello
{
    private const int RecordHeader = 5, HandshakeHeader = 4, VersionAndRandom = 34;
    private const int SupportedVersions = 43, Tls13 = 0x0304;

    /// <summary>
    /// Whether <c>supported_versions</c> lists TLS 1.3. True, too, for bytes that can't be read: the handshake then fails where it should.
    /// </summary>
    public static bool OffersTls13(ReadOnlySequence<byte> record)
    {
        var bytes = record.IsSingleSegment ? record.FirstSpan : record.ToArray();
        return Scan(bytes) ?? true;
    }

    private static bool? Scan(ReadOnlySpan<byte> bytes)
    {
        var at = RecordHeader + HandshakeHeader + VersionAndRandom;
        // session id, cipher suites, compression methods
        if (!Skip(bytes, ref at, 1) || !Skip(bytes, ref at, 2) || !Skip(bytes, ref at, 1))
        {
            return null;
        }
        if (at == bytes.Length)
        {
            return false;
        }
        if (at + 2 > bytes.Length)
        {
            return null;
        }
        at += 2;
        while (at + 4 <= bytes.Length)
        {
            var type = (bytes[at] << 8) | bytes[at + 1];
            var length = (bytes[at + 2] << 8) | bytes[at + 3];
            at += 4;
            if (at + length > bytes.Length)
            {
                return null;
            }
            if (type == SupportedVersions)
            {
                var versions = bytes.Slice(at, length);
                for (var i = 1; i + 1 < versions.Length; i += 2)
                {
                    if (((versions[i] << 8) | versions[i + 1]) == Tls13)
                    {
                        return true;
                    }
                }
                return false;
            }
            at += length;
        }
        return false;
    }

    private static bool Skip(ReadOnlySpan<byte> bytes, ref int at, int lengthBytes)
    {
        if (at + lengthBytes > bytes.Length)
        {
            return false;
        }
        var length = lengthBytes == 1 ? bytes[at] : (bytes[at] << 8) | bytes[at + 1];
        at += lengthBytes + length;
        return at <= bytes.Length;
    }
}
