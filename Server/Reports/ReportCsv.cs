using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CopyTrack.Server.Reports.Export;

namespace CopyTrack.Server.Reports;

/// <summary>Writes a report as RFC 4180 CSV in UTF-8: heading, rows, no totals (a spreadsheet adds its own).</summary>
internal static class ReportCsv
{
    private const int FlushBytes = 64 * 1024;
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n");

    /// <summary>Writes row by row in constant memory. Texts that a spreadsheet would run as a formula get an apostrophe in front.</summary>
    public static async Task WriteAsync(Report report, Stream output, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> buffer = new(2 * FlushBytes);
        Text(buffer, string.Join(',', report.Columns.Select(c => c.Name)));
        buffer.Write("\r\n"u8);
        await foreach (ImmutableArray<object?> row in report.Rows.WithCancellation(cancellationToken))
        {
            for (int i = 0; i < row.Length; i++)
            {
                if (i > 0)
                {
                    buffer.Write(","u8);
                }

                Cell(buffer, row[i]);
            }

            buffer.Write("\r\n"u8);
            if (buffer.WrittenCount > FlushBytes)
            {
                await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
                buffer.ResetWrittenCount();
            }
        }

        await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    private static void Cell(ArrayBufferWriter<byte> buffer, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case string text:
                Quoted(buffer, CellText.IsFormula(text) ? "'" + text : text);
                break;
            case long count:
                count.TryFormat(buffer.GetSpan(20), out int written, default, CultureInfo.InvariantCulture);
                buffer.Advance(written);
                break;
            case decimal money:
                buffer.Advance(CsvNumbers.Money(money, buffer.GetSpan(CsvNumbers.Longest)));
                break;
            case DateTimeOffset time:
                buffer.Advance(CsvNumbers.Time(time.UtcDateTime, buffer.GetSpan(CsvNumbers.Longest)));
                break;
            default:
                Quoted(buffer, ReportText.Of(value));
                break;
        }
    }

    private static void Quoted(ArrayBufferWriter<byte> buffer, string text) => Text(buffer,
        text.AsSpan().ContainsAny(s_quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text);

    private static void Text(ArrayBufferWriter<byte> buffer, string text) =>
        buffer.Advance(Encoding.UTF8.GetBytes(text, buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
}
