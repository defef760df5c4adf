using System.Globalization;
using CopyTrack.MfpSimulator.Mib;

namespace CopyTrack.MfpSimulator.Meters;

/// <summary>Kyocera, Copystar, UTAX, Triumph-Adler (1347): function x colour, function x colour x size, sheets. Page counters hold A3 and Ledger twice, sheet counters once.</summary>
internal static class KyoceraTables
{
    private const string Root = "1.3.6.1.4.1.1347.";
    private static readonly string[] FunctionWords = ["", " print", " copy", "", " fax"];
    private static readonly string[] ColorWords = ["", " mono", " single", " full"];

    /// <summary>The size table's order differs from the colour table's: 1 all, 2 mono, 3 full colour, 4 single colour.</summary>
    private static readonly string[] SizeColorWords = ["", "", " mono", " full", " single"];

    /// <summary>All live counters that the recording has rows for.</summary>
    public static IEnumerable<LiveCounter> Find(Recording mib)
    {
        foreach (var (oid, words) in Scalars)
            if (mib.Find(Root + oid) is not null) yield return LiveCounter.Of(Root + oid, words);
        foreach (var counter in Cells(mib, "42.3.1.1.1.1", 1, i => Function(i[0], "equivalents"))) yield return counter;
        foreach (var counter in Cells(mib, "42.3.1.2.1.1", 2, i => Function(i[0], "equivalents") is { } f && i[1] is >= 1 and <= 3 ? f + ColorWords[i[1]] : null)) yield return counter;
        var sizes = SizeRows(mib);
        foreach (var counter in Cells(mib, "42.3.1.6.1", 3, i => i[0] is >= 1 and <= 4 && Function(i[1], "equivalents") is { } f && Size(i[2]) is { } s ? f + SizeColorWords[i[0]] + s : null)) yield return counter;
        foreach (var counter in Cells(mib, "42.3.1.7.1.1", 2, i => Function(i[0], "sheets") is { } f && Size(i[1]) is { } s ? f + s : null)) yield return counter;
        for (var column = 6; column <= 9; column++)
        {
            var words = "equivalents" + SizeColorWords[column - 5];
            foreach (var counter in Cells(mib, $"42.2.1.1.1.{column}.1", 1, i => Size(i[0]) is { } s ? words + s : null)) yield return counter;
        }

        foreach (var counter in Cells(mib, "42.2.1.1.1.13.1", 1, i => Size(i[0]) is { } s ? "sheets print" + s : null)) yield return counter;
        foreach (var counter in Cells(mib, "42.2.9.1.1.1.1", 1, i => Size(i[0]) is { } s ? "sheets onesided" + s : null)) yield return counter;
        foreach (var counter in Cells(mib, "42.2.9.1.1.2.1", 1, i => Size(i[0]) is { } s ? "sheets twosided" + s : null)) yield return counter;

        string? Size(uint row) => sizes.GetValueOrDefault(row);
    }

    private static readonly (string Oid, string Words)[] Scalars =
    [
        ("43.10.1.1.12.1.1", "equivalents"), ("42.2.5.1.1.1.1", "equivalents onesided"), ("42.2.5.1.1.2.1", "equivalents twosided"), ("42.2.5.1.1.3.1", "equivalents"),
        ("42.3.1.3.1.1.2", "scans copy"), ("42.3.1.3.1.1.4", "scans fax"), ("42.3.1.4.1.1.1", "scans scan"), ("46.10.1.1.5.3", "scans"),
    ];

    private static string? Function(uint number, string measure) => number is 1 or 2 or 4 ? measure + FunctionWords[number] : null;

    private static IEnumerable<LiveCounter> Cells(Recording mib, string table, int indexes, Func<uint[], string?> words)
    {
        foreach (var (index, row) in mib.Below(Root + table))
            if (index.Length == indexes && words(index) is { } text) yield return LiveCounter.Of(row.OidText, text);
    }

    /// <summary>Each size row with the words of the sizes that go there: by its dimensions in 1/10000 inch, else by its name; the first "other" row takes every size that has no row.</summary>
    private static Dictionary<uint, string> SizeRows(Recording mib)
    {
        Dictionary<uint, List<PaperSize>> rows = [];
        HashSet<PaperSize> placed = [];
        uint? other = null;
        foreach (var (index, row) in mib.Below(Root + "42.2.1.1.1.2.1"))
        {
            var size = Measured(mib, index[0]) ?? PaperSize.Find(row.Text.Trim());
            if (size is not null && placed.Add(size)) rows[index[0]] = [size];
            else if (row.Text.StartsWith("Other", StringComparison.OrdinalIgnoreCase)) other ??= index[0];
        }

        if (other is { } rest) rows[rest] = [.. PaperSize.All.Where(s => !placed.Contains(s))];
        return rows.Where(r => r.Value.Count > 0).ToDictionary(r => r.Key, r => string.Concat(r.Value.Select(s => " size=" + s.Name)));
    }

    private static PaperSize? Measured(Recording mib, uint row)
    {
        double? Side(int column) => mib.Find(string.Create(CultureInfo.InvariantCulture, $"{Root}42.2.1.1.1.{column}.1.{row}"))?.Number * 0.0254;
        return Side(4) is { } length and > 0 && Side(5) is { } width and > 0 ? PaperSize.Find(length, width) : null;
    }
}
