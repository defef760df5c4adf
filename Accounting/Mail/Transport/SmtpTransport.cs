using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Accounting.Mail.Transport;

/// <summary>Hands one mail to a mail server (RFC 5321 as a client). One connection for each mail.</summary>
public static class SmtpTransport
{
    /// <summary>
    /// Sends the mail. What goes wrong is the outcome, never an exception; only cancellation is thrown. With several recipients a mail is
    /// delivered when the server took at least one; the others stand in the outcome.
    /// </summary>
    public static async Task<SmtpOutcome> SendAsync(SmtpSettings settings, MailMessage mail, CancellationToken cancellationToken)
    {
        try
        {
            var octets = MimeWriter.Write(mail);
            if (settings.LocalName?.AsSpan().ContainsAnyExceptInRange('!', '~') == true)
            {
                throw new MailContentException("the name of this machine for mail servers must be a host name");
            }

            await using var session = await SmtpSession.OpenAsync(settings, cancellationToken);
            var outcome = await HandOverAsync(session, settings, mail, octets, cancellationToken);
            await session.QuitAsync(cancellationToken);
            return outcome;
        }
        catch (MailContentException e)
        {
            return new SmtpOutcome.Permanent(SmtpCause.BadMail, $"the mail can't be made: {e.Message}");
        }
        catch (SmtpFailure failure)
        {
            return failure.Outcome;
        }
    }

    private static async Task<SmtpOutcome> HandOverAsync(SmtpSession session, SmtpSettings settings, MailMessage mail, ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        if (session.Offer.MostOctets is { } most && octets.Length > most)
        {
            return new SmtpOutcome.Permanent(SmtpCause.TooLong, string.Create(CultureInfo.InvariantCulture,
                $"{settings.Server}: the mail has {octets.Length} octets and the mail server takes {most}: send less, or have the server's limit raised"));
        }

        var size = session.Offer.KnowsSize ? string.Create(CultureInfo.InvariantCulture, $" SIZE={octets.Length}") : "";
        var sender = await session.Stream.AskAsync($"MAIL FROM:<{mail.From.Address}>{size}", cancellationToken);
        if (!sender.IsGood)
        {
            throw SmtpFailure.Refused(settings, sender.Code == 552 ? SmtpCause.TooLong : SmtpCause.SenderRefused, sender, $"mail from {mail.From}", "check the sender's address, and whether the server wants a login");
        }

        var refused = ImmutableArray.CreateBuilder<RefusedRecipient>();
        foreach (var recipient in mail.To)
        {
            var reply = await session.Stream.AskAsync($"RCPT TO:<{recipient.Address}>", cancellationToken);
            if (!reply.IsGood)
            {
                refused.Add(new RefusedRecipient(recipient, reply.Text, reply.IsTemporary));
            }
        }

        if (refused.Count == mail.To.Length)
        {
            var why = $"{settings.Server}: none of the recipients is taken ({refused[0].Recipient}: {refused[0].Reply})";
            return refused.All(r => !r.Temporary)
                ? new SmtpOutcome.Permanent(SmtpCause.RecipientsRefused, $"{why}: check the addresses, and whether the server wants a login")
                : new SmtpOutcome.Temporary(SmtpCause.Busy, $"{why}: it is tried again");
        }

        return await ContentAsync(session, settings, octets, refused.ToImmutable(), cancellationToken);
    }

    private static async Task<SmtpOutcome> ContentAsync(
        SmtpSession session, SmtpSettings settings, ReadOnlyMemory<byte> octets, ImmutableArray<RefusedRecipient> refused, CancellationToken cancellationToken)
    {
        var go = await session.Stream.AskAsync("DATA", cancellationToken);
        if (go.Code != 354)
        {
            throw SmtpFailure.Refused(settings, SmtpCause.ContentRefused, go, "the mail", "ask who runs the mail server");
        }

        await session.Stream.WriteAsync(DotStuffing.Write(octets.Span), cancellationToken);
        SmtpReply word;
        try
        {
            word = await session.Stream.ReadAsync(settings.AcceptTimeout, cancellationToken);
        }
        catch (SmtpFailure failure) when (failure.Outcome is SmtpOutcome.Temporary)
        {
            var lost = (SmtpOutcome.Temporary)failure.Outcome;
            // RFC 1047: the server may have taken it all the same.
            return lost with { MayHaveArrived = true };
        }

        return word.IsGood
            ? new SmtpOutcome.Delivered(word.Text, refused)
            : throw SmtpFailure.Refused(settings, word.Code == 552 ? SmtpCause.TooLong : SmtpCause.ContentRefused, word, "the mail", "ask who runs the mail server what it does not like");
    }
}
