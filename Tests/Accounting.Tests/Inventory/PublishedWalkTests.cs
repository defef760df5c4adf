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
    private static string? Folder => Environment.GetEnvironmentVariable("COPYTRACK_SHARED") is { Length: > 0 } shared ? Path.Combine(shared, "walks") : null;

    public static IEnumerable<TestCaseData> Walks()
    {
        if (Folder is null)
        {
            yield break;
        }

        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "walks.json")));
        foreach (var walk in json.RootElement.GetProperty("walks").EnumerateArray())
        {
            var file = walk.GetProperty("file").GetString()!;
            if (!file.Contains('@', StringComparison.Ordinal))
            {
                yield return new TestCaseData(file, walk.Clone()).SetArgDisplayNames(file);
            }
        }
    }

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
                Assert.That(
                    report.Counters.Any(c => c.Oid == "1.3.6.1.2.1.43.10.2.1.4." + Text(life, "index") ||
                        c is { Function: PageFunction.Total, Color: PageColor.Any, Size: PageSize.Any, Sides: PageSides.Any, Unit: CounterUnit.Impressions }), "life count");
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
            Assert.That(report.Trays, Has.Length.EqualTo(Number(walk, "input_trays_count")));
            Assert.That(report.Alerts, Has.Length.EqualTo(Number(walk, "alert_rows_count")));
        });
    }

    // Jams and drum turns are no pages; rubbish and rows without a stated meaning are not shown.
    private static readonly string[] NotShown =
        ["jam-count", "image counter", "to host", "scan-flatbed-page-count", "function-3", "Scan to HDD", "Document Fil", "Document Feeder", "originals scanned for the function",
         "total pages"];

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
        Folder is null ? [Vectors.PathOf("walks/invented_sizes.snmprec")] : [Vectors.PathOf("walks/invented_sizes.snmprec"), Path.Combine(Folder, "kyocera_cs4053ci.snmprec")];

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
        report.Counters.SelectMany(c => c.DerivedFrom ?? [c.Oid!]).Select(o => o.TrimStart('-'));

    private static SnmpRecording Load(string file) => SnmpRecording.LoadWithContexts(Path.Combine(Folder!, file));

    private static async Task<ProbeReport> ProbeAsync(SnmpRecording recording) =>
        ((ProbeOutcome.Seen)await new DeviceProbe(new RecordedSnmp(recording, TimeProvider.System), ProfileLibrary.BuiltIn)
            .RunAsync(SnmpTarget.V2c(IPAddress.Loopback, 161, "x"), null, null, default)).Report;

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : default;

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static long Number(JsonElement element, string name) => long.Parse(element.GetProperty(name).GetRawText(), CultureInfo.InvariantCulture);
}
