using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace CopyTrack.Server.Reports.Export;

/// <summary>A file to be written: nothing of it was read from storage yet but what its first rows need.</summary>
internal sealed record ReportFile(string Name, string ContentType, Func<Stream, CancellationToken, Task> WriteAsync);

/// <summary>Reports as files: csv, json, xlsx, pdf.</summary>
internal sealed class ReportFiles(ReportService reports, ReportViews views, PdfPrinter printer, ReportOptions options, TimeProvider time)
{
    /// <summary>Most rows of a printed report: about 60 pages, which nobody reads to the end.</summary>
    public const int MostPrinted = 2000;

    /// <summary>Formats there are.</summary>
    public static ImmutableArray<string> Formats { get; } = ["csv", "json", "xlsx", "pdf"];

    /// <summary>What to tell who asks for a PDF where none can be made; null where it can.</summary>
    public string? PdfOff => printer.Off;

    /// <summary>
    /// The file of an address for an asker. Throws <see cref="ReportRequestException"/> for a request that can't be answered, and <see cref="PdfException"/>. The page of a PDF is printed
    /// before this returns. <paramref name="now"/>: null for the present.
    /// </summary>
    public async Task<ReportFile> OpenAsync(ReportAddress address, ReportScope scope, string format, IReportWords words, string? title, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        DateTimeOffset at = now ?? time.GetUtcNow();
        ReportCells cells = new(words, options.TimeZone);
        if (format == "pdf")
        {
            ReportView view = await views.MakeAsync(address, scope, null, 0, MostPrinted, at, cancellationToken);
            byte[] pdf = await printer.PrintAsync(new ReportDocument(words, options).Html(view, title, at), cancellationToken);
            return new ReportFile(FileName(address, view.Report.Period, format), "application/pdf", (s, ct) => s.WriteAsync(pdf, ct).AsTask());
        }

        Report report = await reports.BuildAsync(address.ToRequest(scope, options.TimeZone, at), cancellationToken);
        string name = FileName(address, report.Period, format);
        return format switch
        {
            "csv" => new ReportFile(name, "text/csv; charset=utf-8", (s, ct) => ReportCsv.WriteAsync(report, s, ct)),
            "json" => new ReportFile(name, "application/json", (s, ct) => ReportJson.WriteAsync(report, s, false, ct)),
            "xlsx" => new ReportFile(name, ReportXlsx.ContentType, (s, ct) => new ReportXlsx(words, options.TimeZone, at).WriteAsync(report, () => About(address, report, words, cells, title, at), s, ct)),
            _ => throw new ReportRequestException($"There is no format '{format}'; there are {string.Join(", ", Formats)}."),
        };
    }

    private IReadOnlyList<(string Name, string Value)> About(ReportAddress address, Report report, IReportWords words, ReportCells cells, string? title, DateTimeOffset at) =>
    [
        (words["Report"], title ?? cells.Title(address)), (words["Contents"], cells.Title(address)), (words["Period"], cells.Period(report.Period)),
        .. report.Before is not null ? [(words["Compared with"], cells.Compared(report))] : Array.Empty<(string, string)>(),
        .. cells.Filters(address),
        .. ReportView.EstimateOf(report.Columns, report.Totals(), options.Estimate) is { } estimate ? [(words["Paper and CO₂, an estimate"], estimate.Formula(words.Culture))] : Array.Empty<(string, string)>(),
        (words["Made"], cells.Value(at, ColumnKind.Time)), (words["Time zone"], options.TimeZone.Id),
    ];

    /// <summary>Letters, digits and hyphens alone: it goes into a header and onto disks.</summary>
    private static string FileName(ReportAddress address, ReportPeriod period, string format)
    {
        string days = period.Days is { } d ? $"{ReportSpans.Text(d.First)}-{ReportSpans.Text(d.Last)}" : period.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        StringBuilder name = new();
        foreach (char c in $"{address.Name}-{days}")
        {
            name.Append(char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '-');
        }

        return $"{name}.{format}";
    }
}
