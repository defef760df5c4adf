using System.Collections.Immutable;
using System.Xml;
using CopyTrack.Accounting.Inventory;

namespace CopyTrack.Accounting.Fleet;

/// <summary>Reads the part of a message that tells what a device is and how it stands.</summary>
internal static class InventoryReading
{
    /// <summary>The report in the element that the reader stands on; throws <see cref="FleetFormatException"/> for more rows than allowed.</summary>
    public static ProbeReport Read(XmlReader xml, DateTimeOffset created)
    {
        var profile = xml.GetAttribute("profile");
        Profiles.DeviceIdentity? identity = null;
        DeviceStatus? status = null;
        var counters = ImmutableArray.CreateBuilder<ProbeCounter>();
        var supplies = ImmutableArray.CreateBuilder<Supply>();
        var trays = ImmutableArray.CreateBuilder<Tray>();
        var alerts = ImmutableArray.CreateBuilder<DeviceAlert>();
        foreach (var row in FleetMessageReader.Children(xml))
        {
            switch (row.LocalName)
            {
                case "identity":
                    identity = FleetMessageReader.Identity(row);
                    break;
                case "status":
                    status = new DeviceStatus(Text(row, "device"), Text(row, "printer"), [.. (row.GetAttribute("errors") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)], Text(row, "summary"));
                    break;
                case "count" when counters.Count < FleetMessageWriter.MaxRows:
                    counters.Add(FleetMessageReader.Count(row));
                    break;
                case "supply" when supplies.Count < FleetMessageWriter.MaxRows:
                    supplies.Add(new Supply(
                        Text(row, "index"), row.GetAttribute("description"), Text(row, "kind"), row.GetAttribute("color"), FleetMessageReader.Maybe(row, "level"), Text(row, "levelKind"),
                        FleetMessageReader.Maybe(row, "capacity"), row.GetAttribute("unit"), (int?)FleetMessageReader.Maybe(row, "percent")));
                    break;
                case "tray" when trays.Count < FleetMessageWriter.MaxRows:
                    trays.Add(new Tray(
                        Text(row, "index"), row.GetAttribute("name"), row.GetAttribute("media"), FleetMessageReader.Maybe(row, "level"), Text(row, "levelKind"),
                        FleetMessageReader.Maybe(row, "capacity"), row.GetAttribute("unit"), row.GetAttribute("status")));
                    break;
                case "alert" when alerts.Count < FleetMessageWriter.MaxRows:
                    alerts.Add(new DeviceAlert(
                        Text(row, "index"), Text(row, "severity"), Text(row, "group"), FleetMessageReader.Maybe(row, "code"), Text(row, "description"),
                        row.GetAttribute("age") is null ? null : FleetMessageReader.Ago(row, created)));
                    break;
                default:
                    throw new FleetFormatException("an inventory holds more rows than is allowed");
            }
        }

        return new ProbeReport
        {
            Identity = identity!, Status = status!, Profile = profile,
            Counters = counters.ToImmutable(), Supplies = supplies.ToImmutable(), Trays = trays.ToImmutable(), Alerts = alerts.ToImmutable(),
        };
    }

    private static string Text(XmlReader xml, string name) => xml.GetAttribute(name)!;
}
