using System.Collections.Immutable;
using System.Text;

namespace CopyTrack.Server.Reports;

/// <summary>Writes a report as RFC 4180 CSV in UTF-8: heading, rows, no totals (a spreadsheet adds its own).</summary>
internal static class ReportCsv
{
    /// <summary>Writes row by row. Texts that a spreadsheet would run as a formula get an apostrophe in front.</summary>
    public static async Task WriteAsync(Report report, Stream output, CancellationToken cancellationToken)
    {
        await using StreamWriter writer = new(output, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(string.Join(',', report.Columns.Select(c => c.Name)).AsMemory(), cancellationToken);
        await foreach (ImmutableArray<object?> row in report.Rows.WithCancellation(cancellationToken))
        {
            await writer.WriteLineAsync(string.Join(',', row.Select(Cell)).AsMemory(), cancellationToken);
        }

        await writer.FlushAsync(cancellationToken);
    }

    private static string Cell(object? value)
    {
        string text = ReportText.Of(value);
        if (value is string && text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
        {
            text = "'" + text;
        }

        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
