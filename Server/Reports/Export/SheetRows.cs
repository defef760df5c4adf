using System.Buffers;
using System.Globalization;
using System.Text;

namespace CopyTrack.Server.Reports.Export;

/// <summary>Writes the rows of one sheet into a buffer that its owner empties. Every text is an inline string, which no program ever computes.</summary>
internal sealed class SheetRows
{
    /// <summary>Longest text of a cell, in characters.</summary>
    public const int LongestText = 32_767;

    private static readonly DateTime s_first = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>What was written and not yet taken.</summary>
    public ArrayBufferWriter<byte> Buffer { get; } = new(128 * 1024);

    /// <summary>Number of the last row that was begun; the first is 1.</summary>
    public int Row { get; private set; }

    /// <summary>Begins a row.</summary>
    public void Begin() => Raw(string.Create(CultureInfo.InvariantCulture, $"<row r=\"{++Row}\">"));

    /// <summary>Ends a row.</summary>
    public void End() => Raw("</row>");

    /// <summary>A text; nothing for null.</summary>
    public void Text(int column, string? text, CellStyle style = CellStyle.Text)
    {
        if (text is not null)
        {
            Raw(string.Create(CultureInfo.InvariantCulture, $"<c r=\"{Name(column)}{Row}\" s=\"{(int)style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{CellText.ForXml(text, LongestText)}</t></is></c>"));
        }
    }

    /// <summary>A number; <paramref name="formula"/> is one of ours, never of a name, and its value stands beside it.</summary>
    public void Number(int column, decimal value, CellStyle style, string? formula = null) => Raw(string.Create(CultureInfo.InvariantCulture,
        $"<c r=\"{Name(column)}{Row}\" s=\"{(int)style}\">{(formula is null ? "" : $"<f>{formula}</f>")}<v>{value}</v></c>"));

    /// <summary>A local time, as a serial number of days.</summary>
    public void Time(int column, DateTime local) => Raw(string.Create(CultureInfo.InvariantCulture,
        $"<c r=\"{Name(column)}{Row}\" s=\"{(int)CellStyle.Time}\"><v>{(local - s_first).TotalDays:0.#########}</v></c>"));

    /// <summary>Text as it is.</summary>
    public void Raw(string xml) => Buffer.Advance(Encoding.UTF8.GetBytes(xml, Buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(xml.Length))));

    /// <summary>Letters of a column, counted from 0.</summary>
    public static string Name(int column) => column < 26 ? ((char)('A' + column)).ToString() : Name((column / 26) - 1) + (char)('A' + (column % 26));
}
