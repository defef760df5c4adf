using System.Globalization;
using System.Net;
using System.Text.Json;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Inventory;

/// <summary>The probe against walks of real devices, where the environment has them; what each must show stands beside them.</summary>
public sealed class PublishedWalkTests
{
    public static IEnumerable<TestCaseData> Walks() => WalkFiles.Statements
        .Select(w => (File: w.GetProperty("file").GetString()!, Walk: w)).Where(w => !w.File.Contains('@', StringComparison.Ordinal))
        .Select(w => new TestCaseData(w.File, w.Walk).SetArgDisplayNames(w.File));

    [TestCaseSource(nameof(Walks))]
    public async Task Probe_shows_what_the_walk_holds(string file, JsonElement walk)
    {
        var recording = Load(file);
        var report = await ProbeAsync(recording);
        await TestContext.Out.WriteLineAsync(report.ToJson());
        Assert.Multiple(() =>
        {
            Assert.That(recording.Warnings, Is.Empty);
            Assert.That(report.Error, Is.EqualTo(Text(walk, "kind") == "not-a-printer" ? "notAPrinter" : null));
            Assert.That(report.Identity.SysObjectId, Is.EqualTo(Text(walk, "sys_object_id")));
            Assert.That(report.Identity.Maker, Does.StartWith(Text(walk, "maker")!.Split(' ')[0]).IgnoreCase);
            if (walk.GetProperty("sys_object_id").ValueKind == JsonValueKind.String && report.Error is null && file != "jetdirect_supplies_context.snmprec")
            {
                Assert.That(Text(walk, "model"), Does.Contain(report.Identity.Model));
            }

            if (walk.GetProperty("serials").ValueKind == JsonValueKind.Array)
            {
                Assert.That(report.Identity.Serial, Is.EqualTo(walk.GetProperty("serials")[0].GetString()));
            }

            foreach (var life in Items(walk, "marker_life_counts"))
            {
                // The maker's own total, where there is one of the same meaning, stands in its place.
                Assert.That(Oids(report), Does.Contain("1.3.6.1.2.1.43.10.2.1.4." + Text(life, "index")), "life count");
            }

            foreach (var counter in Items(walk, "vendor_counters"))
            {
                var meaning = Text(counter, "meaning")!;
                if (!NotShown.Any(n => meaning.Contains(n, StringComparison.Ordinal)))
                {
                    Assert.That(Oids(report), Does.Contain(Text(counter, "oid")), meaning);
                }
            }

            Supplies(report, recording, walk);
            Trays(report, walk);
            Assert.That(report.Alerts, Has.Length.EqualTo(Number(walk, "alert_rows_count")));
            Assert.That(report.Covers, Has.Length.EqualTo(Number(walk, "covers_count")));
            Assert.That(report.Outputs, Has.Length.EqualTo(Number(walk, "output_bins_count")));
            Assert.That(Items(walk, "console_lines").Select(l => l.GetString()), Is.SubsetOf(report.Console));
            Status(report, walk);
            foreach (var expected in Items(walk, "expected"))
            {
                Expected(report, expected);
            }
        });
    }

    private static void Status(ProbeReport report, JsonElement walk)
    {
        if (walk.GetProperty("hr_device_status") is { ValueKind: JsonValueKind.Object } device)
        {
            var names = new[] { "", "unknown", "running", "warning", "testing", "down" };
            Assert.That(report.Status.Device, Is.EqualTo(names[device.EnumerateObject().First().Value.GetInt32()]));
        }

        if (walk.GetProperty("hr_printer_detected_error_state") is { ValueKind: JsonValueKind.Object } errors)
        {
            Assert.That(report.Status.Errors, Is.EqualTo(errors.EnumerateObject().First().Value.GetProperty("bits").EnumerateArray().Select(b => b.GetString())));
        }
    }

    private static void Trays(ProbeReport report, JsonElement walk)
    {
        Assert.That(report.Trays.Select(t => t.Index), Is.EqualTo(Items(walk, "input_trays").Select(t => Text(t, "index"))));
        foreach (var (stated, tray) in Items(walk, "input_trays").Zip(report.Trays))
        {
            // Where a tray has no name, its description stands there.
            Assert.That(stated.TryGetProperty("name", out var name) ? name.GetString() : tray.Name, Is.EqualTo(tray.Name));
            Assert.That(tray.Level, Is.EqualTo(Known(stated, "level", 0)));
            Assert.That(tray.Capacity, Is.EqualTo(Known(stated, "max", 1)));
        }
    }

    private static long? Known(JsonElement element, string name, long least) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.GetInt64() >= least ? value.GetInt64() : null;

    /// <summary>What other projects' own tests expect of the same device.</summary>
    private static void Expected(ProbeReport report, JsonElement expected)
    {
        if (expected.TryGetProperty("device", out var device))
        {
            if (device.TryGetProperty("serial", out var serial))
            {
                Assert.That(report.Identity.Serial, Is.EqualTo(serial.GetString()));
            }

            if (device.TryGetProperty("version", out var version) || device.TryGetProperty("firmware", out version))
            {
                Assert.That(report.Identity.Firmware, Is.EqualTo(version.GetString()));
            }
        }

        foreach (var supply in expected.TryGetProperty("supplies", out var supplies) ? supplies.EnumerateArray() : default)
        {
            // That project counts trays among the supplies, takes half for "something is left", and turns the level of waste containers.
            if (Text(supply, "type") is not ("input" or "wasteToner" or "wasteInk"))
            {
                var own = report.Supplies.Single(s => s.Index.EndsWith("." + supply.GetProperty("index").GetRawText(), StringComparison.Ordinal));
                Assert.That(own.Percent ?? Number(supply, "current_percent"), Is.EqualTo(Number(supply, "current_percent")), own.Description);
                Assert.That(own.Description, Does.StartWith(Text(supply, "descr")!));
            }
        }

        foreach (var sensor in expected.TryGetProperty("sensors", out var sensors) ? sensors.EnumerateObject() : default)
        {
            Sensor(report, sensor);
        }
    }

    private static void Sensor(ProbeReport report, JsonProperty sensor)
    {
        var words = sensor.Name.Split('_');
        if (sensor.Name == "status")
        {
            Assert.That(report.Console.Single(), Is.EqualTo(sensor.Value.GetString()).IgnoreCase);
        }
        else if (words is [var color, var kind, "remaining", ..] && (words.Length == 3 || words[3] == "life") && kind is "toner" or "ink" or "drum")
        {
            Assert.That(report.Supplies.Single(s => s.Kind == kind && s.Color == color).Percent, Is.EqualTo(sensor.Value.GetInt32()), sensor.Name);
        }
        else if (words is ["drum" or "fuser" or "belt", .., "remaining", "life"])
        {
            var unit = words[0] == "belt" ? "transferUnit" : words[0];
            Assert.That(report.Supplies.First(s => s.Kind == unit).Percent, Is.EqualTo(sensor.Value.GetInt32()), sensor.Name);
        }
    }

    // Jams and drum turns are no pages; rubbish and rows without a stated meaning are not shown.
    private static readonly string[] NotShown =
        ["jam-count", "image counter", "function-3", "Scan to HDD", "Document Fil", "Document Feeder", "originals scanned for the function"];

    private static void Supplies(ProbeReport report, SnmpRecording recording, JsonElement walk)
    {
        var expected = Items(walk, "supplies").ToList();
        if (expected.Count == 0)
        {
            return;
        }

        Assert.That(report.Supplies.Select(s => s.Index), Is.EqualTo(expected.Select(s => Text(s, "index"))));
        foreach (var (supply, index) in expected.Select((s, i) => (s, i)))
        {
            var level = Number(supply, "level");
            Assert.That(report.Supplies[index].Level, Is.EqualTo(level < 0 ? null : level));
            Assert.That(report.Supplies[index].LevelKind, Is.EqualTo(level switch { -1 => "unlimited", -2 => "unknown", -3 => "someLeft", _ => "exact" }).Or.EqualTo("coarse"));
        }
    }

    /// <summary>The invented device always; the real one where the environment has it.</summary>
    public static IEnumerable<string> Kyoceras() =>
        WalkFiles.Real is null ? [Vectors.PathOf("walks/invented_sizes.snmprec")] : [Vectors.PathOf("walks/invented_sizes.snmprec"), Path.Combine(WalkFiles.Real, "kyocera_cs4053ci.snmprec")];

    [TestCaseSource(nameof(Kyoceras))]
    public async Task Kyocera_pages_close_to_the_billed_total(string path)
    {
        var reader = new MeterReader(new RecordedSnmp(SnmpRecording.LoadWithContexts(path), TimeProvider.System), ProfileLibrary.BuiltIn);
        var bound = (BindOutcome.Bound)await reader.BindAsync(SnmpTarget.V2c(IPAddress.Loopback, 161, "x"), null, default);
        var values = Vectors.ValuesOf(await reader.ReadAsync(SnmpTarget.V2c(IPAddress.Loopback, 161, "x"), bound.Profile, ReadingTrigger.Login, 1, default));
        var billed = values.Single(v => v.Counter.Role == CounterRole.Total).Value;
        Assert.Multiple(() =>
        {
            Assert.That(values.Where(v => v.Counter.Role == CounterRole.Part && v.Counter.Key.Unit != CounterUnit.Scans).Sum(v => v.Value), Is.EqualTo(billed));
            Assert.That(billed, path.EndsWith("cs4053ci.snmprec", StringComparison.Ordinal) ? Is.EqualTo(76064) : Is.GreaterThan(0));
        });
    }

    private static IEnumerable<string> Oids(ProbeReport report) =>
        report.Counters.SelectMany(c => c.DerivedFrom ?? [c.Oid!]).Concat(report.OtherCounters.SelectMany(c => c.Oids)).Select(o => o.TrimStart('-'));

    private static SnmpRecording Load(string file) => SnmpRecording.LoadWithContexts(Path.Combine(WalkFiles.Real!, file));

    private static async Task<ProbeReport> ProbeAsync(SnmpRecording recording) =>
        ((ProbeOutcome.Seen)await new DeviceProbe(new RecordedSnmp(recording, TimeProvider.System), ProfileLibrary.BuiltIn)
            .RunAsync(SnmpTarget.V2c(IPAddress.Loopback, 161, "x"), null, null, default)).Report;

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : default;

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static long Number(JsonElement element, string name) => long.Parse(element.GetProperty(name).GetRawText(), CultureInfo.InvariantCulture);
}
