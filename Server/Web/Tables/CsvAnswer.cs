using System.Buffers;
using System.Text;
using CopyTrack.Server.Reports.Export;

namespace CopyTrack.Server.Web.Tables;

/// <summary>Answers with rows as RFC 4180 CSV in UTF-8, streamed. Texts that a spreadsheet would run as a formula get an apostrophe in front.</summary>
internal static class CsvAnswer
{
    private const int FlushBytes = 64 * 1024;

    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789.");

    /// <summary>Writes headings and rows; <paramref name="fileName"/> has no extension and only letters, digits and dashes.</summary>
    public static async Task WriteAsync(HttpResponse response, string fileName, IEnumerable<string> headings, IAsyncEnumerable<IEnumerable<string?>> rows, CancellationToken cancellationToken)
    {
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}.csv\"";
        await using StreamWriter writer = new(response.Body, new UTF8Encoding(false), FlushBytes, leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(string.Join(',', headings.Select(Cell)).AsMemory(), cancellationToken);
        await foreach (IEnumerable<string?> row in rows.WithCancellation(cancellationToken))
        {
            await writer.WriteLineAsync(string.Join(',', row.Select(Cell)).AsMemory(), cancellationToken);
        }
    }

    /// <summary>One cell as it stands in the file.</summary>
    public static string Cell(string? text)
    {
        text ??= "";
        if (CellText.IsFormula(text) && !IsNumber(text))
        {
            text = "'" + text;
        }

        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static bool IsNumber(string text) => text.Length > 1 && text[0] is '-' && text.AsSpan(1).IndexOfAnyExcept(s_digits) < 0;
}
