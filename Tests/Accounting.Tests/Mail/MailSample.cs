using CopyTrack.Accounting.Mail;

namespace CopyTrack.Accounting.Tests.Mail;

/// <summary>A small mail.</summary>
internal static class MailSample
{
    public static MailMessage To(params string[] addresses) => new()
    {
        From = Mailbox.TryParse("copytrack@example.org", "CopyTrack Österreich")!,
        To = [.. addresses.Select(a => Mailbox.TryParse(a)!)],
        Subject = "Toner",
        Text = "Bitte Toner bestellen.",
        Date = new DateTimeOffset(2026, 11, 22, 9, 30, 0, TimeSpan.FromHours(1)),
    };
}
