using System.Buffers.Binary;
using System.Text;

namespace CopyTrack.Identity.Kerberos.Transport;

/// <summary>One SRV record (RFC 2782).</summary>
internal sealed record SrvRecord(int Priority, int Weight, int Port, string Target, uint TimeToLive);

/// <summary>A DNS question for SRV records and its answer (RFC 1035 §4): pure, bounded, nothing else of DNS.</summary>
internal static class DnsMessage
{
    private const int Srv = 33, Internet = 1, HeaderSize = 12, MaxAnswers = 64, MaxJumps = 32;

    /// <summary>A recursive question; null when the name can't stand in DNS.</summary>
    internal static byte[]? Question(ushort id, string name)
    {
        List<byte> bytes = [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        foreach (var label in name.Split('.'))
        {
            if (label.Length is 0 or > 63 || label.Any(c => c is <= ' ' or >= (char)127))
            {
                return null;
            }

            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }

        bytes.AddRange([0, 0, Srv, 0, Internet]);
        return bytes.Count > HeaderSize + 255 ? null : [.. bytes];
    }

    /// <summary>True when the message answers this very question: id, response bit and the question itself, letter by letter but for case.</summary>
    internal static bool Answers(ReadOnlySpan<byte> message, ReadOnlySpan<byte> question) =>
        message.Length >= question.Length && message[..2].SequenceEqual(question[..2]) && (message[2] & 0x80) != 0 && message[4..6].SequenceEqual(question[4..6])
        && Ascii(message[HeaderSize..question.Length]).Equals(Ascii(question[HeaderSize..]), StringComparison.OrdinalIgnoreCase);

    /// <summary>True when the answer was cut and must be asked for over TCP.</summary>
    internal static bool IsCut(ReadOnlySpan<byte> message) => (message[2] & 2) != 0;

    /// <summary>The SRV records of the answer section; empty for an error code or whatever can't be read. A target "." means that there is no such service.</summary>
    internal static List<SrvRecord> Records(ReadOnlySpan<byte> message, int questionSize)
    {
        List<SrvRecord> records = [];
        if ((message[3] & 15) != 0)
        {
            return records;
        }

        var at = questionSize;
        for (var left = Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(message[6..]), MaxAnswers); left > 0; left--)
        {
            if (Name(message, ref at) is null || at + 10 > message.Length)
            {
                break;
            }

            var (type, kind) = (BinaryPrimitives.ReadUInt16BigEndian(message[at..]), BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]));
            var life = BinaryPrimitives.ReadUInt32BigEndian(message[(at + 4)..]);
            var size = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + size > message.Length)
            {
                break;
            }

            var inside = at + 6;
            if (type == Srv && kind == Internet && size > 7 && Name(message, ref inside) is { Length: > 0 } target && inside <= at + size)
            {
                records.Add(new SrvRecord(
                    BinaryPrimitives.ReadUInt16BigEndian(message[at..]), BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(message[(at + 4)..]), target, life));
            }

            at += size;
        }

        return records;
    }

    private static string? Name(ReadOnlySpan<byte> message, ref int at)
    {
        var name = new StringBuilder();
        var (here, jumps, end) = (at, 0, -1);
        while (here < message.Length)
        {
            var length = message[here];
            if (length == 0)
            {
                at = end < 0 ? here + 1 : end;
                return name.ToString();
            }

            if (length >= 0xC0)
            {
                if (here + 1 >= message.Length || ++jumps > MaxJumps)
                {
                    return null;
                }

                end = end < 0 ? here + 2 : end;
                here = ((length & 0x3F) << 8) | message[here + 1];
            }
            else if (length > 63 || here + 1 + length > message.Length || name.Length + length > 254)
            {
                return null;
            }
            else
            {
                name.Append(name.Length > 0 ? "." : "").Append(Ascii(message.Slice(here + 1, length)));
                here += 1 + length;
            }
        }

        return null;
    }

    private static string Ascii(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
