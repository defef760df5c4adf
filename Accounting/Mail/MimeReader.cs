using System.Collections.Immutable;
using System.Text;

namespace CopyTrack.Accounting.Mail;

/// <summary>A part of a mail that holds content.</summary>
/// <param name="ContentType">Type and subtype in lower case.</param>
/// <param name="Content">The octets, decoded.</param>
public sealed record MimePart(string ContentType, ReadOnlyMemory<byte> Content);

/// <summary>What came is no mail, or more than the bounds allow; the message says what.</summary>
public sealed class MimeFormatException(string message) : Exception(message);

/// <summary>Takes a mail apart (RFC 2045, RFC 2046) as far as attachments need it. Everything in a mail is a stranger's word: length, depth and number of parts are bounded.</summary>
public static class MimeReader
{
    /// <summary>Longest mail that is looked at, in octets.</summary>
    public const int MostOctets = 4 * 1024 * 1024;

    private const int MostHead = 256 * 1024, MostDepth = 8, MostParts = 100, MostBoundary = 70;

    /// <summary>The parts with content, in order. Throws <see cref="MimeFormatException"/>.</summary>
    public static ImmutableArray<MimePart> Read(ReadOnlyMemory<byte> mail)
    {
        if (mail.Length > MostOctets)
        {
            throw new MimeFormatException("the mail is too long");
        }

        // Mail servers may put their own first line before the headers.
        if (mail.Span.StartsWith("From "u8))
        {
            mail = mail[(mail.Span.IndexOf((byte)'\n') + 1)..];
        }

        var parts = ImmutableArray.CreateBuilder<MimePart>();
        Entity(mail, 0, parts);
        return parts.ToImmutable();
    }

    private static void Entity(ReadOnlyMemory<byte> entity, int depth, ImmutableArray<MimePart>.Builder parts)
    {
        if (depth > MostDepth || parts.Count >= MostParts)
        {
            throw new MimeFormatException("the mail has too many parts");
        }

        var body = Head(entity, out var type, out var encoding);
        var (kind, boundary) = MimeType.Read(type);
        if (!kind.StartsWith("multipart/", StringComparison.Ordinal))
        {
            parts.Add(new MimePart(kind, TransferDecoding.Decode(body, encoding)));
            return;
        }

        if (boundary is not { Length: > 0 and <= MostBoundary })
        {
            throw new MimeFormatException("a part of the mail has no boundary");
        }

        foreach (var part in Split(body, Encoding.Latin1.GetBytes("--" + boundary)))
        {
            Entity(part, depth + 1, parts);
        }
    }

    // Gives the body and what two headers say; a header that comes twice counts as it came first.
    private static ReadOnlyMemory<byte> Head(ReadOnlyMemory<byte> entity, out string type, out string encoding)
    {
        string? foundType = null, foundEncoding = null;
        var header = new StringBuilder();
        var at = 0;
        while (true)
        {
            var line = Line(entity.Span, at, out var next);
            if (line.Length > 0 && line[0] is (byte)' ' or (byte)'\t')
            {
                header.Append(' ').Append(Encoding.Latin1.GetString(line));
            }
            else
            {
                Take(header.ToString());
                header.Clear().Append(Encoding.Latin1.GetString(line));
            }

            at = next;
            if (at > MostHead)
            {
                throw new MimeFormatException("the headers of the mail are too long");
            }

            if (line.IsEmpty || at >= entity.Length)
            {
                Take(header.ToString());
                (type, encoding) = (foundType ?? "text/plain", (foundEncoding ?? "7bit").Trim().ToLowerInvariant());
                return entity[at..];
            }
        }

        void Take(string text)
        {
            if (text.StartsWith("content-type:", StringComparison.OrdinalIgnoreCase))
            {
                foundType ??= text["content-type:".Length..];
            }
            else if (text.StartsWith("content-transfer-encoding:", StringComparison.OrdinalIgnoreCase))
            {
                foundEncoding ??= text["content-transfer-encoding:".Length..];
            }
        }
    }

    private static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> body, byte[] mark)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        int begin = -1, at = 0;
        while (at < body.Length)
        {
            var line = Line(body.Span, at, out var next);
            if (line.StartsWith(mark) && line[mark.Length..].TrimEnd(" \t"u8) is var rest && (rest.IsEmpty || rest.SequenceEqual("--"u8)))
            {
                if (begin >= 0)
                {
                    // The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1).
                    parts.Add(body[begin..Math.Max(begin, at - (at > 1 && body.Span[at - 2] == (byte)'\r' ? 2 : 1))]);
                }

                begin = next;
                if (!rest.IsEmpty)
                {
                    return parts;
                }

                if (parts.Count > MostParts)
                {
                    throw new MimeFormatException("the mail has too many parts");
                }
            }

            at = next;
        }

        // Cut off before its last boundary: what is whole is given.
        return parts;
    }

    private static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> text, int at, out int next)
    {
        var rest = text[at..];
        var end = rest.IndexOf((byte)'\n');
        next = end < 0 ? text.Length : at + end + 1;
        return (end < 0 ? rest : rest[..end]).TrimEnd((byte)'\r');
    }
}
