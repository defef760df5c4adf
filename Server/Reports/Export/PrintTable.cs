using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace CopyTrack.Server.Reports.Export;

/// <summary>A table on paper: headings, rows and totals (null for none) as they are read, on a sheet that holds all columns. <paramref name="empty"/> stands where there are no rows.</summary>
internal sealed class PrintTable(IReadOnlyList<(string Heading, bool IsFigure)> heads, IReadOnlyList<IReadOnlyList<string>> rows, IReadOnlyList<string>? totals, string empty)
{
    private readonly PrintSheet sheet = PrintSheet.Of(heads, totals is null ? rows : [.. rows, totals]);

    /// <summary>The style of the page that holds it.</summary>
    public string Css => ReportPrintStyle.Css + sheet.Css;

    /// <summary>Writes it.</summary>
    public void Write(StringBuilder html)
    {
        html.Append("<table class=\"fitted\"><thead><tr>");
        for (int i = 0; i < heads.Count; i++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<th{Side(i)}{sheet.Attribute(i)}>{Text(heads[i].Heading)}</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (IReadOnlyList<string> row in rows)
        {
            Row(html, row);
        }

        if (rows.Count == 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td colspan=\"{heads.Count}\">{Text(empty)}</td></tr>");
        }

        html.Append("</tbody>");
        if (totals is not null)
        {
            html.Append("<tbody class=\"total\">");
            Row(html, totals);
            html.Append("</tbody>");
        }

        html.Append("</table>");
    }

    private void Row(StringBuilder html, IReadOnlyList<string> row)
    {
        html.Append("<tr>");
        for (int i = 0; i < row.Count; i++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<td{Side(i)}>{Text(row[i])}</td>");
        }

        html.Append("</tr>");
    }

    private string Side(int column) => heads[column].IsFigure ? " class=\"n\"" : "";

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
