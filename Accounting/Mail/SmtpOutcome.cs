using System.Collections.Immutable;

namespace CopyTrack.Accounting.Mail;

/// <summary>What became of a mail. Texts name cause and next step and hold no secret.</summary>
public abstract record SmtpOutcome
{
    private SmtpOutcome() { }

    /// <summary>The server has it, for all recipients but those in <paramref name="Refused"/>.</summary>
    /// <param name="Reply">What the server said, often with its number of the mail.</param>
    /// <param name="Refused">Recipients that it did not take, and why.</param>
    public sealed record Delivered(string Reply, ImmutableArray<RefusedRecipient> Refused) : SmtpOutcome;

    /// <summary>Not now; the same mail may be tried again later.</summary>
    /// <param name="Cause">Which of the known causes.</param>
    /// <param name="Text">For the administrator.</param>
    /// <param name="MayHaveArrived">True when the connection broke after the whole mail was sent: a repetition may come twice.</param>
    public sealed record Temporary(SmtpCause Cause, string Text, bool MayHaveArrived = false) : SmtpOutcome;

    /// <summary>Never, until somebody changes mail or settings.</summary>
    /// <param name="Cause">Which of the known causes.</param>
    /// <param name="Text">For the administrator.</param>
    public sealed record Permanent(SmtpCause Cause, string Text) : SmtpOutcome;
}

/// <summary>A recipient that the server did not take.</summary>
/// <param name="Recipient">Who.</param>
/// <param name="Reply">What the server said.</param>
/// <param name="Temporary">True when it may take it later.</param>
public sealed record RefusedRecipient(Mailbox Recipient, string Reply, bool Temporary);

/// <summary>Why a mail was not delivered. The numbers are stored: append only.</summary>
public enum SmtpCause
{
    /// <summary>Nothing went wrong.</summary>
    None = 0,

    /// <summary>The host name has no address.</summary>
    NameUnknown = 1,

    /// <summary>Nobody listens on the port, or a firewall says no.</summary>
    Unreachable = 2,

    /// <summary>No connection or no reply in time.</summary>
    TimedOut = 3,

    /// <summary>The connection ended in the middle.</summary>
    ConnectionLost = 4,

    /// <summary>TLS fails before the server shows a usable certificate.</summary>
    TlsFailed = 5,

    /// <summary>No trusted CA signed the server's certificate.</summary>
    CertificateUntrusted = 6,

    /// <summary>The certificate is for another host name.</summary>
    CertificateName = 7,

    /// <summary>The certificate is outside its time.</summary>
    CertificateExpired = 8,

    /// <summary>The server does not offer STARTTLS; nothing was sent.</summary>
    StartTlsNotOffered = 9,

    /// <summary>A password was set without TLS, or the server offers no way to log in that is known here.</summary>
    LoginNotPossible = 10,

    /// <summary>Name or password is wrong, or the account may not send.</summary>
    LoginRefused = 11,

    /// <summary>The server does not take mails from this sender or machine.</summary>
    SenderRefused = 12,

    /// <summary>The server takes none of the recipients.</summary>
    RecipientsRefused = 13,

    /// <summary>The mail is longer than the server takes.</summary>
    TooLong = 14,

    /// <summary>The server does not take this mail for what is in it.</summary>
    ContentRefused = 15,

    /// <summary>The server is busy, full, or asks to come later.</summary>
    Busy = 16,

    /// <summary>What answers breaks the protocol.</summary>
    Protocol = 17,

    /// <summary>The mail itself can't be made.</summary>
    BadMail = 18,
}
