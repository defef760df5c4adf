using System.Globalization;
using System.Text;
using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Alerts;

/// <summary>The text of a mail about alerts, in the rule's language. Plain text: it is read on telephones.</summary>
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
        return options.Mail.Link is { } site ? text.Append(CultureInfo.InvariantCulture, $"{site.TrimEnd('/')}/Alerts\n").ToString() : text.ToString();
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
