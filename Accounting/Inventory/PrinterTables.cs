using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Inventory;

/// <summary>Status, supplies, trays and alerts as the Printer-MIB (RFC 3805) and Host Resources MIB (RFC 2790) have them.</summary>
internal sealed class PrinterTables(MibView view)
{
    private static readonly ImmutableArray<string> ErrorBits = InventoryWords.Errors;

    private readonly TableRows _rows = new(view);

    public DeviceStatus Status(uint index)
    {
        var device = view[StandardMib.HrDeviceStatus.Append(index)]?.AsInteger switch { 2 => "running", 3 => "warning", 4 => "testing", 5 => "down", _ => "unknown" };
        var printer = view[StandardMib.HrPrinterStatus.Append(index)]?.AsInteger switch { 1 => "other", 3 => "idle", 4 => "printing", 5 => "warmup", _ => "unknown" };
        var errors = Errors(view[StandardMib.HrPrinterErrors.Append(index)]);
        return new DeviceStatus(device, printer, errors, StatusSummary.Of(device, printer, errors));
    }

    public ImmutableArray<Supply> Supplies()
    {
        var supplies = _rows.Indexes(StandardMib.Supplies).Select(Supply).ToImmutableArray();
        var inks = supplies.Where(s => s is { Kind: "toner" or "ink", LevelKind: "exact", Percent: not null }).ToList();

        // A device that knows only tenths shows it when all its colours stand on one: by chance that is one in a thousand for three.
        return inks.Count >= 3 && inks.All(s => s.Level * 10 % s.Capacity == 0) && inks.Any(s => s.Percent < 100)
            ? [.. supplies.Select(s => inks.Contains(s) ? s with { LevelKind = "coarse" } : s)]
            : supplies;
    }

    public ImmutableArray<Tray> Trays() =>
    [
        .. _rows.Indexes(StandardMib.Input).Select(i =>
        {
            var (level, kind) = TableRows.Level(_rows.Number(StandardMib.Input, 10, i));
            var name = _rows.Text(StandardMib.Input, 13, i) ?? _rows.Text(StandardMib.Input, 18, i);
            return new Tray(
                TableRows.Name(i), name, _rows.Text(StandardMib.Input, 12, i), level, kind, TableRows.Capacity(_rows.Number(StandardMib.Input, 9, i)),
                PrinterCodes.Unit(_rows.Number(StandardMib.Input, 8, i)), PrinterCodes.SubUnitStatus(_rows.Number(StandardMib.Input, 11, i)));
        }),
    ];

    public ImmutableArray<DeviceAlert> Alerts(DateTimeOffset? now)
    {
        var upTime = (view[StandardMib.SysUpTime] as SnmpValue.TimeTicks)?.Value;
        return
        [
            .. _rows.Indexes(StandardMib.Alerts).Select(i =>
            {
                var code = _rows.Number(StandardMib.Alerts, 7, i);
                var group = PrinterCodes.AlertGroup(_rows.Number(StandardMib.Alerts, 4, i));
                var time = _rows.Number(StandardMib.Alerts, 9, i);
                return new DeviceAlert(
                    TableRows.Name(i), PrinterCodes.Severity(_rows.Number(StandardMib.Alerts, 2, i)), group, code,
                    _rows.Text(StandardMib.Alerts, 8, i) ?? string.Create(CultureInfo.InvariantCulture, $"{group} {code}").Trim(),
                    now is { } at && upTime >= time ? at - TimeSpan.FromMilliseconds(10.0 * (upTime.Value - time.Value)) : null);
            }),
        ];
    }

    private Supply Supply(uint[] index)
    {
        var description = _rows.Text(StandardMib.Supplies, 6, index);
        var capacity = TableRows.Capacity(_rows.Number(StandardMib.Supplies, 8, index));
        var unitCode = _rows.Number(StandardMib.Supplies, 7, index);
        var (level, kind) = TableRows.Level(_rows.Number(StandardMib.Supplies, 9, index));
        int? percent = level is { } l && capacity is > 0 and { } c ? (int)Math.Clamp(Math.Round(100m * l / c), 0, 100)
            : level is >= 0 and <= 100 and { } p && unitCode == 19 ? (int)p : null;
        var colorant = _rows.Number(StandardMib.Supplies, 3, index) is > 0 and { } row
            ? _rows.Text(view[StandardMib.Colorant.Append(index[0], (uint)row)]) : null;
        return new Supply(
            TableRows.Name(index), description, PrinterCodes.SupplyKind(_rows.Number(StandardMib.Supplies, 5, index), description), PrinterCodes.Color(colorant, description),
            level, kind, capacity, PrinterCodes.Unit(unitCode), percent);
    }

    /// <summary>Bit 0 is the highest of the first octet; devices send none, one or two octets.</summary>
    private static ImmutableArray<string> Errors(SnmpValue? value)
    {
        var octets = value?.AsBytes.ToArray() ?? [];
        return [.. ErrorBits.Where((_, bit) => bit / 8 < octets.Length && (octets[bit / 8] & (0x80 >> (bit % 8))) != 0)];
    }
}
