using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Inventory;

/// <summary>What is read of the Printer-MIB's tables: first one column of each, which tells the rows, then the others for exactly those rows.</summary>
internal static class InventoryColumns
{
    private static readonly (ObjectIdentifier Table, uint Index, int Rows, uint[] Numbers, uint[] Texts)[] Tables =
    [
        (StandardMib.Supplies, 9, 4, [3, 5, 7, 8], [6]),
        (StandardMib.Input, 10, 4, [8, 9, 11], [12, 13, 18]),
        (StandardMib.Covers, 3, 4, [], [2]),
        (StandardMib.Output, 5, 2, [4, 6], [7, 12]),
        (StandardMib.Alerts, 7, 2, [2, 4, 9], [8]),
    ];

    /// <summary>One column of each table.</summary>
    public static IEnumerable<SweepColumn> First { get; } =
        [.. Tables.Select(t => new SweepColumn(t.Table.Append(t.Index), t.Rows, 2)), new(StandardMib.Colorant, 4, 8), new(StandardMib.ConsoleText, 2, 16)];

    /// <summary>The other columns of the tables that have rows.</summary>
    public static IEnumerable<SweepColumn> Others(MibView view)
    {
        foreach (var (table, index, _, numbers, texts) in Tables)
        {
            var rows = view.Rows(table.Append(index)).ToArray();
            if (rows.Length > 0)
            {
                var last = rows[^1].Oid.After(table.Append(index)).ToArray();
                foreach (var column in numbers.Concat(texts))
                {
                    yield return new SweepColumn(table.Append(column), rows.Length, texts.Contains(column) ? 18 : 2) { LastIndex = last };
                }
            }
        }
    }
}
