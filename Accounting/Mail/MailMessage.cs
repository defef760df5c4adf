using System.Collections.Immutable;

namespace CopyTrack.Accounting.Mail;

/// <summary>One mail. Texts may hold any letters; line ends in <see cref="Subject"/> and names become blanks, so nothing can become a header.</summary>
public sealed record MailMessage
{
    /// <summary>Who sends it; also where a server tells that it could not be delivered.</summary>
    public required Mailbox From { get; init; }

    /// <summary>Who gets it; at least one, at most <see cref="MimeWriter.MostRecipients"/>.</summary>
    public required ImmutableArray<Mailbox> To { get; init; }

    /// <summary>The subject; cut after 500 letters.</summary>
    public required string Subject { get; init; }

    /// <summary>The text for people, lines ended by LF or CR LF.</summary>
    public required string Text { get; init; }

    /// <summary>The same as HTML, or null; readers show the one that they like better.</summary>
    public string? Html { get; init; }

    /// <summary>Files that go with it.</summary>
    public ImmutableArray<MailAttachment> Attachments { get; init; } = [];

    /// <summary>When it was written, in UTC.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>What its Message-ID begins with: letters and digits that no other mail has. A repetition of a mail keeps it, so that a receiver can tell.</summary>
    public string Id { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>True: <c>Auto-Submitted: auto-generated</c> (RFC 3834), so that no absence note answers it.</summary>
    public bool Automatic { get; init; } = true;
}

/// <summary>A file that goes with a mail.</summary>
/// <param name="Name">Its name; path separators and control characters are replaced.</param>
/// <param name="ContentType">Such as <c>application/pdf</c>; anything that is no type and subtype becomes <c>application/octet-stream</c>.</param>
/// <param name="Content">The octets; must not change until the mail was sent.</param>
public sealed record MailAttachment(string Name, string ContentType, ReadOnlyMemory<byte> Content);
