using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Accounting.Mail;

/// <summary>A mail as octets: lines of at most 78 ASCII characters ended by CR LF (RFC 5322, RFC 2045), so that no server has to change it.</summary>
public static class MimeWriter
{
    /// <summary>Most recipients of one mail (RFC 5321 §4.5.3.1.8 promises 100).</summary>
    public const int MostRecipients = 100;

    /// <summary>Longest mail that is made, in octets; most servers refuse more.</summary>
    public const int MostOctets = 50 * 1024 * 1024;

    private const int MostSubject = 500, Base64InLine = 57, LongestType = 77;

    private static readonly SearchValues<char> Token = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&^_.+-");

    /// <summary>The whole mail. Throws <see cref="MailContentException"/> for no or too many recipients, an id that is none, or a mail that is too long.</summary>
    public static ReadOnlyMemory<byte> Write(MailMessage mail)
    {
        if (mail.To.IsDefaultOrEmpty || mail.To.Length > MostRecipients)
        {
            throw new MailContentException(mail.To.IsDefaultOrEmpty ? "a mail needs a recipient" : $"a mail has at most {MostRecipients} recipients: send several");
        }

        if (mail.Id.Length is 0 or > 100 || !mail.Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
        {
            throw new MailContentException("the id of a mail is made of letters, digits, dots and dashes");
        }

        if (mail.Attachments.Sum(a => (long)a.Content.Length) + (mail.Text.Length + (mail.Html?.Length ?? 0)) * 3L > MostOctets / 4 * 3)
        {
            throw new MailContentException($"the mail would be longer than {MostOctets / (1024 * 1024)} MiB: attach less");
        }

        var to = new ArrayBufferWriter<byte>(4096);
        Ascii(to, HeaderText.Addresses("From", [mail.From]));
        Ascii(to, HeaderText.Addresses("To", mail.To));
        Ascii(to, HeaderText.Unstructured("Subject", mail.Subject.Length > MostSubject ? mail.Subject[..MostSubject] : mail.Subject));
        Ascii(to, string.Create(CultureInfo.InvariantCulture, $"Date: {mail.Date.ToUniversalTime():ddd, dd MMM yyyy HH:mm:ss} +0000\r\n"));
        Ascii(to, $"Message-ID: <{mail.Id}@{mail.From.Domain}>\r\n");
        Ascii(to, mail.Automatic ? "Auto-Submitted: auto-generated\r\n" : "");
        Ascii(to, "MIME-Version: 1.0\r\n");
        if (mail.Attachments.IsDefaultOrEmpty)
        {
            Body(to, mail);
            return to.WrittenMemory;
        }

        Multipart(to, "mixed", [() => Body(to, mail), .. mail.Attachments.Select<MailAttachment, Action>(a => () => Attachment(to, a))]);
        return to.WrittenMemory;
    }

    private static void Body(ArrayBufferWriter<byte> to, MailMessage mail)
    {
        if (mail.Html is { } html)
        {
            Multipart(to, "alternative", [() => Text(to, "plain", mail.Text), () => Text(to, "html", html)]);
        }
        else
        {
            Text(to, "plain", mail.Text);
        }
    }

    private static void Multipart(ArrayBufferWriter<byte> to, string kind, Action[] parts)
    {
        // 128 random bits: content can't hold it by chance or by will.
        var boundary = "=_" + RandomNumberGenerator.GetHexString(32, lowercase: true);
        Ascii(to, $"Content-Type: multipart/{kind};\r\n boundary=\"{boundary}\"\r\n\r\n");
        foreach (var part in parts)
        {
            Ascii(to, $"--{boundary}\r\n");
            part();
            Ascii(to, "\r\n");
        }

        Ascii(to, $"--{boundary}--\r\n");
    }

    private static void Text(ArrayBufferWriter<byte> to, string subtype, string text)
    {
        Ascii(to, $"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        QuotedPrintable.Write(to, text);
    }

    private static void Attachment(ArrayBufferWriter<byte> to, MailAttachment attachment)
    {
        var name = HeaderText.Clean(attachment.Name).Replace('/', '_').Replace('\\', '_').Replace('"', '_');
        name = name.Length switch { 0 => "file", > 100 => name[^100..], _ => name };
        var type = IsType(attachment.ContentType) ? attachment.ContentType : "application/octet-stream";
        // RFC 5322 §2.1.1: lines of at most 78 characters; workbooks have a longer type.
        Ascii(to, $"Content-Type:{(type.Length > 64 ? "\r\n" : "")} {type}\r\nContent-Transfer-Encoding: base64\r\n");
        Ascii(to, "Content-Disposition: attachment");
        if (name.Length <= 60 && System.Text.Ascii.IsValid(name))
        {
            Ascii(to, $";\r\n filename=\"{name}\"");
        }
        else
        {
            FileName(to, name);
        }

        Ascii(to, "\r\n\r\n");
        var content = attachment.Content.Span;
        for (var at = 0; at < content.Length; at += Base64InLine)
        {
            Ascii(to, Convert.ToBase64String(content.Slice(at, Math.Min(Base64InLine, content.Length - at))));
            Ascii(to, "\r\n");
        }
    }

    // RFC 2231 §3 and §4: continued and percent-encoded, a few letters of the name at a time, so that lines stay short.
    private static void FileName(ArrayBufferWriter<byte> to, string name)
    {
        var runes = name.EnumerateRunes().Select(r => Uri.EscapeDataString(r.ToString())).Chunk(5).ToArray();
        for (var part = 0; part < runes.Length; part++)
        {
            Ascii(to, string.Create(CultureInfo.InvariantCulture, $";\r\n filename*{part}*={(part == 0 ? "utf-8''" : "")}{string.Concat(runes[part])}"));
        }
    }

    private static bool IsType(string type) =>
        type.Length <= LongestType && type.Split('/') is [{ Length: > 0 } kind, { Length: > 0 } sub] && !kind.AsSpan().ContainsAnyExcept(Token) && !sub.AsSpan().ContainsAnyExcept(Token);

    private static void Ascii(ArrayBufferWriter<byte> to, string text) => Encoding.ASCII.GetBytes(text, to);
}

/// <summary>A mail that can't be made; the message says why and what to do.</summary>
public sealed class MailContentException(string message) : Exception(message);
