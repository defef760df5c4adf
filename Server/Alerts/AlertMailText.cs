using System.Globalization;
using System.Text;
using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;

namespace CopyTrack.Server.Alerts;

/// <summary>The text of a mail about alerts, in the rule's language: plain, and the same for people with colours and a button.</summary>
internal sealed class AlertMailText(IReportWords words, ReportOptions options)
{
    private const int MostLines = 200, LongestSubject = 150;

    private readonly AlertSentences sentences = new(words, options.TimeZone);

    /// <summary>One alert with its device, or how many there are of which rule.</summary>
    public string Subject(string rule, IReadOnlyList<AlertRow> alerts)
    {
        var subject = alerts is [{ } one] ? $"{Prefix((AlertTelling)one.What)}{one.Subject}: {sentences.Of(one)}"
            : $"{string.Format(words.Culture, words["{0} alerts"], alerts.Count)}: {rule}";
        return subject.Length > LongestSubject ? subject[..LongestSubject] + "…" : subject;
    }

    /// <summary>Each alert on a line, in groups of what is told.</summary>
    public string Plain(string rule, IReadOnlyList<AlertRow> alerts)
    {
        StringBuilder text = new();
        foreach (var group in alerts.GroupBy(a => (AlertTelling)a.What))
        {
            text.Append(Heading(group.Key)).Append("\n\n");
            foreach (var (alert, i) in group.Select((g, i) => (g, i)))
            {
                if (i == MostLines)
                {
                    text.Append(string.Format(words.Culture, words["… and {0} more; the page of alerts has all."], group.Count() - MostLines)).Append('\n');
                    break;
                }

                text.Append(CultureInfo.InvariantCulture, $"- [{sentences.Severity((AlertSeverity)alert.Severity)}] {alert.Subject}");
                text.Append(string.IsNullOrEmpty(alert.Site) ? "" : $" ({alert.Site})").Append(": ").Append(sentences.Of(alert)).Append(' ').Append(sentences.Since(alert)).Append('\n');
            }

            text.Append('\n');
        }

        text.Append(string.Format(words.Culture, words["Rule: {0}"], rule)).Append('\n');
        return Link is { } link ? text.Append(link).Append('\n').ToString() : text.ToString();
    }

    /// <summary>The same for programs that show HTML.</summary>
    public string Html(string rule, IReadOnlyList<AlertRow> alerts)
    {
        MailFrame frame = new MailFrame(words).Begin(alerts is [{ } one] ? one.Subject : string.Format(words.Culture, words["{0} alerts"], alerts.Count), string.Format(words.Culture, words["Rule: {0}"], rule));
        foreach (var group in alerts.GroupBy(a => (AlertTelling)a.What))
        {
            frame.Heading(Heading(group.Key).TrimEnd(':')).Row($"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\">{string.Concat(group.Take(MostLines).Select(Line))}</table>", 6);
            if (group.Count() > MostLines)
            {
                frame.Note(string.Format(words.Culture, words["… and {0} more; the page of alerts has all."], group.Count() - MostLines));
            }
        }

        return frame.End(Link, words["Open the alerts"], words["Made by CopyTrack"]);
    }

    private string? Link => options.Mail.Link is { } site ? $"{site.TrimEnd('/')}/Alerts" : null;

    private string Line(AlertRow alert)
    {
        var severity = (AlertSeverity)alert.Severity;
        var color = severity switch { AlertSeverity.Critical => MailFrame.Bad, AlertSeverity.Warning => MailFrame.Warn, _ => MailFrame.Quiet };
        var site = string.IsNullOrEmpty(alert.Site) ? "" : $" <span style=\"color:{MailFrame.Quiet}\">{MailFrame.Text(alert.Site)}</span>";
        return $"<tr><td style=\"padding-top:8px\"><div style=\"border-left:4px solid {color};padding:2px 0 2px 12px\"><div><b>{MailFrame.Text(alert.Subject)}</b>{site}</div>"
            + $"<div>{MailFrame.Text(sentences.Of(alert))}</div><div style=\"font-size:13px;color:{MailFrame.Quiet}\"><b style=\"color:{color}\">{MailFrame.Text(sentences.Severity(severity))}</b> {MailFrame.Text(sentences.Since(alert))}</div></div></td></tr>";
    }

    private string Prefix(AlertTelling what) => what switch
    {
        AlertTelling.Resolved => words["Over"] + ": ",
        AlertTelling.Reminder or AlertTelling.Escalated => words["Still"] + ": ",
        _ => "",
    };

    private string Heading(AlertTelling what) => what switch
    {
        AlertTelling.Raised => words["New:"],
        AlertTelling.Reminder => words["Nobody has taken note yet:"],
        AlertTelling.Escalated => words["Nobody has taken note for too long:"],
        _ => words["Over:"],
    };
}
