using System.Collections.Immutable;
using CopyTrack.Accounting.Mail;
using CopyTrack.Accounting.Mail.Transport;
using CopyTrack.Server.Reports.Export;

namespace CopyTrack.Server.Reports.Schedules;

/// <summary>What somebody may see now: asked for at each run, so that a schedule never shows more than its owner may see on that day.</summary>
internal interface IReportOwners
{
    /// <summary>The scope of an owner in one of their roles; null when they do not have it (any more), or may see no reports in it.</summary>
    Task<ReportScope?> ScopeOfAsync(string owner, string role, CancellationToken cancellationToken);
}

/// <summary>
/// Makes one due run and mails it. Each is handed to the mail server at most once: it is marked before, and what breaks behind that is in doubt and told, never repeated by itself.
/// </summary>
internal sealed class ReportDeliverer(
    ReportSchedules schedules, ReportViews views, ReportFiles files, IReportOwners owners, IReportLanguages languages, ReportOptions options, TimeProvider time, ILogger<ReportDeliverer> logger)
{
    /// <summary>Tries of one run until it is given up: about a day.</summary>
    public const int MostAttempts = 8;

    private const int MostRows = 500;

    /// <summary>Largest file that goes with a mail: above that mail servers refuse the whole.</summary>
    private const int LargestFile = 15 << 20;

    /// <summary>Wait after the given number of tries: 1 minute, then each time three times as long.</summary>
    public static TimeSpan Wait(int attempts) => TimeSpan.FromMinutes(Math.Min(Math.Pow(3, Math.Max(0, attempts - 1)), 12 * 60));

    /// <summary>Makes and mails a claimed run, and records what became of it.</summary>
    public async Task DeliverAsync(ReportDelivery run, CancellationToken cancellationToken)
    {
        (MailMessage? mail, string? reason, bool again) = await MadeAsync(run, cancellationToken);
        if (mail is null)
        {
            await EndAsync(run, again && run.Attempts < MostAttempts ? DeliveryState.Waiting : DeliveryState.Failed, reason!, cancellationToken);
            return;
        }

        if (!await schedules.PutAsync(run, DeliveryState.Sending, run.NextTry, null, cancellationToken))
        {
            // Another node has taken it in the meantime.
            return;
        }

        // From here on the server's end does not stop the mail: it would be left in doubt.
        SmtpOutcome outcome = await SmtpTransport.SendAsync(options.Mail.Server!, mail, CancellationToken.None);
        switch (outcome)
        {
            case SmtpOutcome.Delivered delivered:
                string refused = string.Join(' ', delivered.Refused.Select(r => $"{r.Recipient} was refused: {r.Reply}."));
                await EndAsync(run, DeliveryState.Sent, refused.Length > 0 ? refused : delivered.Reply, CancellationToken.None);
                break;
            case SmtpOutcome.Temporary { MayHaveArrived: true } doubtful:
                await EndAsync(run, DeliveryState.Doubtful, doubtful.Text, CancellationToken.None);
                break;
            case SmtpOutcome.Temporary temporary:
                await EndAsync(run, run.Attempts < MostAttempts ? DeliveryState.Waiting : DeliveryState.Failed, temporary.Text, CancellationToken.None);
                break;
            case SmtpOutcome.Permanent permanent:
                await EndAsync(run, DeliveryState.Failed, permanent.Text, CancellationToken.None);
                break;
            default:
                throw new InvalidOperationException("an outcome without a case");
        }
    }

    private async Task EndAsync(ReportDelivery run, DeliveryState state, string message, CancellationToken cancellationToken)
    {
        await schedules.PutAsync(run, state, time.GetUtcNow() + (state == DeliveryState.Waiting ? Wait(run.Attempts) : TimeSpan.Zero), message, cancellationToken);
        if (state == DeliveryState.Sent)
        {
            logger.ReportSent(run.Id, run.ScheduleId);
        }
        else
        {
            logger.ReportNotSent(run.Id, run.ScheduleId, state, run.Attempts, message);
        }
    }

    /// <summary>The mail, or why there is none and whether it may go better later.</summary>
    private async Task<(MailMessage? Mail, string? Reason, bool Again)> MadeAsync(ReportDelivery run, CancellationToken cancellationToken)
    {
        if (options.Mail is not { Server: not null, From: { } from })
        {
            return (null, "No mail server is configured: set Mail:Host and Mail:From.", true);
        }

        if (await schedules.GetAsync(run.ScheduleId, cancellationToken) is not { Address: { } query } schedule)
        {
            return (null, "The schedule was deleted.", false);
        }

        if (await owners.ScopeOfAsync(schedule.Owner, schedule.Role, cancellationToken) is not { } scope || scope.OrgId != schedule.OrgId)
        {
            return (null, "Whose schedule it is may see no reports any more; delete it, or let somebody else make one.", false);
        }

        IReportWords words = languages.Of(schedule.Language);
        string name = schedule.ReportName ?? run.ReportName;
        try
        {
            ReportAddress address = ReportAddress.Parse(query);
            ReportView view = await views.MakeAsync(address, scope, null, 0, MostRows, run.DueAt, cancellationToken);
            List<string> remarks = [];
            ImmutableArray<MailAttachment> attachments = await AttachedAsync(schedule, address, scope, words, name, run.DueAt, remarks, cancellationToken);
            ReportMail text = new(words, options);
            return (new MailMessage
            {
                From = from, To = [.. ReportSchedules.Recipients(schedule.Recipients)], Subject = text.Subject(name, view), Text = text.Plain(name, view, remarks), Html = text.Html(name, view, remarks),
                Attachments = attachments, Date = time.GetUtcNow(), Id = System.FormattableString.Invariant($"report{run.Id}"),
            }, null, false);
        }
        catch (ReportRequestException e)
        {
            return (null, e.Message, false);
        }
    }

    /// <summary>The files; one that can't be made is told in the mail, which goes all the same.</summary>
    private async Task<ImmutableArray<MailAttachment>> AttachedAsync(
        ReportSchedule schedule, ReportAddress address, ReportScope scope, IReportWords words, string name, DateTimeOffset due, List<string> remarks, CancellationToken cancellationToken)
    {
        var attachments = ImmutableArray.CreateBuilder<MailAttachment>();
        foreach (string format in schedule.Formats.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                ReportFile file = await files.OpenAsync(address, scope, format, words, name, due, cancellationToken);
                using BoundedFile content = new(LargestFile);
                await file.WriteAsync(content, cancellationToken);
                attachments.Add(new MailAttachment(file.Name, file.ContentType, content.ToArray()));
            }
            catch (PdfException e)
            {
                remarks.Add(words[e.Message]);
            }
            catch (FileTooLargeException)
            {
                remarks.Add(string.Format(words.Culture, words["The {0} file is too large for a mail; fetch it from the report's page."], format.ToUpperInvariant()));
            }
        }

        return attachments.ToImmutable();
    }

    private sealed class FileTooLargeException : IOException
    {
    }

    private sealed class BoundedFile(int most) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => base.Write(buffer, offset, Checked(count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Checked(buffer.Length);
            base.Write(buffer);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => base.WriteAsync(buffer, offset, Checked(count), cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Checked(buffer.Length);
            return base.WriteAsync(buffer, cancellationToken);
        }

        private int Checked(int count) => Length + count <= most ? count : throw new FileTooLargeException();
    }
}
