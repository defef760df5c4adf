using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace CopyTrack.Server.Reports.Export;

/// <summary>
/// A report as one page of HTML for printing: no script, no address of anything else, and a policy that forbids both, so that whoever shows it needs no network.
/// </summary>
internal sealed class ReportDocument(IReportWords words, ReportOptions options)
{
    private const int Bars = 12;

    // What stands before the bars, in heights of its letters.
    private const double LongestName = 18.5;

    private readonly ReportCells cells = new(words, options.TimeZone);

    /// <summary>The page. <paramref name="title"/>: name of a saved report, null for the report's own.</summary>
    public string Html(ReportView view, string? title, DateTimeOffset now)
    {
        StringBuilder html = new();
        PrintTable table = TableOf(view);
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"{words.Language}\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">")
            .Append(CultureInfo.InvariantCulture, $"<title>{Text(title ?? cells.Title(view.Address))}</title><style>{table.Css}</style></head><body>")
            .Append(CultureInfo.InvariantCulture, $"<header><h1>{Text(title ?? cells.Title(view.Address))}</h1><p>{Text(cells.Period(view.Report.Period))}");
        if (title is not null)
        {
            html.Append(CultureInfo.InvariantCulture, $" · {Text(cells.Title(view.Address))}");
        }

        foreach ((string name, string value) in cells.Filters(view.Address))
        {
            html.Append(CultureInfo.InvariantCulture, $" · {Text(name)}: {Text(value)}");
        }

        if (view.Report.Before is not null)
        {
            html.Append(CultureInfo.InvariantCulture, $" · {Text(words["compared with"])} {Text(cells.Compared(view.Report))}");
        }

        html.Append("</p></header>");
        Figures(html, view);
        Chart(html, view);
        table.Write(html);
        if (view.Count > view.Rows.Length)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(string.Format(words.Culture, words["{0} of {1} rows are shown; the totals are those of all."], view.Rows.Length, view.Count))}</p>");
        }

        Movers(html, view);
        if (view.Estimate is { } estimate)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(words["Paper and CO₂, an estimate"])}: {Text(estimate.Formula(words.Culture))}. {Text(words["Sheets and sides of unknown duplex × (1 + share of large paper) × weight of a sheet; × carbon dioxide for each kilogram of paper."])}</p>");
        }

        html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(words["Made by CopyTrack"])}, {Text(cells.Value(now, ColumnKind.Time))}</p></body></html>");
        return html.ToString();
    }

    /// <summary>The largest rows with their share of the largest, for bars.</summary>
    public ImmutableArray<(string Name, string Value, decimal Share)> BarsOf(ReportView view)
    {
        int measure = view.Index(view.Measure);
        if (measure < 0)
        {
            return [];
        }

        IEnumerable<ImmutableArray<object?>> rows = view.Report.Name is "months" or "hours" ? view.Rows.Take(24) : view.Rows.OrderByDescending(r => r[measure] as long? ?? 0).Take(Bars);
        ImmutableArray<ImmutableArray<object?>> shown = [.. rows.Where(r => r[measure] is > 0L)];
        long largest = shown.IsEmpty ? 1 : shown.Max(r => (long)r[measure]!);
        return [.. shown.Select(r => (cells.RowName(view.Report, r), cells.Value(r[measure], ColumnKind.Count), Math.Round((long)r[measure]! / (decimal)largest, 4)))];
    }

    private void Figures(StringBuilder html, ReportView view)
    {
        html.Append("<dl>");
        foreach (string column in (string[])["impressions", "color", "large", "simplexSheets", "duplexSheets", "duplexShare", "scans", "faxes", "cost", "impressionsChange", "metered", "attributed", "unexplained"])
        {
            if (view.Index(column) is >= 0 and var i)
            {
                html.Append(CultureInfo.InvariantCulture, $"<div><dt>{Text(cells.Heading(view.Report, i, options.Currency))}</dt><dd>{Text(cells.Value(view.Totals[i], view.Report.Columns[i].Kind))}</dd></div>");
            }
        }

        html.Append("</dl>");
    }

    private void Chart(StringBuilder html, ReportView view)
    {
        ImmutableArray<(string Name, string Value, decimal Share)> bars = BarsOf(view);
        if (bars.IsEmpty)
        {
            return;
        }

        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 900 {(bars.Length * 22) + 6}\" preserveAspectRatio=\"xMinYMin\" role=\"img\">");
        for (int i = 0; i < bars.Length; i++)
        {
            (string name, string value, decimal share) = bars[i];
            decimal width = Math.Max(1, Math.Round(560 * share, 1));
            string shown = PrintSheet.Cut(name, LongestName);
            html.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{(i * 22) + 16}\">{Text(shown)}</text><rect x=\"230\" y=\"{(i * 22) + 4}\" width=\"{width}\" height=\"15\" rx=\"3\"></rect><text x=\"{238 + width}\" y=\"{(i * 22) + 16}\">{Text(value)}</text>");
        }

        html.Append("</svg>");
    }

    /// <summary>The rows with their totals, as they are read.</summary>
    private PrintTable TableOf(ReportView view)
    {
        ImmutableArray<int> shown = ReportCells.Shown(view.Report.Columns);
        return new PrintTable(
            [.. shown.Select(i => (cells.Heading(view.Report, i, options.Currency), view.Report.Columns[i].Kind is ColumnKind.Count or ColumnKind.Money or ColumnKind.Percent))],
            [.. view.Rows.Select(r => (IReadOnlyList<string>)[.. shown.Select(i => cells.Text(view.Report, r, i))])],
            [.. shown.Select(i => i == shown[0] ? words["Total"] : view.Report.TotalColumns.Contains(view.Report.Columns[i].Name) ? cells.Total(view.Report.Columns[i], view.Totals[i]) : "")],
            words["Nothing in this period."]);
    }

    private void Movers(StringBuilder html, ReportView view)
    {
        if (view.Up.IsEmpty && view.Down.IsEmpty)
        {
            return;
        }

        html.Append(CultureInfo.InvariantCulture, $"<h2>{Text(words["Top movers"])}</h2><table><tbody>");
        foreach (Mover mover in view.Up.Concat(view.Down))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(cells.RowName(view.Report, mover.Row))}</td><td class=\"n\">{Text(mover.Before.ToString("N0", words.Culture))} → {Text(mover.Now.ToString("N0", words.Culture))}</td><td class=\"n\">{Text(mover.Change.ToString("+#,0;-#,0", words.Culture))}</td></tr>");
        }

        html.Append("</tbody></table>");
    }

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}

/// <summary>How a printed report looks: A4 across, black on white, headings repeated and numbers on each page.</summary>
internal static class ReportPrintStyle
{
    /// <summary>The style sheet; it stands inside the page, which loads nothing.</summary>
    public const string Css = """
        @page { size: A4 landscape; margin: 12mm 12mm 14mm; @bottom-right { content: counter(page) " / " counter(pages); font: 7.5pt "Liberation Sans", "DejaVu Sans", Arial, sans-serif; color: #4a5565 } }
        * { box-sizing: border-box }
        :root { color-scheme: only light; background: #ffffff }
        body { margin: 0; font: 9.5pt/1.35 "Liberation Sans", "DejaVu Sans", Arial, sans-serif; color: #1c2430; print-color-adjust: exact; -webkit-print-color-adjust: exact }
        header { border-bottom: 1.5pt solid #17614f; margin-bottom: 8pt }
        h1 { font-size: 17pt; font-weight: 600; margin: 0 }
        h2 { font-size: 11pt; margin: 12pt 0 4pt; break-after: avoid }
        header p { margin: 2pt 0 6pt; color: #4a5565 }
        dl { display: flex; flex-wrap: wrap; gap: 4pt 22pt; margin: 0 0 8pt }
        dt { color: #4a5565; font-size: 8pt } dd { margin: 0; font-size: 13pt; font-weight: 600; font-variant-numeric: tabular-nums }
        svg { width: 100%; max-height: 90mm; margin-bottom: 8pt } svg rect { fill: #17614f } svg text { font-size: 12px; fill: #1c2430 }
        table { border-collapse: collapse; width: 100%; font-size: 8pt; font-variant-numeric: tabular-nums }
        thead { display: table-header-group } tr { break-inside: avoid }
        th { text-align: left; vertical-align: bottom; border-bottom: 0.75pt solid #4a5565; padding: 2pt 4pt; font-weight: 600 }
        td { border-bottom: 0.4pt solid #d5dbe3; padding: 2pt 4pt; overflow-wrap: anywhere }
        .n { text-align: right; white-space: nowrap } th.n { white-space: normal } .fitted th, .fitted td { padding: .25em .5em } .total { break-before: avoid } .total td { font-weight: 600; border-top: 0.75pt solid #4a5565 }
        .note { color: #4a5565; font-size: 8pt; margin: 6pt 0 0 }
        """;
}
