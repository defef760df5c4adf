using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using CopyTrack.Server.Reports.Export;

namespace CopyTrack.Server.Reports.Schedules;

/// <summary>The text of a mail with a report: figures and a chart of bars that are cells of a table, which every mail program shows and none blocks as a picture.</summary>
internal sealed class ReportMail(IReportWords words, ReportOptions options)
{
    private readonly ReportCells cells = new(words, options.TimeZone);

    /// <summary>The subject: name of the report and its period.</summary>
    public string Subject(string name, ReportView view) => $"{name}: {cells.Period(view.Report.Period)}";

    /// <summary>For programs that show no HTML.</summary>
    public string Plain(string name, ReportView view, IReadOnlyList<string> remarks)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Subject(name, view)}\n{cells.Title(view.Address)}\n\n");
        foreach ((string heading, string value) in Figures(view))
        {
            text.Append(CultureInfo.InvariantCulture, $"{heading}: {value}\n");
        }

        text.Append('\n');
        foreach ((string row, string value, _) in new ReportDocument(words, options).BarsOf(view))
        {
            text.Append(CultureInfo.InvariantCulture, $"{row}: {value}\n");
        }

        foreach (string remark in remarks)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{remark}\n");
        }

        if (Link(view) is { } link)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{link}\n");
        }

        return text.ToString();
    }

    /// <summary>The mail for people. Styles stand at the elements, because mail programs drop style sheets.</summary>
    public string Html(string name, ReportView view, IReadOnlyList<string> remarks)
    {
        StringBuilder html = new();
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"{words.Language}\"><head><meta charset=\"utf-8\"><title>{Text(name)}</title></head><body style=\"font-family:Arial,sans-serif;font-size:15px;color:#1c2430\">")
            .Append(CultureInfo.InvariantCulture, $"<h1 style=\"font-size:22px;margin:0\">{Text(name)}</h1><p style=\"color:#4a5565;margin:4px 0 16px\">{Text(cells.Period(view.Report.Period))} · {Text(cells.Title(view.Address))}</p><table cellpadding=\"0\" cellspacing=\"0\"><tr>");
        foreach ((string heading, string value) in Figures(view))
        {
            html.Append(CultureInfo.InvariantCulture, $"<td style=\"padding:0 24px 12px 0\"><div style=\"color:#4a5565;font-size:13px\">{Text(heading)}</div><div style=\"font-size:20px;font-weight:bold\">{Text(value)}</div></td>");
        }

        html.Append("</tr></table><table cellpadding=\"0\" cellspacing=\"0\" width=\"640\" style=\"font-size:14px\">");
        foreach ((string row, string value, decimal share) in new ReportDocument(words, options).BarsOf(view))
        {
            int width = Math.Max(1, (int)(share * 100));
            html.Append(CultureInfo.InvariantCulture, $"<tr><td width=\"200\" style=\"padding:3px 8px 3px 0\">{Text(row)}</td><td><table cellpadding=\"0\" cellspacing=\"0\" width=\"100%\"><tr><td width=\"{width}%\" bgcolor=\"#1f6f78\" style=\"height:16px\">&nbsp;</td><td style=\"padding-left:6px\">{Text(value)}</td></tr></table></td></tr>");
        }

        html.Append("</table>");
        foreach (string remark in remarks)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p style=\"color:#8a4b00\">{Text(remark)}</p>");
        }

        if (view.Estimate is { } estimate)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p style=\"color:#4a5565;font-size:13px\">{Text(words["Paper and CO₂, an estimate"])}: {Text(estimate.Formula(words.Culture))}</p>");
        }

        if (Link(view) is { } link)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p><a href=\"{Text(link)}\">{Text(words["Open the report"])}</a></p>");
        }

        return html.Append("</body></html>").ToString();
    }

    private IEnumerable<(string Heading, string Value)> Figures(ReportView view) =>
        from column in ImmutableArray.Create("impressions", "color", "cost", "impressionsChange", "metered", "attributed")
        let i = view.Index(column)
        where i >= 0
        select (cells.Heading(view.Report, i, options.Currency), cells.Value(view.Totals[i], view.Report.Columns[i].Kind));

    private string? Link(ReportView view) => options.Mail.Link is { } site ? $"{site.TrimEnd('/')}/Reports?{view.Address.ToQuery()}" : null;

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
