using System.Collections.Immutable;
using System.Globalization;
using System.Text;
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

    /// <summary>The mail for people.</summary>
    public string Html(string name, ReportView view, IReadOnlyList<string> remarks)
    {
        string title = cells.Title(view.Address), period = cells.Period(view.Report.Period);
        MailFrame frame = new MailFrame(words).Begin(name, name == title ? period : $"{period} · {title}").Row(string.Concat(Figures(view).Select(Figure)), 12);
        (string Name, string Value, decimal Share)[] bars = [.. new ReportDocument(words, options).BarsOf(view)];
        if (bars.Length > 0)
        {
            frame.Heading(ReportHeadings.Of(view.Measure, words)).Row($"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"font-size:14px\">{string.Concat(bars.Select(Bar))}</table>", 8);
        }

        foreach (string remark in remarks)
        {
            frame.Note(remark, MailFrame.Warn);
        }

        if (view.Estimate is { } estimate)
        {
            frame.Note($"{words["Paper and CO₂, an estimate"]}: {estimate.Formula(words.Culture)}");
        }

        return frame.End(Link(view), words["Open the report"], words["Made by CopyTrack"]);
    }

    // Blocks stand side by side where there is room, and below each other on a telephone.
    private static string Figure((string Heading, string Value) figure) =>
        $"<div style=\"display:inline-block;vertical-align:top;min-width:120px;margin:8px 28px 0 0\"><div style=\"font-size:13px;color:{MailFrame.Quiet}\">{MailFrame.Text(figure.Heading)}</div><div style=\"font-size:22px;line-height:1.3;font-weight:bold\">{MailFrame.Text(figure.Value)}</div></div>";

    private static string Bar((string Name, string Value, decimal Share) bar)
    {
        int width = Math.Clamp((int)(bar.Share * 100), 1, 100);
        string rest = width == 100 ? "" : string.Create(CultureInfo.InvariantCulture, $"<td width=\"{100 - width}%\"></td>");
        return string.Create(CultureInfo.InvariantCulture, $"<tr><td width=\"34%\" style=\"padding:4px 12px 4px 0\">{MailFrame.Text(bar.Name)}</td>")
            + string.Create(CultureInfo.InvariantCulture, $"<td><table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\"><tr><td width=\"{width}%\" bgcolor=\"{MailFrame.Accent}\" style=\"height:14px;line-height:14px;font-size:0;border-radius:3px\">&#160;</td>{rest}</tr></table></td>")
            + $"<td width=\"1%\" align=\"right\" style=\"padding:4px 0 4px 12px;white-space:nowrap\">{MailFrame.Text(bar.Value)}</td></tr>";
    }

    private IEnumerable<(string Heading, string Value)> Figures(ReportView view) =>
        from column in ImmutableArray.Create("impressions", "color", "cost", "impressionsChange", "metered", "attributed")
        let i = view.Index(column)
        where i >= 0
        select (cells.Heading(view.Report, i, options.Currency), cells.Value(view.Totals[i], view.Report.Columns[i].Kind));

    private string? Link(ReportView view) => options.Mail.Link is { } site ? $"{site.TrimEnd('/')}/Reports?{view.Address.ToQuery()}" : null;
}
