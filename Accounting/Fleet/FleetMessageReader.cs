using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using System.Xml.Schema;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;

namespace CopyTrack.Accounting.Fleet;

/// <summary>
/// Reads messages strictly by <c>fleet-1.xsd</c>, and what a schema can't say by code: no document type, no entity, no element or attribute that the schema lacks (which bounds the
/// depth), and bounds on every count. Nothing outside of the message is ever fetched.
/// </summary>
public static class FleetMessageReader
{
    /// <summary>Oldest reading of a message, in milliseconds: 366 days.</summary>
    internal const long MaxAge = 31_622_400_000;

    private const int MaxSets = 100;

    // Compiled once; a compiled set is safe for many readers.
    private static readonly Lazy<XmlSchemaSet> s_schema = new(LoadSchema);

    /// <summary>The message; throws <see cref="FleetFormatException"/> naming the line and the cause for anything that is none.</summary>
    public static FleetMessage Read(ReadOnlyMemory<byte> xml)
    {
        try
        {
            using var stream = new MemoryStream(xml.ToArray(), writable: false);
            using var reader = XmlReader.Create(stream, Settings());
            return Read(reader);
        }
        catch (XmlSchemaValidationException e)
        {
            throw new FleetFormatException(string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber}, column {e.LinePosition} is not as the schema has it"), e);
        }
        catch (XmlException e)
        {
            throw new FleetFormatException(string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber}, column {e.LinePosition} is no XML that is allowed (no document type, no entities)"), e);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or InvalidOperationException)
        {
            throw new FleetFormatException("a value of the message can't be", e);
        }
    }

    private static XmlReaderSettings Settings() => new()
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = FleetPacking.MaxUnpacked, MaxCharactersFromEntities = 1,
        IgnoreComments = true, IgnoreProcessingInstructions = true, IgnoreWhitespace = true, CloseInput = false,
        ValidationType = ValidationType.Schema, ValidationFlags = XmlSchemaValidationFlags.None, Schemas = s_schema.Value,
    };

    private static XmlSchemaSet LoadSchema()
    {
        using var stream = typeof(FleetMessageReader).Assembly.GetManifestResourceStream("fleet-1.xsd")!;
        using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        var schemas = new XmlSchemaSet { XmlResolver = null };
        schemas.Add(FleetMessageWriter.Namespace, reader);
        schemas.Compile();
        return schemas;
    }

    private static FleetMessage Read(XmlReader xml)
    {
        FleetMessage? message = null;
        var sets = new List<BaseCounterSet>();
        var devices = ImmutableArray.CreateBuilder<FleetRecord>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Text)
            {
                throw new FleetFormatException("the message holds text where none belongs");
            }

            if (xml.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            // Validation alone lets elements of unknown namespaces pass where it knows no rule for the root.
            if (xml.NamespaceURI != FleetMessageWriter.Namespace || (message is null && xml.LocalName != "fleet"))
            {
                throw new FleetFormatException($"the message is not of the namespace {FleetMessageWriter.Namespace}");
            }

            switch (xml.LocalName)
            {
                case "fleet" when message is null:
                    message = Root(xml);
                    break;
                case "set" when sets.Count < MaxSets:
                    sets.Add(Set(xml));
                    break;
                case "device" when devices.Count < FleetMessage.MaxDevices:
                    devices.Add(Device(xml, message!.Created, sets));
                    if (!keys.Add(devices[^1].Key))
                    {
                        throw new FleetFormatException("a device stands in the message twice");
                    }

                    break;
                default:
                    throw new FleetFormatException("the message holds more than is allowed");
            }
        }

        return message is null ? throw new FleetFormatException("the message is empty") : message with { Devices = devices.ToImmutable() };
    }

    private static FleetMessage Root(XmlReader xml)
    {
        if (!DateTimeOffset.TryParseExact(xml.GetAttribute("created"), FleetTime.Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var created)
            || created.Year is < 1970 or > 2999)
        {
            throw new FleetFormatException("the time of the message can't be read");
        }

        return new FleetMessage { Agent = xml.GetAttribute("agent")!, Sequence = Long(xml, "sequence"), Created = created, Program = xml.GetAttribute("program")! };
    }

    private static BaseCounterSet Set(XmlReader xml)
    {
        var (profile, version) = (xml.GetAttribute("profile")!, (int)Long(xml, "version"));
        var counters = ImmutableArray.CreateBuilder<BaseCounter>();
        foreach (var row in Children(xml))
        {
            if (counters.Count == FleetMessageWriter.MaxRows)
            {
                throw new FleetFormatException("a set holds more counters than is allowed");
            }

            counters.Add(new BaseCounter
            {
                Index = counters.Count, Role = FleetWords.Read<CounterRole>(row.GetAttribute("role")), Key = Key(row), Modulus = Maybe(row, "modulus") ?? 0,
                Oids = row.GetAttribute("oids") is { Length: > 0 } oids ? [.. oids.Split(' ')] : [],
            });
        }

        if (counters.Count(c => c.Role == CounterRole.Total) > 1 || counters.DistinctBy(c => (c.Role, c.Key)).Count() != counters.Count)
        {
            throw new FleetFormatException("a set holds two counters of one meaning");
        }

        return new BaseCounterSet { Profile = profile, ProfileVersion = version, Counters = counters.ToImmutable() };
    }

    private static CounterKey Key(XmlReader xml) => new(
        FleetWords.Read<PageFunction>(xml.GetAttribute("function")), FleetWords.Read<PageColor>(xml.GetAttribute("color")), FleetWords.Read<PageSize>(xml.GetAttribute("size")),
        FleetWords.Read<PageSides>(xml.GetAttribute("sides")), FleetWords.Read<CounterUnit>(xml.GetAttribute("unit")));

    private static FleetRecord Device(XmlReader xml, DateTimeOffset created, List<BaseCounterSet> sets)
    {
        var record = new FleetRecord { Key = xml.GetAttribute("key")!, Address = xml.GetAttribute("address") };
        foreach (var part in Children(xml))
        {
            record = part.LocalName switch
            {
                "reading" => record with { Reading = Reading(part, created, sets) },
                "inventory" => record with { InventoryAt = Ago(part, created), Inventory = InventoryReading.Read(part, created) },
                "silent" => record with { SilentSince = Ago(part, created), Silent = part.GetAttribute("reason") },
                _ => throw new FleetFormatException("the message holds more than is allowed"),
            };
        }

        return record;
    }

    private static MeterReading Reading(XmlReader xml, DateTimeOffset created, List<BaseCounterSet> sets)
    {
        var number = (int)Long(xml, "set");
        var set = number < sets.Count ? sets[number] : throw new FleetFormatException("a reading names a set that the message lacks");
        var sent = Ago(xml, created);
        ImmutableArray<long?> values = [.. xml.GetAttribute("values")!.Split(' ').Select(v => v == "-" ? (long?)null : long.Parse(v, NumberStyles.None, CultureInfo.InvariantCulture))];
        return values.Length != set.Counters.Length || values.Any(v => v >= FleetMessageWriter.MaxCount)
            ? throw new FleetFormatException("the values of a reading are not those of its set")
            : new MeterReading
            {
                SentAt = sent, At = sent + TimeSpan.FromMilliseconds(Long(xml, "took")), UpTime = Maybe(xml, "uptime"), Serial = xml.GetAttribute("serial"),
                Idle = xml.GetAttribute("idle") switch { null => null, "true" or "1" => true, _ => false }, PagesPerMinute = (int?)Maybe(xml, "ppm"),
                Set = set, Values = values, Trigger = ReadingTrigger.Idle, Token = 0,
            };
    }

    /// <summary>The elements inside the one that the reader stands on, one after the other; the reader stands on its end afterwards.</summary>
    internal static IEnumerable<XmlReader> Children(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            yield break;
        }

        var depth = xml.Depth;
        while (xml.Read() && xml.Depth > depth)
        {
            if (xml.NodeType == XmlNodeType.Element && xml.Depth == depth + 1)
            {
                yield return xml;
            }
        }
    }

    internal static DateTimeOffset Ago(XmlReader xml, DateTimeOffset created) => created - TimeSpan.FromMilliseconds(Long(xml, "age"));

    internal static long Long(XmlReader xml, string name) => long.Parse(xml.GetAttribute(name)!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    internal static long? Maybe(XmlReader xml, string name) => xml.GetAttribute(name) is { } text ? long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

    internal static ProbeCounter Count(XmlReader xml)
    {
        var key = Key(xml);
        return new ProbeCounter(key.Function, key.Color, key.Size, key.Sides, key.Unit, Long(xml, "value"), null) { Derived = xml.GetAttribute("derived") is "true" or "1" };
    }

    internal static DeviceIdentity Identity(XmlReader xml) => new(
        xml.GetAttribute("maker"), xml.GetAttribute("model"), xml.GetAttribute("serial"), xml.GetAttribute("hostName"), xml.GetAttribute("macAddress"),
        xml.GetAttribute("sysObjectId"), xml.GetAttribute("sysDescr"), xml.GetAttribute("location"), xml.GetAttribute("firmware"));
}
