namespace CopyTrack.Accounting.Mail.Transport;

/// <summary>Ends a conversation with what becomes of the mail; never leaves this folder.</summary>
internal sealed class SmtpFailure(SmtpOutcome outcome, Exception? inner = null) : Exception("the mail server did not take the mail", inner)
{
    public SmtpOutcome Outcome { get; } = outcome;

    public static SmtpFailure Temporary(SmtpCause cause, string text, Exception? inner = null) => new(new SmtpOutcome.Temporary(cause, text), inner);

    public static SmtpFailure Permanent(SmtpCause cause, string text, Exception? inner = null) => new(new SmtpOutcome.Permanent(cause, text), inner);

    /// <summary>From a reply that is not the wanted one: 4yz may be tried again, anything else not (RFC 5321 §4.2.1).</summary>
    public static SmtpFailure Refused(SmtpSettings settings, SmtpCause cause, SmtpReply reply, string what, string next) => reply.IsTemporary
        ? Temporary(SmtpCause.Busy, $"{settings.Server}: {what} is put off by the server ({reply.Text}): it is tried again")
        : Permanent(cause, $"{settings.Server}: {what} is refused by the server ({reply.Text}): {next}");
}
