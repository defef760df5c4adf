using System.Buffers;

namespace CopyTrack.Accounting.Mail;

/// <summary>What goes over the wire after DATA.</summary>
public static class DotStuffing
{
    /// <summary>
    /// The mail with a second dot before each line that begins with one, closed by a line with a dot alone (RFC 5321 §4.5.2). A CR or LF that stands
    /// alone becomes a whole line end: servers that took such for an end could be made to see a second mail in it.
    /// </summary>
    public static ReadOnlyMemory<byte> Write(ReadOnlySpan<byte> mail)
    {
        var to = new ArrayBufferWriter<byte>(mail.Length + mail.Length / 64 + 8);
        while (!mail.IsEmpty)
        {
            if (mail[0] == (byte)'.')
            {
                to.Write("."u8);
            }

            var end = mail.IndexOfAny((byte)'\r', (byte)'\n');
            to.Write(end < 0 ? mail : mail[..end]);
            to.Write("\r\n"u8);
            mail = end < 0 ? [] : mail[(end + (mail[end..].StartsWith("\r\n"u8) ? 2 : 1))..];
        }

        to.Write(".\r\n"u8);
        return to.WrittenMemory;
    }
}
