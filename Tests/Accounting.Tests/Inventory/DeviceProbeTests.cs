using System.Text.Json;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Tests.Profiles;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Inventory;

public sealed class DeviceProbeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Report_has_the_members_of_the_machine_interface()
    {
        using var json = JsonDocument.Parse((await ProbeAsync("invented_sizes")).ToJson());
        var root = json.RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(Names(root), Is.EqualTo(new[] { "identity", "profile", "status", "counters", "supplies", "trays", "alerts", "covers", "outputs", "colorants", "console", "otherCounters", "splits", "warnings", "traffic" }));
            Assert.That(Names(root.GetProperty("identity")), Is.EqualTo(new[] { "maker", "model", "serial", "hostName", "macAddress", "sysObjectId", "sysDescr", "location", "firmware" }));
            Assert.That(Names(root.GetProperty("counters")[0]), Is.EqualTo(new[] { "function", "color", "size", "sides", "unit", "value", "oid" }));
            Assert.That(Names(root.GetProperty("supplies")[0]), Is.EqualTo(new[] { "index", "description", "kind", "color", "level", "levelKind", "capacity", "unit", "percent" }));
            Assert.That(Names(root.GetProperty("trays")[0]), Is.EqualTo(new[] { "index", "name", "media", "level", "levelKind", "capacity", "unit", "status" }));
            Assert.That(Names(root.GetProperty("alerts")[0]), Is.EqualTo(new[] { "index", "severity", "group", "code", "description", "since" }));
            Assert.That(Names(root.GetProperty("traffic")), Is.EqualTo(new[] { "requests", "bytesSent", "bytesReceived" }));
            Assert.That(root.GetProperty("identity").GetProperty("firmware").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(root.GetProperty("status").GetProperty("errors").EnumerateArray().Select(e => e.GetString()), Is.EqualTo(new[] { "lowToner", "inputTrayMissing" }));
        });
    }

    [Test]
    public async Task Named_sizes_are_summed_and_large_paper_counted_twice_is_told_by_the_unit()
    {
        using var json = JsonDocument.Parse((await ProbeAsync("invented_sizes")).ToJson());
        var rows = json.RootElement.GetProperty("counters").EnumerateArray().ToList();
        var large = rows.Single(r => Means(r, "copy", "mono", "large", "any", "equivalents"));
        Assert.Multiple(() =>
        {
            Assert.That(large.GetProperty("value").GetInt64(), Is.EqualTo(100));
            Assert.That(large.GetProperty("oid").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(large.GetProperty("derivedFrom").GetArrayLength(), Is.EqualTo(2), "A3 and B4");
            Assert.That(rows.Single(r => Means(r, "copy", "mono", "normal", "any", "impressions")).GetProperty("value").GetInt64(), Is.EqualTo(1507));
            Assert.That(rows.Single(r => Means(r, "copy", "any", "large", "any", "sheets")).GetProperty("value").GetInt64(), Is.EqualTo(70));
            Assert.That(rows.Single(r => Means(r, "total", "any", "any", "any", "equivalents")).GetProperty("oid").GetString(), Is.EqualTo("1.3.6.1.4.1.1347.43.10.1.1.12.1.1"));
            Assert.That(rows.Select(r => string.Join(' ', Names(r).Take(5).Select(n => r.GetProperty(n).GetString()))), Is.Unique);
        });
    }

    [Test]
    public async Task Border_of_large_paper_is_a_setting()
    {
        var probe = new DeviceProbe(new TestDevice(Vectors.Walk("invented_sizes")), ProfileLibrary.BuiltIn) { LargeArea = 100_000 };
        var report = ((ProbeOutcome.Seen)await probe.RunAsync(TestDevice.Target, null, null, default)).Report;
        Assert.That(report.Counters.Single(c => c is { Function: Accounting.Meters.PageFunction.Copy, Color: Accounting.Meters.PageColor.Color, Size: Accounting.Meters.PageSize.Large }).Value, Is.Zero, "B4 is normal now");
    }

    [Test]
    public async Task Supplies_trays_and_alerts_say_how_much_is_known()
    {
        var report = await ProbeAsync("invented_sizes");
        Assert.Multiple(() =>
        {
            Assert.That(report.Supplies[0], Is.EqualTo(new Supply("1.1", "T-1", "toner", "cyan", 40, "exact", 100, "percent", 40)));
            Assert.That(report.Supplies[2], Is.EqualTo(new Supply("1.3", "T-3", "toner", "yellow", null, "someLeft", 100, "percent", null)));
            Assert.That(report.Supplies[4], Is.EqualTo(new Supply("1.9", "Boite à", "wasteToner", null, null, "unlimited", null, null, null)));
            Assert.That(report.Trays[0], Is.EqualTo(new Tray("1.1", "Cassette 1", "PLAIN", null, "someLeft", 500, "sheets", "idle")));
            Assert.That(report.Alerts[0], Is.EqualTo(new DeviceAlert("1.5", "critical", "input", 8, "input 8", Now)));
        });
    }

    [Test]
    public async Task Device_that_knows_only_tenths_is_coarse()
    {
        var device = new TestDevice(Vectors.Walk("invented_sizes"));
        device.Set("1.3.6.1.2.1.43.11.1.1.9.1.2", "2|50");
        device.Set("1.3.6.1.2.1.43.11.1.1.9.1.4", "2|70");
        var report = ((ProbeOutcome.Seen)await new DeviceProbe(device, ProfileLibrary.BuiltIn).RunAsync(TestDevice.Target, null, Now, default)).Report;
        Assert.That(report.Supplies.Select(s => s.LevelKind), Is.EqualTo(new[] { "coarse", "coarse", "someLeft", "coarse", "unlimited" }));
    }

    [Test]
    public async Task Records_inside_an_octet_string_are_counters()
    {
        var report = await ProbeAsync("invented_records");
        Assert.That(report.Counters.Select(c => (c.Oid![^3..], c.Value)), Is.EqualTo(new[] { ("#00", 300L), ("#01", 180L), ("#02", 120L), ("#06", 44L) }));
        Assert.That(report.Identity.Serial, Is.EqualTo("INV0000006"));
    }

    [Test]
    public async Task What_is_no_printer_says_so_and_who_it_is()
    {
        var report = await ProbeAsync("invented_host");
        Assert.That((report.Error, report.Profile, report.Identity.SysDescr), Is.EqualTo(("notAPrinter", (string?)null, "Linux box 6.1")));
    }

    private static async Task<ProbeReport> ProbeAsync(string walk) =>
        ((ProbeOutcome.Seen)await new DeviceProbe(new RecordedSnmp(Vectors.Walk(walk), TimeProvider.System), ProfileLibrary.BuiltIn)
            .RunAsync(TestDevice.Target, null, Now, default)).Report;

    private static bool Means(JsonElement row, string function, string color, string size, string sides, string unit) =>
        (row.GetProperty("function").GetString(), row.GetProperty("color").GetString(), row.GetProperty("size").GetString(), row.GetProperty("sides").GetString(), row.GetProperty("unit").GetString())
        == (function, color, size, sides, unit);

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(p => p.Name);
}
