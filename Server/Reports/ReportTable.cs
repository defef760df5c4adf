using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace CopyTrack.Server.Reports;

/// <summary>Writes a report as columns of text for people.</summary>
internal static class ReportTable
{
    /// <summary>Writes heading, rows and a totals line; numbers stand to the right, unknown is a hyphen. Keeps all rows in memory.</summary>
    public static async Task WriteAsync(Report report, TextWriter output, CancellationToken cancellationToken)
    {
        List<string[]> lines = [[.. report.Columns.Select(c => c.Name)]];
        await foreach (ImmutableArray<object?> row in report.Rows.WithCancellation(cancellationToken))
        {
            lines.Add([.. row.Select(Cell)]);
        }

        int rows = lines.Count - 1;
        ImmutableArray<object?> totals = report.Totals();
        lines.Add([.. totals.Select((t, i) => i == 0 ? "total" : report.TotalColumns.Contains(report.Columns[i].Name) ? Cell(t) : "")]);
        int[] widths = [.. report.Columns.Select((_, i) => lines.Max(l => l[i].Length))];
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{report.Name} from {ReportJson.Rfc3339(report.Period.From)} to {ReportJson.Rfc3339(report.Period.To)}, {rows} rows"));
        string rule = new('-', widths.Sum() + (2 * (widths.Length - 1)));
        for (int n = 0; n < lines.Count; n++)
        {
            if (n == 1 || n == lines.Count - 1)
            {
                await output.WriteLineAsync(rule);
            }

            await output.WriteLineAsync(Line(lines[n], widths, report.Columns));
        }
    }

    private static string Line(string[] cells, int[] widths, ImmutableArray<ReportColumn> columns)
    {
        StringBuilder line = new();
        for (int i = 0; i < cells.Length; i++)
        {
            bool right = columns[i].Kind is ColumnKind.Count or ColumnKind.Money or ColumnKind.Percent;
            line.Append(i == 0 ? "" : "  ").Append(right ? cells[i].PadLeft(widths[i]) : cells[i].PadRight(widths[i]));
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>Control characters in a name must not reach a terminal.</summary>
    private static string Cell(object? value)
    {
        string text = ReportText.Of(value);
        return text.Length == 0 ? "-" : text.Any(char.IsControl) ? new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]) : text;
    }
}
