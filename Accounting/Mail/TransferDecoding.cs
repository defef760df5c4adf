using System.Buffers;
using System.Buffers.Text;

namespace CopyTrack.Accounting.Mail;

/// <summary>Content of a part as it was before it was made fit for mail (RFC 2045 §6).</summary>
internal static class TransferDecoding
{
    private static readonly SearchValues<byte> Base64Signs = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    /// <summary>The octets. Throws <see cref="MimeFormatException"/> for base64 that is none; an encoding that is not known leaves them as they are.</summary>
    public static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> content, string encoding) => encoding switch
    {
        "base64" => FromBase64(content.Span),
        "quoted-printable" => FromQuoted(content.Span),
        _ => content,
    };

    private static byte[] FromBase64(ReadOnlySpan<byte> content)
    {
        var clean = new byte[content.Length];
        var length = 0;
        // Whatever else stands between the signs is passed over (RFC 2045 §6.8).
        while (!content.IsEmpty)
        {
            var run = content.IndexOfAnyExcept(Base64Signs);
            run = run < 0 ? content.Length : run;
            content[..run].CopyTo(clean.AsSpan(length));
            length += run;
            content = content[Math.Min(content.Length, run + 1)..];
        }

        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(length)];
        return Base64.DecodeFromUtf8(clean.AsSpan(0, length), decoded, out _, out var written) == OperationStatus.Done
            ? decoded[..written] : throw new MimeFormatException("a part of the mail is no base64");
    }

    private static byte[] FromQuoted(ReadOnlySpan<byte> content)
    {
        var to = new ArrayBufferWriter<byte>(Math.Max(1, content.Length));
        while (!content.IsEmpty)
        {
            var mark = content.IndexOf((byte)'=');
            to.Write(mark < 0 ? content : content[..mark]);
            if (mark < 0)
            {
                break;
            }

            content = content[(mark + 1)..];
            if (content.StartsWith("\r\n"u8) || content.StartsWith("\n"u8))
            {
                content = content[(content[0] == (byte)'\r' ? 2 : 1)..];
            }
            else if (content.Length >= 2 && char.IsAsciiHexDigit((char)content[0]) && char.IsAsciiHexDigit((char)content[1]))
            {
                to.Write([Convert.FromHexString([(char)content[0], (char)content[1]])[0]]);
                content = content[2..];
            }
            else
            {
                to.Write("="u8);
            }
        }

        return to.WrittenSpan.ToArray();
    }
}
