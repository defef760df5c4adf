using System.Collections.Immutable;
using System.Runtime.InteropServices;
using CopyTrack.Accounting.Ledger;

namespace CopyTrack.Server.Reports;

/// <summary>The count columns that rows of usage share, and how counts become cells: what no device told is null, never 0.</summary>
internal static class CountColumns
{
    private const int Shared = 256;

    private static readonly object[] s_boxes = [.. Enumerable.Range(0, Shared).Select(n => (object)(long)n)];
    private static readonly object s_free = 0m;

    /// <summary>Columns in the order of <see cref="Cells"/>.</summary>
    public static ImmutableArray<ReportColumn> All { get; } =
    [
        Count("impressions"), Count("mono"), Count("color"), Count("unknownColor"), Count("normal"), Count("large"), Count("unknownSize"),
        Count("sheets"), Count("simplexSheets"), Count("duplexSheets"), new("duplexShare", ColumnKind.Percent), Count("unknownSides"), Count("scans"), Count("faxes"),
        new("cost", ColumnKind.Money), new("currency", ColumnKind.Text),
    ];

    /// <summary>Cells of one row.</summary>
    public static ImmutableArray<object?> Cells(in PageCounts c, string currency)
    {
        object?[] cells = new object?[All.Length];
        Fill(cells, c, currency);
        return ImmutableCollectionsMarshal.AsImmutableArray(cells);
    }

    /// <summary>Puts the cells of one row where they belong in a longer one.</summary>
    public static void Fill(Span<object?> cells, in PageCounts c, string currency)
    {
        bool colorTold = c.UnknownColor == 0 || c.Mono != 0 || c.Color != 0;
        bool sizeTold = c.UnknownSize == 0 || c.Normal != 0 || c.Large != 0;
        bool sidesTold = c.UnknownSides == 0 || c.Sheets != 0 || c.DuplexSheets != 0;
        (cells[0], cells[1], cells[2], cells[3]) = (Box(c.Impressions), Known(colorTold, c.Mono), Known(colorTold, c.Color), Box(c.UnknownColor));
        (cells[4], cells[5], cells[6]) = (Known(sizeTold, c.Normal), Known(sizeTold, c.Large), Box(c.UnknownSize));
        (cells[7], cells[8], cells[9]) = (Known(sidesTold, c.Sheets), Known(sidesTold && IsWhole(c), c.Sheets - c.DuplexSheets), Known(sidesTold, c.DuplexSheets));
        (cells[10], cells[11]) = (sidesTold ? DuplexShare(c) : null, Box(c.UnknownSides));
        (cells[12], cells[13], cells[14], cells[15]) = (Box(c.Scans), Box(c.Faxes), c.CostMicros == 0 ? s_free : Money(c.CostMicros), currency);
    }

    /// <summary>Millionths as a decimal number.</summary>
    public static decimal Money(long micros) => micros / 1_000_000m;

    /// <summary>How many of the sheets about which the device tells were printed on both sides, in per cent with two decimals; null without any, and where more were two-sided than there were.</summary>
    public static decimal? DuplexShare(in PageCounts c) => c.Sheets == 0 || !IsWhole(c) ? null : Math.Round(100m * c.DuplexSheets / c.Sheets, 2);

    // The counters of sheets and of two-sided work are not read in the same moment: of a single job one may come with the next.
    private static bool IsWhole(in PageCounts c) => c.Sheets >= 0 ? c.DuplexSheets >= 0 && c.DuplexSheets <= c.Sheets : c.DuplexSheets <= 0 && c.DuplexSheets >= c.Sheets;

    private static object? Known(bool told, long value) => told ? Box(value) : null;

    /// <summary>A count as a cell: small ones, which most are, share their boxes.</summary>
    private static object Box(long value) => value is >= 0 and < Shared ? s_boxes[value] : value;

    private static ReportColumn Count(string name) => new(name, ColumnKind.Count);
}
