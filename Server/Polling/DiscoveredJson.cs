using System.Text.Json;
using CopyTrack.Accounting.Discovery;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Server.Polling;

/// <summary>A discovered device as the machine interfaces show it (docs/interfaces.md §4).</summary>
internal static class DiscoveredJson
{
    /// <summary>One object: <c>address, port, snmpVersion, kind, metered, reason, profile, identity</c>.</summary>
    public static void Write(Utf8JsonWriter writer, DiscoveredDevice device)
    {
        var identity = device.Report.Identity;
        writer.WriteStartObject();
        writer.WriteString("address", device.Address.ToString());
        writer.WriteNumber("port", device.Port);
        writer.WriteString("snmpVersion", VersionOf(device));
        writer.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(device.Classification.Kind.ToString()));
        writer.WriteBoolean("metered", device.Classification.IsMetered);
        writer.WriteString("reason", device.Classification.Reason);
        writer.WriteString("profile", device.Report.Profile);
        writer.WriteStartObject("identity");
        writer.WriteString("maker", identity.Maker);
        writer.WriteString("model", identity.Model);
        writer.WriteString("serial", identity.Serial);
        writer.WriteString("hostName", identity.HostName);
        writer.WriteString("macAddress", identity.MacAddress);
        writer.WriteString("sysObjectId", identity.SysObjectId);
        writer.WriteString("sysDescr", identity.SysDescr);
        writer.WriteString("location", identity.Location);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The version as configurations name it.</summary>
    public static string VersionOf(DiscoveredDevice device) => device.Version switch { SnmpVersion.V1 => "1", SnmpVersion.V2c => "2c", _ => "3" };
}
