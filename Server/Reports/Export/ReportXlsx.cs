using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace CopyTrack.Server.Reports.Export;

/// <summary>
/// Writes a report as a workbook (ECMA-376): typed cells, a filter, a totals row that follows the filter, and a sheet that says what was asked. Streams in
/// constant memory; more rows than a sheet holds go on in another.
/// </summary>
internal sealed class ReportXlsx(IReportWords words, TimeZoneInfo zone, DateTimeOffset now)
{
    /// <summary>Rows of a sheet, heading and totals among them (ECMA-376 18.3.1.73 allows 1,048,576).</summary>
    public const int RowsOfSheet = 1_048_576;

    /// <summary>Media type of the file.</summary>
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private const int FlushBytes = 64 * 1024;

    /// <summary>Most rows that go into one sheet; tests make it small.</summary>
    public int MostRows { get; init; } = RowsOfSheet;

    /// <summary>Writes all. <paramref name="about"/>: lines of the last sheet, name and value, asked for when the rows have come to their end.</summary>
    public async Task WriteAsync(Report report, Func<IReadOnlyList<(string Name, string Value)>> about, Stream output, CancellationToken cancellationToken)
    {
        await using GatheringStream gathering = new(output);
        await using (ZipArchive zip = await ZipArchive.CreateAsync(gathering, ZipArchiveMode.Create, leaveOpen: true, null, cancellationToken))
        {
            await PartsAsync(zip, report, about, cancellationToken);
        }

        await gathering.FlushAsync(cancellationToken);
    }

    private async Task PartsAsync(ZipArchive zip, Report report, Func<IReadOnlyList<(string Name, string Value)>> about, CancellationToken cancellationToken)
    {
        List<string> sheets = [];
        Dictionary<int, string> filters = [];
        await using (IAsyncEnumerator<ImmutableArray<object?>> rows = report.Rows.GetAsyncEnumerator(cancellationToken))
        {
            bool more;
            do
            {
                more = await SheetAsync(zip, report, rows, sheets, filters, cancellationToken);
            }
            while (more);
        }

        await AboutAsync(zip, about(), sheets, cancellationToken);
        await PartAsync(zip, "xl/workbook.xml", WorkbookParts.Workbook(sheets, filters), cancellationToken);
        await PartAsync(zip, "xl/_rels/workbook.xml.rels", WorkbookParts.WorkbookRelationships(sheets.Count), cancellationToken);
        await PartAsync(zip, "xl/styles.xml", WorkbookParts.Styles(), cancellationToken);
        await PartAsync(zip, "_rels/.rels", WorkbookParts.Relationships(), cancellationToken);
        await PartAsync(zip, "[Content_Types].xml", WorkbookParts.ContentTypes(sheets.Count), cancellationToken);
    }

    /// <summary>One sheet; true when rows are left for another.</summary>
    private async Task<bool> SheetAsync(
        ZipArchive zip, Report report, IAsyncEnumerator<ImmutableArray<object?>> rows, List<string> sheets, Dictionary<int, string> filters, CancellationToken cancellationToken)
    {
        int number = sheets.Count + 1;
        sheets.Add(number == 1 ? words["Report"] : string.Create(CultureInfo.InvariantCulture, $"{words["Report"]} {number}"));
        ZipArchiveEntry entry = zip.CreateEntry($"xl/worksheets/sheet{number}.xml", CompressionLevel.Fastest);
        entry.LastWriteTime = now;
        await using Stream part = await entry.OpenAsync(cancellationToken);
        SheetRows sheet = new();
        sheet.Raw(WorkbookParts.SheetHead(report.Columns.Select(c => c.Kind is ColumnKind.Text or ColumnKind.Nested or ColumnKind.Time ? 24 : 14)));
        sheet.Begin();
        for (int i = 0; i < report.Columns.Length; i++)
        {
            sheet.Text(i, ReportHeadings.Of(report.Columns[i].Name, words), CellStyle.BoldText);
        }

        sheet.End();
        bool more = false;
        while (await rows.MoveNextAsync())
        {
            Row(sheet, report.Columns, rows.Current);
            if (sheet.Buffer.WrittenCount > FlushBytes)
            {
                await part.WriteAsync(sheet.Buffer.WrittenMemory, cancellationToken);
                sheet.Buffer.ResetWrittenCount();
            }

            if (sheet.Row == MostRows - 1)
            {
                more = true;
                break;
            }
        }

        string range = string.Create(CultureInfo.InvariantCulture, $"$A$1:${SheetRows.Name(report.Columns.Length - 1)}${sheet.Row}");
        filters[number - 1] = range;
        if (!more && sheet.Row > 1 && !report.TotalColumns.IsEmpty)
        {
            Totals(sheet, report, whole: number == 1);
        }

        sheet.Raw($"</sheetData><autoFilter ref=\"{range.Replace("$", "", StringComparison.Ordinal)}\"/></worksheet>");
        await part.WriteAsync(sheet.Buffer.WrittenMemory, cancellationToken);
        return more;
    }

    private void Row(SheetRows sheet, ImmutableArray<ReportColumn> columns, ImmutableArray<object?> row)
    {
        sheet.Begin();
        for (int i = 0; i < row.Length; i++)
        {
            switch (row[i])
            {
                case null: break;
                case long count: sheet.Number(i, count, CellStyle.Count); break;
                case decimal number: sheet.Number(i, number, columns[i].Kind == ColumnKind.Percent ? CellStyle.Percent : CellStyle.Money); break;
                case DateTimeOffset time: sheet.Time(i, TimeZoneInfo.ConvertTime(time, zone).DateTime); break;
                case var other: sheet.Text(i, ReportText.Of(other)); break;
            }
        }

        sheet.End();
    }

    private void Totals(SheetRows sheet, Report report, bool whole)
    {
        int last = sheet.Row;
        ImmutableArray<object?> totals = report.Totals();
        sheet.Begin();
        sheet.Text(0, words["Total"], CellStyle.BoldText);
        for (int i = 1; i < report.Columns.Length; i++)
        {
            if (!report.TotalColumns.Contains(report.Columns[i].Name))
            {
                continue;
            }

            string? formula = whole ? string.Create(CultureInfo.InvariantCulture, $"SUBTOTAL(109,{SheetRows.Name(i)}2:{SheetRows.Name(i)}{last})") : null;
            switch (totals[i])
            {
                case long count: sheet.Number(i, count, CellStyle.BoldCount, formula); break;
                case decimal percent when report.Columns[i].Kind == ColumnKind.Percent: sheet.Number(i, percent, CellStyle.BoldPercent); break;
                case decimal money: sheet.Number(i, money, CellStyle.BoldMoney, formula); break;
                case string text: sheet.Text(i, text, CellStyle.BoldText); break;
                default: break;
            }
        }

        sheet.End();
    }

    private async Task AboutAsync(ZipArchive zip, IReadOnlyList<(string Name, string Value)> about, List<string> sheets, CancellationToken cancellationToken)
    {
        sheets.Add(words["About"]);
        SheetRows sheet = new();
        sheet.Raw(WorkbookParts.SheetHead([28, 90]));
        foreach ((string name, string value) in about)
        {
            sheet.Begin();
            sheet.Text(0, name, CellStyle.BoldText);
            sheet.Text(1, value);
            sheet.End();
        }

        sheet.Raw("</sheetData></worksheet>");
        await PartAsync(zip, $"xl/worksheets/sheet{sheets.Count}.xml", Encoding.UTF8.GetString(sheet.Buffer.WrittenSpan), cancellationToken);
    }

    private async Task PartAsync(ZipArchive zip, string name, string content, CancellationToken cancellationToken)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = now;
        await using Stream part = await entry.OpenAsync(cancellationToken);
        await part.WriteAsync(Encoding.UTF8.GetBytes(content), cancellationToken);
    }
}
