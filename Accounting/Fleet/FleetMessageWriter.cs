using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Fleet;

/// <summary>Writes messages as the XML of <c>fleet-1.xsd</c>. What a device says is cut and cleaned to what the schema takes, so that no device can make a message that is refused.</summary>
public static class FleetMessageWriter
{
    /// <summary>The namespace.</summary>
    public const string Namespace = "urn:copytrack:fleet:1";

    /// <summary>Most counters of a set, and most rows of each table of an inventory.</summary>
    public const int MaxRows = 128;

    internal const long MaxCount = 1L << 53;

    private const int LongestText = 255, LongestWord = 64;

    // Messages are packed: indentation would only cost time.
    private static readonly XmlWriterSettings s_settings = new() { Encoding = new UTF8Encoding(false), OmitXmlDeclaration = true };

    /// <summary>The message in UTF-8, unpacked. Throws <see cref="ArgumentException"/> for more devices than <see cref="FleetMessage.MaxDevices"/>.</summary>
    public static byte[] Write(FleetMessage message)
    {
        using var buffer = new MemoryStream();
        Write(message, buffer);
        return buffer.ToArray();
    }

    /// <summary>The same into a stream, piece by piece.</summary>
    public static void Write(FleetMessage message, Stream target)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Devices.Length, FleetMessage.MaxDevices);
        using var xml = XmlWriter.Create(target, s_settings);
        var sets = new List<BaseCounterSet>();
        foreach (var device in message.Devices)
        {
            if (device.Reading is { } reading && !sets.Contains(reading.Set, SameSet.Instance))
            {
                sets.Add(reading.Set);
            }
        }

        xml.WriteStartElement("fleet", Namespace);
        xml.WriteAttributeString("agent", message.Agent);
        xml.WriteAttributeString("sequence", Number(message.Sequence));
        xml.WriteAttributeString("created", FleetTime.Text(message.Created));
        xml.WriteAttributeString("program", Word(message.Program));
        sets.ForEach(s => Write(xml, s));
        foreach (var device in message.Devices)
        {
            Write(xml, device, sets, message.Created);
        }

        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, BaseCounterSet set)
    {
        xml.WriteStartElement("set");
        xml.WriteAttributeString("profile", Clean(set.Profile, LongestText));
        xml.WriteAttributeString("version", Number(set.ProfileVersion));
        foreach (var counter in set.Counters)
        {
            xml.WriteStartElement("counter");
            Named(xml, "role", counter.Role);
            Write(xml, counter.Key);
            Optional(xml, "modulus", counter.Modulus > 0 ? Number(counter.Modulus) : null);
            Optional(xml, "oids", counter.Oids.IsEmpty ? null : string.Join(' ', counter.Oids));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, CounterKey key)
    {
        Named(xml, "function", key.Function);
        Named(xml, "color", key.Color);
        Named(xml, "size", key.Size);
        Named(xml, "sides", key.Sides);
        Named(xml, "unit", key.Unit);
    }

    private static void Write(XmlWriter xml, FleetRecord device, List<BaseCounterSet> sets, DateTimeOffset created)
    {
        xml.WriteStartElement("device");
        xml.WriteAttributeString("key", device.Key);
        Optional(xml, "address", device.Address);
        if (device.Reading is { } reading)
        {
            xml.WriteStartElement("reading");
            xml.WriteAttributeString("set", Number(sets.FindIndex(s => SameSet.Instance.Equals(s, reading.Set))));
            xml.WriteAttributeString("age", Age(created, reading.SentAt));
            xml.WriteAttributeString("took", Age(reading.At, reading.SentAt));
            Optional(xml, "uptime", reading.UpTime is >= 0 and <= MaxCount ? Number(reading.UpTime.Value) : null);
            Text(xml, "serial", reading.Serial);
            Optional(xml, "idle", reading.Idle switch { true => "true", false => "false", null => null });
            Optional(xml, "ppm", reading.PagesPerMinute is > 0 and <= ushort.MaxValue ? Number(reading.PagesPerMinute.Value) : null);
            xml.WriteAttributeString("values", string.Join(' ', reading.Values.Select(v => v is >= 0 and < MaxCount ? Number(v.Value) : "-")));
            xml.WriteEndElement();
        }

        if (device.Inventory is { } inventory)
        {
            Write(xml, inventory, device.InventoryAt ?? created, created);
        }

        if (device.Silent is { } silent)
        {
            xml.WriteStartElement("silent");
            xml.WriteAttributeString("age", Age(created, device.SilentSince ?? created));
            xml.WriteAttributeString("reason", Clean(silent, LongestText));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, ProbeReport report, DateTimeOffset at, DateTimeOffset created)
    {
        xml.WriteStartElement("inventory");
        xml.WriteAttributeString("age", Age(created, at));
        Text(xml, "profile", report.Profile);
        var identity = report.Identity;
        xml.WriteStartElement("identity");
        Text(xml, "maker", identity.Maker);
        Text(xml, "model", identity.Model);
        Text(xml, "serial", identity.Serial);
        Text(xml, "hostName", identity.HostName);
        Text(xml, "macAddress", identity.MacAddress);
        Text(xml, "sysObjectId", identity.SysObjectId);
        Text(xml, "sysDescr", identity.SysDescr);
        Text(xml, "location", identity.Location);
        Text(xml, "firmware", identity.Firmware);
        xml.WriteEndElement();
        xml.WriteStartElement("status");
        xml.WriteAttributeString("device", Word(report.Status.Device));
        xml.WriteAttributeString("printer", Word(report.Status.Printer));
        xml.WriteAttributeString("summary", Word(report.Status.Summary));
        Text(xml, "errors", report.Status.Errors.IsEmpty ? null : string.Join(' ', report.Status.Errors));
        xml.WriteEndElement();
        foreach (var counter in report.Counters.Where(c => c.Value is >= 0 and < MaxCount).Take(MaxRows))
        {
            xml.WriteStartElement("count");
            Write(xml, new CounterKey(counter.Function, counter.Color, counter.Size, counter.Sides, counter.Unit));
            xml.WriteAttributeString("value", Number(counter.Value));
            Optional(xml, "derived", counter.Derived ? "true" : null);
            xml.WriteEndElement();
        }

        Write(xml, report.Supplies, report.Trays);
        foreach (var alert in report.Alerts.Take(MaxRows))
        {
            xml.WriteStartElement("alert");
            xml.WriteAttributeString("index", Word(alert.Index));
            xml.WriteAttributeString("severity", Word(alert.Severity));
            xml.WriteAttributeString("group", Word(alert.Group));
            Optional(xml, "code", alert.Code is { } code ? Number(code) : null);
            xml.WriteAttributeString("description", Clean(alert.Description, LongestText));
            Optional(xml, "age", alert.Since is { } since ? Age(created, since) : null);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, ImmutableArray<Supply> supplies, ImmutableArray<Tray> trays)
    {
        foreach (var supply in supplies.Take(MaxRows))
        {
            xml.WriteStartElement("supply");
            xml.WriteAttributeString("index", Word(supply.Index));
            Text(xml, "description", supply.Description);
            xml.WriteAttributeString("kind", Word(supply.Kind));
            Text(xml, "color", supply.Color);
            Optional(xml, "level", supply.Level is { } level ? Number(level) : null);
            xml.WriteAttributeString("levelKind", Word(supply.LevelKind));
            Optional(xml, "capacity", supply.Capacity is { } capacity ? Number(capacity) : null);
            Text(xml, "unit", supply.Unit);
            Optional(xml, "percent", supply.Percent is >= short.MinValue and <= short.MaxValue ? Number(supply.Percent.Value) : null);
            xml.WriteEndElement();
        }

        foreach (var tray in trays.Take(MaxRows))
        {
            xml.WriteStartElement("tray");
            xml.WriteAttributeString("index", Word(tray.Index));
            Text(xml, "name", tray.Name);
            Text(xml, "media", tray.Media);
            Optional(xml, "level", tray.Level is { } level ? Number(level) : null);
            xml.WriteAttributeString("levelKind", Word(tray.LevelKind));
            Optional(xml, "capacity", tray.Capacity is { } capacity ? Number(capacity) : null);
            Text(xml, "unit", tray.Unit);
            Text(xml, "status", tray.Status);
            xml.WriteEndElement();
        }
    }

    private static void Named<T>(XmlWriter xml, string name, T value) where T : struct, Enum =>
        Optional(xml, name, EqualityComparer<T>.Default.Equals(value, default) ? null : FleetWords.Of(value));

    private static void Text(XmlWriter xml, string name, string? value) => Optional(xml, name, value is null ? null : Clean(value, LongestText));

    private static void Optional(XmlWriter xml, string name, string? value)
    {
        if (value is not null)
        {
            xml.WriteAttributeString(name, value);
        }
    }

    private static string Age(DateTimeOffset later, DateTimeOffset earlier) => Number(Math.Clamp((long)Math.Round((later - earlier).TotalMilliseconds), 0, FleetMessageReader.MaxAge));

    private static string Word(string text) => new([.. text.Take(LongestWord).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_')]);

    /// <summary>The text without what XML 1.0 can't hold, cut between characters.</summary>
    private static string Clean(string text, int longest)
    {
        var clean = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var rune in text.EnumerateRunes())
        {
            var shown = rune.Value is (< 0x20 and not (0x9 or 0xA or 0xD)) or 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune;
            if (clean.Length + shown.Utf16SequenceLength > longest)
            {
                break;
            }

            clean.Append(shown.ToString());
        }

        return clean.ToString();
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Sets that are the same by what they hold: their own equality is that of the reference of their list.</summary>
    private sealed class SameSet : IEqualityComparer<BaseCounterSet>
    {
        public static readonly SameSet Instance = new();

        public bool Equals(BaseCounterSet? x, BaseCounterSet? y) => ReferenceEquals(x, y) || (x is not null && y is not null
            && x.Counters.Length == y.Counters.Length && x.Fingerprint == y.Fingerprint && x.Counters.Zip(y.Counters).All(p => p.First.Oids.SequenceEqual(p.Second.Oids)));

        public int GetHashCode(BaseCounterSet obj) => obj.Profile.GetHashCode(StringComparison.Ordinal);
    }
}
