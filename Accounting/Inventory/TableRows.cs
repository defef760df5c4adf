using System.Globalization;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Inventory;

/// <summary>Rows of the Printer-MIB's tables, which are indexed by hrDeviceIndex and a row of their own.</summary>
internal sealed class TableRows(MibView view)
{
    private readonly int _charset = view.Rows(StandardMib.CharacterSet) is [var first, ..] ? (int)(first.Value.AsInteger ?? 0) : 0;

    /// <summary>Indexes of a table, by any of its columns: devices leave columns out.</summary>
    public IEnumerable<uint[]> Indexes(ObjectIdentifier table)
    {
        var found = new SortedSet<(uint Device, uint Row)>();
        foreach (var row in view.Rows(table))
        {
            if (row.Oid.Length == table.Length + 3)
            {
                found.Add((row.Oid[table.Length + 1], row.Oid[table.Length + 2]));
            }
        }

        return found.Select(f => (uint[])[f.Device, f.Row]);
    }

    /// <summary>A number; null where it is missing.</summary>
    public long? Number(ObjectIdentifier table, uint column, uint[] index) => view[table.Append([column, .. index])]?.AsInteger;

    /// <summary>A text; null where it is missing or empty.</summary>
    public string? Text(ObjectIdentifier table, uint column, uint[] index) => Text(view[table.Append([column, .. index])]);

    /// <summary>A text in the device's character set.</summary>
    public string? Text(SnmpValue? value) => DeviceText.Read(value, _charset);

    /// <summary>hrDeviceIndex.row.</summary>
    public static string Name(uint[] index) => string.Create(CultureInfo.InvariantCulture, $"{index[0]}.{index[1]}");

    /// <summary>A capacity; null where it is unknown or unlimited.</summary>
    public static long? Capacity(long? value) => value is > 0 ? value : null;

    /// <summary>RFC 3805: -1 no restriction, -2 unknown, -3 something is left.</summary>
    public static (long? Level, string Kind) Level(long? value) => value switch
    {
        >= 0 => (value, "exact"),
        -1 => (null, "unlimited"),
        -3 => (null, "someLeft"),
        _ => (null, "unknown"),
    };
}
