using System.Collections.Immutable;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;

namespace CopyTrack.Accounting.Tests.Fleet;

/// <summary>Invented devices and messages.</summary>
internal static class FleetSample
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 30, 0, 123, TimeSpan.Zero);

    public static BaseCounterSet Set { get; } = new()
    {
        Profile = "kyocera", ProfileVersion = 3,
        Counters =
        [
            .. new[] { PageFunction.Copy, PageFunction.Print, PageFunction.Fax }.SelectMany(f => new[] { PageColor.Mono, PageColor.Color }.Select(c => (f, c))).Select((x, i) => new BaseCounter
            {
                Index = i, Key = new CounterKey(x.f, x.c, PageSize.Any, PageSides.Any, CounterUnit.Impressions), Role = CounterRole.Part, Modulus = 1L << 32, Oids = [$"1.3.6.1.4.1.1347.42.3.1.2.1.1.{i}.1"],
            }),
            new BaseCounter { Index = 6, Key = new CounterKey(PageFunction.Scan, PageColor.Any, PageSize.Any, PageSides.Any, CounterUnit.Scans), Role = CounterRole.Part, Modulus = 1L << 32, Oids = ["1.3.6.1.4.1.1347.46.10.1.1.5.3"] },
            new BaseCounter { Index = 7, Key = new CounterKey(PageFunction.Total, PageColor.Any, PageSize.Large, PageSides.Any, CounterUnit.Impressions), Role = CounterRole.Facet, Modulus = 0, Oids = ["1.3.6.1.4.1.1347.42.3.1.2.1.1.9.1", "1.3.6.1.4.1.1347.42.3.1.2.1.1.9.2"] },
            new BaseCounter { Index = 8, Key = new CounterKey(PageFunction.Total, PageColor.Any, PageSize.Any, PageSides.Any, CounterUnit.Impressions), Role = CounterRole.Total, Modulus = 1L << 32, Oids = ["1.3.6.1.2.1.43.10.2.1.4.1.1"] },
        ],
    };

    public static MeterReading Reading(int seed, DateTimeOffset? at = null) => new()
    {
        SentAt = (at ?? Now) - TimeSpan.FromMilliseconds(40 + (seed % 1000)), At = (at ?? Now) - TimeSpan.FromMilliseconds(seed % 37), UpTime = 1_000_000 + (seed * 7919), Serial = $"L7Q{seed * 104729 % 10_000_000:D7}", Idle = seed % 3 == 0 ? null : seed % 3 == 1,
        PagesPerMinute = 45, Set = Set, Token = 0, Trigger = ReadingTrigger.Idle,
        Values = [.. Enumerable.Range(0, 9).Select(i => i == 4 ? (long?)null : (seed * 15485863L + i * 7_654_321L) % 3_000_000)],
    };

    public static ProbeReport Report(int seed) => new()
    {
        Identity = new DeviceIdentity("Kyocera", "TASKalfa 4054ci", $"L7Q{seed:D7}", $"kma-{seed:x6}", "00:17:C8:12:34:56", "1.3.6.1.4.1.1347.41", "KYOCERA Document Solutions Printing System", "2nd floor, east wing", "2V7_S000.002.107"),
        Profile = "kyocera", Status = new DeviceStatus("running", "idle", ["lowToner"], "warning"),
        Counters = [.. Set.Counters.Select((c, i) => new ProbeCounter(c.Key.Function, c.Key.Color, c.Key.Size, c.Key.Sides, c.Key.Unit, seed * 1000 + i, null) { Derived = i == 2 })],
        Supplies = [.. new[] { "black", "cyan", "magenta", "yellow" }.Select((c, i) => new Supply($"1.{i + 1}", $"TK-8545{c[0]}", "toner", c, 4000 + i, "exact", 12_000, "tenThousandthsOfInches", 33 + i)), new Supply("1.5", "Waste Toner Box", "wasteToner", null, null, "someLeft", null, null, null)],
        Trays = [.. Enumerable.Range(1, 4).Select(i => new Tray($"1.{i}", $"Cassette {i}", i == 2 ? "iso-a3" : "iso-a4", 250 * i, "exact", 500, "sheets", "available"))],
        Alerts = [new DeviceAlert("1.1", "warning", "markerSupplies", 1104, "Toner low. [K] <& \"", Now - TimeSpan.FromMinutes(5))],
    };

    public static FleetMessage Message(params ImmutableArray<FleetRecord> devices) => new() { Agent = "a1b2c3", Sequence = 42, Created = Now, Program = "0.1.0", Devices = devices };

    public static FleetRecord Full(int seed) => new() { Key = $"s-{seed}", Address = "192.0.2.7", Reading = Reading(seed), Inventory = Report(seed), InventoryAt = Now };

    public static FleetRecord Counters(int seed) => new() { Key = $"s-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(seed)))[..16]}", Reading = Reading(seed) };
}
