using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace CopyTrack.Server.Reports.Export;

/// <summary>Lists that are no reports of pages, such as those of the fleet, as files by the same writers: csv, json, xlsx, pdf.</summary>
internal sealed class ListFiles(PdfPrinter printer, ReportOptions options, TimeProvider time)
{
    /// <summary>
    /// The file of a list. Throws <see cref="ReportRequestException"/> for a format that there is none of, and <see cref="PdfException"/>. The page of a PDF is printed before this returns; it
    /// has the first <see cref="ReportFiles.MostPrinted"/> rows and says so, and its cells as <paramref name="told"/> tells them; null: as they are.
    /// </summary>
    public async Task<ReportFile> OpenAsync(Report list, string format, IReportWords words, Func<ImmutableArray<object?>, int, string>? told, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        string name = string.Create(CultureInfo.InvariantCulture, $"{list.Name}-{TimeZoneInfo.ConvertTime(now, options.TimeZone):yyyy-MM-dd}.{format}");
        ReportCells cells = new(words, options.TimeZone);
        return format switch
        {
            "csv" => new ReportFile(name, "text/csv; charset=utf-8", (s, ct) => ReportCsv.WriteAsync(list, s, ct)),
            "json" => new ReportFile(name, "application/json", (s, ct) => ReportJson.WriteAsync(list, s, false, ct)),
            "xlsx" => new ReportFile(name, ReportXlsx.ContentType, (s, ct) => new ReportXlsx(words, options.TimeZone, now).WriteAsync(list, () => About(list, words, cells, now), s, ct)),
            "pdf" => Printed(name, await printer.PrintAsync(await PageAsync(list, words, cells, told ?? ((row, i) => row[i] is null ? "" : cells.Value(row[i], list.Columns[i].Kind)), now, cancellationToken), cancellationToken)),
            _ => throw new ReportRequestException($"There is no format '{format}'; there are {string.Join(", ", ReportFiles.Formats)}."),
        };
    }

    private static ReportFile Printed(string name, byte[] pdf) => new(name, "application/pdf", (s, ct) => s.WriteAsync(pdf, ct).AsTask());

    private List<(string Name, string Value)> About(Report list, IReportWords words, ReportCells cells, DateTimeOffset now) =>
    [
        (words["Contents"], ReportHeadings.Title(list.Name, words)), .. list.Name is "meter-reads" or "alerts" ? [(words["Period"], cells.Period(list.Period))] : Array.Empty<(string, string)>(),
        (words["Made"], cells.Value(now, ColumnKind.Time)), (words["Time zone"], options.TimeZone.Id),
    ];

    /// <summary>The list as one page of HTML for printing, under the same policy as a report: no script, no address of anything else.</summary>
    private static async Task<string> PageAsync(Report list, IReportWords words, ReportCells cells, Func<ImmutableArray<object?>, int, string> told, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<IReadOnlyList<string>> rows = [];
        long count = 0;
        await foreach (ImmutableArray<object?> row in list.Rows.WithCancellation(cancellationToken))
        {
            if (count++ < ReportFiles.MostPrinted)
            {
                rows.Add([.. row.Select((_, i) => told(row, i))]);
            }
        }

        PrintTable table = new([.. list.Columns.Select(c => (ReportHeadings.Of(c.Name, words), c.Kind is ColumnKind.Count or ColumnKind.Money or ColumnKind.Percent))], rows, null, words["Nothing yet."]);
        StringBuilder html = new();
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"{words.Language}\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">")
            .Append(CultureInfo.InvariantCulture, $"<title>{Text(ReportHeadings.Title(list.Name, words))}</title><style>{table.Css}</style></head><body><header><h1>{Text(ReportHeadings.Title(list.Name, words))}</h1><p>")
            .Append(list.Name is "meter-reads" or "alerts" ? Text(cells.Period(list.Period)) : Text(cells.Value(now, ColumnKind.Time))).Append("</p></header>");
        table.Write(html);
        if (count > ReportFiles.MostPrinted)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(string.Format(words.Culture, words["{0} of {1} rows are shown; the other formats have all."], ReportFiles.MostPrinted, count))}</p>");
        }

        return html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(words["Made by CopyTrack"])}, {Text(cells.Value(now, ColumnKind.Time))}</p></body></html>").ToString();
    }

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
