using System.Globalization;
using CopyTrack.Accounting.Inventory;

namespace CopyTrack.Accounting.Fleet;

/// <summary>
/// Bounds what one device can take of a message, so that no device, whatever it says of itself, pushes its neighbours out of it. A rich device needs some kilobytes of the <see cref="MaxBytes"/>.
/// Pure.
/// </summary>
public static class FleetRecordBound
{
    /// <summary>Most bytes of one device in a message, unpacked, its set of counters included.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Index of the alert that says at the manager that something was cut.</summary>
    public const string CutIndex = "agent-cut";

    private const int LongestText = 255, LongestWord = 64, ShortText = 80, LongestOids = 4000;

    // Names of attributes, quotes and tags around values: more than the longest of them takes.
    private const int Element = 120, Attribute = 24, Number = 44;

    /// <summary>Bytes that the record takes in a message at most, its set of counters included; never less than it takes.</summary>
    public static int Weight(FleetRecord record)
    {
        var weight = (2 * Element) + Text(record.Key, LongestWord) + Text(record.Address, LongestWord);
        if (record.Reading is { } reading)
        {
            weight += (2 * Element) + (6 * Number) + Text(reading.Serial, LongestText) + (reading.Values.Length * 18) + Text(reading.Set.Profile, LongestText);
            foreach (var counter in reading.Set.Counters)
            {
                weight += (2 * Element) + Number + counter.Oids.Sum(o => o.Length + 1);
            }
        }

        if (record.Silent is { } silent)
        {
            weight += Element + Number + Text(silent, LongestText);
        }

        return record.Inventory is { } report ? weight + Weight(report) : weight;
    }

    /// <summary>
    /// The record within <see cref="MaxBytes"/>: texts of its tables are shortened first, then rows left out from the end of each table, at last counters that no message holds. What was cut stands in
    /// <paramref name="cut"/> (null: nothing was, and the record is the one that came in) and, where an inventory is told, as an alert in it.
    /// </summary>
    public static FleetRecord Cut(FleetRecord record, out string? cut)
    {
        cut = null;
        if (record.Reading?.Set is { } set && (set.Counters.Length > FleetMessageWriter.MaxRows || set.Counters.Any(c => c.Oids.Sum(o => o.Length + 1) > LongestOids)))
        {
            return WithoutReading(record, out cut);
        }

        if (Weight(record) <= MaxBytes)
        {
            return record;
        }

        if (record.Inventory is { } report)
        {
            var before = (report.Supplies.Length, report.Trays.Length, report.Alerts.Length);
            for (var rows = FleetMessageWriter.MaxRows; rows > 0; rows /= 2)
            {
                var shorter = Shorter(report, rows);
                cut = string.Create(
                    CultureInfo.InvariantCulture,
                    $"what the device says of itself is too long: {shorter.Supplies.Length} of {before.Item1} supplies, {shorter.Trays.Length} of {before.Item2} trays, {shorter.Alerts.Length} of {before.Item3} alerts are told, texts cut to {ShortText} characters");
                var told = record with { Inventory = shorter with { Alerts = shorter.Alerts.Insert(0, new DeviceAlert(CutIndex, "warning", "agent", null, cut, null)) } };
                if (Weight(told) <= MaxBytes)
                {
                    return told;
                }
            }
        }

        return WithoutReading(record with { Inventory = null, InventoryAt = null }, out cut);
    }

    private static FleetRecord WithoutReading(FleetRecord record, out string cut)
    {
        cut = "what the device says of its counters is too long to be told";
        return record with { Reading = null, Silent = cut, SilentSince = record.SilentSince ?? record.Reading?.At };
    }

    private static ProbeReport Shorter(ProbeReport report, int rows) => report with
    {
        Counters = [.. report.Counters.Take(rows)],
        Supplies = [.. report.Supplies.Take(rows).Select(s => s with { Description = Short(s.Description), Color = Short(s.Color), Unit = Short(s.Unit) })],
        Trays = [.. report.Trays.Take(rows).Select(t => t with { Name = Short(t.Name), Media = Short(t.Media), Unit = Short(t.Unit), Status = Short(t.Status) })],
        Alerts = [.. report.Alerts.Take(Math.Min(rows, FleetMessageWriter.MaxRows - 1)).Select(a => a with { Description = Short(a.Description)! })],
    };

    // Never between the halves of a character.
    private static string? Short(string? text) => text is not { Length: > ShortText } ? text : text[..(char.IsHighSurrogate(text[ShortText - 1]) ? ShortText - 1 : ShortText)];

    private static int Weight(ProbeReport report)
    {
        var identity = report.Identity;
        var weight = (6 * Element) + Text(report.Profile, LongestText) + Text(identity.Maker, LongestText) + Text(identity.Model, LongestText) + Text(identity.Serial, LongestText)
            + Text(identity.HostName, LongestText) + Text(identity.MacAddress, LongestText) + Text(identity.SysObjectId, LongestText) + Text(identity.SysDescr, LongestText) + Text(identity.Location, LongestText)
            + Text(identity.Firmware, LongestText) + (3 * (Attribute + LongestWord)) + Text(string.Join(' ', report.Status.Errors), LongestText);
        weight += Math.Min(report.Counters.Length, FleetMessageWriter.MaxRows) * ((2 * Element) + Number);
        foreach (var supply in report.Supplies.Take(FleetMessageWriter.MaxRows))
        {
            weight += Element + (3 * Number) + (3 * (Attribute + LongestWord)) + Text(supply.Description, LongestText) + Text(supply.Color, LongestText) + Text(supply.Unit, LongestText);
        }

        foreach (var tray in report.Trays.Take(FleetMessageWriter.MaxRows))
        {
            weight += Element + (2 * Number) + (2 * (Attribute + LongestWord)) + Text(tray.Name, LongestText) + Text(tray.Media, LongestText) + Text(tray.Unit, LongestText) + Text(tray.Status, LongestText);
        }

        foreach (var alert in report.Alerts.Take(FleetMessageWriter.MaxRows))
        {
            weight += Element + (2 * Number) + (3 * (Attribute + LongestWord)) + Text(alert.Description, LongestText);
        }

        return weight;
    }

    /// <summary>Most bytes of an attribute with a text that is cut to <paramref name="longest"/> characters: some characters are written as entities of six bytes, those beyond ASCII take three.</summary>
    private static int Text(string? text, int longest)
    {
        if (text is null)
        {
            return 0;
        }

        var weight = Attribute;
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, longest)))
        {
            weight += c is '"' or '&' or '<' or '>' or '\'' or < ' ' ? 6 : c < 0x80 ? 1 : 3;
        }

        return weight;
    }
}
