using CopyTrack.Accounting.Mail;

namespace CopyTrack.Server.Reports.Schedules;

/// <summary>Where mails go out. Without a server reports are kept and recorded, and nothing is mailed.</summary>
internal sealed record MailOptions
{
    /// <summary>The mail server; null when none is configured.</summary>
    public SmtpSettings? Server { get; init; }

    /// <summary>Sender of all mails; null only without a server.</summary>
    public Mailbox? From { get; init; }

    /// <summary>How the site's pages are reached, as <c>https://copytrack.example.org</c>, for the link in a mail; null for no link.</summary>
    public string? Link { get; init; }
}
