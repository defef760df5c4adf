using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;

namespace CopyTrack.LoadGenerator.Agents;

/// <summary>An agent with a key of its own and simulated devices; each of its messages tells counters, status, supplies and trays of all of them, as every quarter of an hour.</summary>
internal sealed class LoadAgent(string name, int devices) : IDisposable
{
    private const string Long = "1.3.6.1.2.1.43.10.2.1.4.1.1";

    private static readonly BaseCounterSet s_set = new()
    {
        Profile = "load", ProfileVersion = 1,
        Counters =
        [
            Counter(0, PageFunction.Total, PageColor.Any, CounterUnit.Impressions, CounterRole.Total), Counter(1, PageFunction.Copy, PageColor.Mono, CounterUnit.Impressions, CounterRole.Part),
            Counter(2, PageFunction.Copy, PageColor.Color, CounterUnit.Impressions, CounterRole.Part), Counter(3, PageFunction.Print, PageColor.Mono, CounterUnit.Impressions, CounterRole.Part),
            Counter(4, PageFunction.Print, PageColor.Color, CounterUnit.Impressions, CounterRole.Part), Counter(5, PageFunction.Scan, PageColor.Any, CounterUnit.Scans, CounterRole.Part),
        ],
    };

    private static readonly string[] s_colours = ["black", "cyan", "magenta", "yellow"];

    private long _sequence;

    /// <summary>Name at the manager.</summary>
    public string Name => name;

    /// <summary>Its key; the private half never leaves this process.</summary>
    public ECDsa Key { get; } = FleetKeys.Create();

    /// <summary>Id that enrolment gave.</summary>
    public string Id { get; set; } = "";

    /// <summary>The next message, signed: every second device has printed since the one before.</summary>
    public byte[] Next(DateTimeOffset now)
    {
        var sequence = ++_sequence;
        return new MessageEnvelope(Id, sequence, sequence, now, FleetPacking.Pack(FleetMessageWriter.Write(new FleetMessage
        {
            Agent = Id, Sequence = sequence, Created = FleetTime.Cut(now), Program = "1.0.0", Devices = [.. Enumerable.Range(0, devices).Select(d => Record(d, sequence, now))],
        }))).Seal(Key);
    }

    /// <inheritdoc/>
    public void Dispose() => Key.Dispose();

    private static BaseCounter Counter(int index, PageFunction function, PageColor color, CounterUnit unit, CounterRole role) =>
        new() { Index = index, Key = new CounterKey(function, color, PageSize.Any, PageSides.Any, unit), Role = role, Oids = [Long] };

    private FleetRecord Record(int device, long sequence, DateTimeOffset now)
    {
        var serial = string.Create(CultureInfo.InvariantCulture, $"L{name}x{device}");
        var steps = (sequence + (device % 2)) / 2;
        var (copies, colour, prints, printsColour) = (10_000 + (2 * steps), 2_000 + steps, 30_000 + (3 * steps), 5_000 + steps);
        return new FleetRecord
        {
            Key = "s-" + serial.ToLowerInvariant(), Address = string.Create(CultureInfo.InvariantCulture, $"192.0.2.{device}"),
            Reading = new MeterReading
            {
                SentAt = now, At = now, UpTime = null, Serial = serial, Idle = true, PagesPerMinute = 45, Set = s_set, Trigger = ReadingTrigger.Idle, Token = 0,
                Values = [copies + colour + prints + printsColour, copies, colour, prints, printsColour, 4_000 + steps],
            },
            Inventory = Report(serial, sequence), InventoryAt = now,
        };
    }

    private static ProbeReport Report(string serial, long sequence) => new()
    {
        Identity = new DeviceIdentity("Acme", "Load 450ci", serial, null, null, null, null, "hall", null), Profile = "load", Status = new DeviceStatus("running", "idle", [], "ready"),
        Supplies =
        [
            .. s_colours.Select((c, i) => new Supply($"1.{i + 1}", $"toner {c}", "toner", c, 80 - (sequence % 40), "exact", 100, "percent", (int)(80 - (sequence % 40)))),
            new Supply("1.5", "waste toner box", "wasteToner", null, null, "someLeft", null, null, null),
        ],
        Trays = [new Tray("1.1", "Cassette 1", "A4", 400, "exact", 500, "sheets", null), new Tray("1.2", "Cassette 2", "A3", 250, "exact", 500, "sheets", null)],
    };
}
