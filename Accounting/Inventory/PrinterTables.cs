using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Inventory;

/// <summary>Status, supplies, trays and alerts as the Printer-MIB (RFC 3805) and Host Resources MIB (RFC 2790) have them.</summary>
internal sealed class PrinterTables(MibView view)
{
    private static readonly string[] ErrorBits =
    [
        "lowPaper", "noPaper", "lowToner", "noToner", "doorOpen", "jammed", "offline", "serviceRequested", "inputTrayMissing", "outputTrayMissing",
        "markerSupplyMissing", "outputNearFull", "outputFull", "inputTrayEmpty", "overduePreventMaint",
    ];

    private readonly int _charset = view.Rows(StandardMib.CharacterSet) is [var first, ..] ? (int)(first.Value.AsInteger ?? 0) : 0;

    public DeviceStatus Status(uint device) => new(
        view[StandardMib.HrDeviceStatus.Append(device)]?.AsInteger switch { 2 => "running", 3 => "warning", 4 => "testing", 5 => "down", _ => "unknown" },
        view[StandardMib.HrPrinterStatus.Append(device)]?.AsInteger switch { 1 => "other", 3 => "idle", 4 => "printing", 5 => "warmup", _ => "unknown" },
        Errors(view[StandardMib.HrPrinterErrors.Append(device)]));

    public ImmutableArray<Supply> Supplies()
    {
        var supplies = Indexes(StandardMib.Supplies).Select(Supply).ToImmutableArray();
        var inks = supplies.Where(s => s is { Kind: "toner" or "ink", LevelKind: "exact", Percent: not null }).ToList();

        // A device that knows only tenths shows it when all its colours stand on one: by chance that is one in a thousand for three.
        return inks.Count >= 3 && inks.All(s => s.Level * 10 % s.Capacity == 0) && inks.Any(s => s.Percent < 100)
            ? [.. supplies.Select(s => inks.Contains(s) ? s with { LevelKind = "coarse" } : s)]
            : supplies;
    }

    public ImmutableArray<Tray> Trays() =>
    [
        .. Indexes(StandardMib.Input).Select(i =>
        {
            var (level, kind) = Level(Number(StandardMib.Input, 10, i));
            var name = Text(StandardMib.Input, 13, i) ?? Text(StandardMib.Input, 18, i);
            return new Tray(
                Index(i), name, Text(StandardMib.Input, 12, i), level, kind, Capacity(Number(StandardMib.Input, 9, i)),
                PrinterCodes.Unit(Number(StandardMib.Input, 8, i)), PrinterCodes.SubUnitStatus(Number(StandardMib.Input, 11, i)));
        }),
    ];

    public ImmutableArray<DeviceAlert> Alerts(DateTimeOffset? now)
    {
        var upTime = (view[StandardMib.SysUpTime] as SnmpValue.TimeTicks)?.Value;
        return
        [
            .. Indexes(StandardMib.Alerts).Select(i =>
            {
                var code = Number(StandardMib.Alerts, 7, i);
                var group = PrinterCodes.AlertGroup(Number(StandardMib.Alerts, 4, i));
                var time = Number(StandardMib.Alerts, 9, i);
                return new DeviceAlert(
                    Index(i), PrinterCodes.Severity(Number(StandardMib.Alerts, 2, i)), group, code,
                    Text(StandardMib.Alerts, 8, i) ?? string.Create(CultureInfo.InvariantCulture, $"{group} {code}").Trim(),
                    now is { } at && upTime >= time ? at - TimeSpan.FromMilliseconds(10.0 * (upTime.Value - time.Value)) : null);
            }),
        ];
    }

    private Supply Supply(uint[] index)
    {
        var description = Text(StandardMib.Supplies, 6, index);
        var capacity = Capacity(Number(StandardMib.Supplies, 8, index));
        var unitCode = Number(StandardMib.Supplies, 7, index);
        var (level, kind) = Level(Number(StandardMib.Supplies, 9, index));
        int? percent = level is { } l && capacity is > 0 and { } c ? (int)Math.Clamp(Math.Round(100m * l / c), 0, 100)
            : level is >= 0 and <= 100 and { } p && unitCode == 19 ? (int)p : null;
        var colorant = Number(StandardMib.Supplies, 3, index) is > 0 and { } row
            ? DeviceText.Read(view[StandardMib.Colorant.Append(index[0], (uint)row)], _charset) : null;
        return new Supply(
            Index(index), description, PrinterCodes.SupplyKind(Number(StandardMib.Supplies, 5, index), description), PrinterCodes.Color(colorant, description),
            level, kind, capacity, PrinterCodes.Unit(unitCode), percent);
    }

    /// <summary>Rows of a table, by any of its columns: devices leave columns out.</summary>
    private IEnumerable<uint[]> Indexes(ObjectIdentifier table)
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

    private long? Number(ObjectIdentifier table, uint column, uint[] index) => view[table.Append([column, .. index])]?.AsInteger;

    private string? Text(ObjectIdentifier table, uint column, uint[] index) => DeviceText.Read(view[table.Append([column, .. index])], _charset);

    private static string Index(uint[] index) => string.Create(CultureInfo.InvariantCulture, $"{index[0]}.{index[1]}");

    private static long? Capacity(long? value) => value is > 0 ? value : null;

    /// <summary>RFC 3805: -1 no restriction, -2 unknown, -3 something is left.</summary>
    private static (long? Level, string Kind) Level(long? value) => value switch
    {
        >= 0 => (value, "exact"),
        -1 => (null, "unlimited"),
        -3 => (null, "someLeft"),
        _ => (null, "unknown"),
    };

    /// <summary>Bit 0 is the highest of the first octet; devices send none, one or two octets.</summary>
    private static ImmutableArray<string> Errors(SnmpValue? value)
    {
        var octets = value?.AsBytes.ToArray() ?? [];
        return [.. ErrorBits.Where((_, bit) => bit / 8 < octets.Length && (octets[bit / 8] & (0x80 >> (bit % 8))) != 0)];
    }
}
