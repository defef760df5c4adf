using CopyTrack.Accounting.Mail;
using CopyTrack.Accounting.Mail.Transport;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;

namespace CopyTrack.Server.Alerts;

/// <summary>
/// Sends the mails that wait. Each is handed to the mail server at most once: it is marked before, and what breaks behind that is in doubt, shown and never repeated by itself.
/// </summary>
internal sealed class AlertMailer(AlertMails mails, IReportLanguages languages, ReportOptions options, TimeProvider time, ILogger<AlertMailer> logger)
{
    private const int AtOnce = 100;

    /// <summary>Sends what waits, at most a hundred; how many were tried.</summary>
    internal async Task<int> RoundAsync(CancellationToken cancellationToken)
    {
        var tried = 0;
        while (tried < AtOnce && await mails.ClaimAsync(cancellationToken) is { } mail)
        {
            await SendAsync(mail, cancellationToken);
            tried++;
        }

        return tried;
    }

    private async Task SendAsync(AlertMailRow mail, CancellationToken cancellationToken)
    {
        if (options.Mail is not { Server: { } server, From: { } from })
        {
            await FailedAsync(mail, "No mail server is configured: set Mail:Host and Mail:From.", true, cancellationToken);
            return;
        }

        Mailbox[] recipients = [.. mail.Recipients.Split(';', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase).Select(r => Mailbox.TryParse(r)).OfType<Mailbox>()];
        var alerts = await mails.AlertsAsync(mail.Id, cancellationToken);
        if (recipients.Length == 0 || alerts.Count == 0)
        {
            await FailedAsync(mail, recipients.Length == 0 ? "The rule names nobody whom mail can reach." : "The alerts are not kept any more.", false, cancellationToken);
            return;
        }

        var text = new AlertMailText(languages.Of(mail.Language), options);
        var message = new MailMessage
        {
            From = from, To = [.. recipients], Subject = text.Subject(mail.RuleName, alerts), Text = text.Plain(mail.RuleName, alerts), Html = text.Html(mail.RuleName, alerts), Date = time.GetUtcNow(), Id = FormattableString.Invariant($"alert{mail.Id}"),
        };
        if (!await mails.PutAsync(mail, (int)DeliveryState.Sending, mail.NextTry, null, null, cancellationToken))
        {
            // Another node has taken it in the meantime.
            return;
        }

        // From here on the server's end does not stop the mail: it would be left in doubt.
        switch (await SmtpTransport.SendAsync(server, message, CancellationToken.None))
        {
            case SmtpOutcome.Delivered delivered:
                var refused = string.Join(' ', delivered.Refused.Select(r => $"{r.Recipient} was refused: {r.Reply}."));
                await mails.PutAsync(mail, (int)DeliveryState.Sent, mail.NextTry, time.GetUtcNow(), refused.Length > 0 ? refused : delivered.Reply, CancellationToken.None);
                logger.AlertMailed(mail.Id, mail.RuleId, alerts.Count);
                break;
            case SmtpOutcome.Temporary { MayHaveArrived: true } doubtful:
                await mails.PutAsync(mail, (int)DeliveryState.Doubtful, mail.NextTry, null, doubtful.Text, CancellationToken.None);
                logger.AlertNotMailed(mail.Id, mail.RuleId, DeliveryState.Doubtful, mail.Attempts, doubtful.Text);
                break;
            case SmtpOutcome.Temporary temporary:
                await FailedAsync(mail, temporary.Text, true, CancellationToken.None);
                break;
            case SmtpOutcome.Permanent permanent:
                await FailedAsync(mail, permanent.Text, false, CancellationToken.None);
                break;
            default:
                throw new InvalidOperationException("an outcome without a case");
        }
    }

    private async Task FailedAsync(AlertMailRow mail, string reason, bool again, CancellationToken cancellationToken)
    {
        var state = again && mail.Attempts < ReportDeliverer.MostAttempts ? DeliveryState.Waiting : DeliveryState.Failed;
        await mails.PutAsync(mail, (int)state, time.GetUtcNow() + (state == DeliveryState.Waiting ? ReportDeliverer.Wait(mail.Attempts) : TimeSpan.Zero), null, reason, cancellationToken);
        logger.AlertNotMailed(mail.Id, mail.RuleId, state, mail.Attempts, reason);
    }
}
