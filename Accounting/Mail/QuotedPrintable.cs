using System.Buffers;
using System.Text;

namespace CopyTrack.Accounting.Mail;

/// <summary>Text as quoted-printable (RFC 2045 §6.7): readable where it is ASCII, lines of at most 76 characters.</summary>
internal static class QuotedPrintable
{
    private const int MostInLine = 76;

    /// <summary>Writes the text in UTF-8; LF, CR and CR LF each end a line.</summary>
    public static void Write(IBufferWriter<byte> to, string text)
    {
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            Line(to, Encoding.UTF8.GetBytes(line));
        }
    }

    private static void Line(IBufferWriter<byte> to, ReadOnlySpan<byte> line)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var octet = line[i];
            // A blank at the end would be lost on the way; a first dot or "From " some programs change.
            var risky = column == 0 && (octet is (byte)'.' or (byte)'F');
            var literal = octet is >= 0x21 and <= 0x7E and not (byte)'=' ? !risky : (octet is (byte)' ' or (byte)'\t') && i < line.Length - 1;
            var width = literal ? 1 : 3;
            // One place is kept for the "=" of a soft end.
            if (column + width > MostInLine - 1)
            {
                to.Write("=\r\n"u8);
                column = 0;
            }

            if (literal)
            {
                to.Write(line.Slice(i, 1));
            }
            else
            {
                to.Write([(byte)'=', Hex(octet >> 4), Hex(octet & 15)]);
            }

            column += width;
        }

        to.Write("\r\n"u8);
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'A' + digit - 10);
}
