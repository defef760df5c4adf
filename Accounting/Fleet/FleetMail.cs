using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Mail;

namespace CopyTrack.Accounting.Fleet;

/// <summary>Messages that go by mail: the same signed envelope as an attachment.</summary>
public static class FleetMail
{
    private const string ContentType = "application/x-copytrack-fleet";
    private const int MostEnvelopes = 20;

    /// <summary>A mail with one envelope. The text for people tells what it is and nothing of its content.</summary>
    public static MailMessage Write(Mailbox from, Mailbox to, string agent, long sequence, byte[] envelope, DateTimeOffset now) => new()
    {
        From = from, To = [to], Date = now,
        Subject = string.Create(CultureInfo.InvariantCulture, $"CopyTrack fleet message {sequence} of agent {agent}"),
        Text = "This mail carries a signed message of a CopyTrack agent to its manager.\nIt holds meters and supplies of printers, and no documents.",
        Attachments = [new MailAttachment(string.Create(CultureInfo.InvariantCulture, $"{agent}-{sequence}.fleet"), ContentType, envelope)],
    };

    /// <summary>
    /// The envelopes in a mail: whatever part begins as one does, whichever type a mail server calls it. Empty for a mail without. Throws <see cref="MimeFormatException"/> for what can't be
    /// taken apart. Nothing of them is proven yet.
    /// </summary>
    public static ImmutableArray<ReadOnlyMemory<byte>> Envelopes(ReadOnlyMemory<byte> mail) =>
        [.. MimeReader.Read(mail).Select(p => p.Content).Where(c => c.Span.StartsWith("CopyTrack-Fleet: "u8)).Take(MostEnvelopes)];
}
