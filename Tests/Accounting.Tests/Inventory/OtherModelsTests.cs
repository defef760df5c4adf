using System.Net;
using System.Text;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Inventory;

/// <summary>Every recording as another model of the same kind might answer: other row numbers, other types of numbers, another language, things missing.</summary>
public sealed class OtherModelsTests
{
    // Tables whose rows are found by what they hold: the last arc says nothing. Ricoh, Lexmark, Brother, Canon, Kyocera (sizes).
    private static readonly ObjectIdentifier[] JoinedByContent =
    [
        .. new[]
        {
            "1.3.6.1.4.1.367.3.2.1.2.19.5.1", "1.3.6.1.4.1.641.6.4.2.1.1", "1.3.6.1.4.1.2435.2.3.9.4.2.1.5.5.52.21.1", "1.3.6.1.4.1.1602.1.11.2.1.1", "1.3.6.1.4.1.1347.42.2.1.1.1",
            "1.3.6.1.4.1.1347.42.3.1.6.1", "1.3.6.1.4.1.1347.42.3.1.7.1", "1.3.6.1.4.1.1347.42.2.9.1.1",
        }.Select(t => ObjectIdentifier.Parse(t)),
    ];

    private static readonly ObjectIdentifier PrinterMib = ObjectIdentifier.Parse("1.3.6.1.2.1.43"), HostDevices = ObjectIdentifier.Parse("1.3.6.1.2.1.25.3"), Uptime = ObjectIdentifier.Parse("1.3.6.1.2.1.1.3.0");
    private static readonly ObjectIdentifier SupplyText = ObjectIdentifier.Parse("1.3.6.1.2.1.43.11.1.1.6"), TrayText = ObjectIdentifier.Parse("1.3.6.1.2.1.43.8.2.1");
    private static readonly ObjectIdentifier RicohLabels = ObjectIdentifier.Parse("1.3.6.1.4.1.367.3.2.1.2.19.5.1.6");

    public static IEnumerable<string> Files => WalkFiles.All;

    [TestCaseSource(nameof(Files))]
    public async Task Another_device_index_changes_nothing_but_the_indexes(string file)
    {
        var rows = Rows(file);
        var (before, after) = (await ProbeAsync(rows), await ProbeAsync(rows.Select(r => WithDeviceIndex(r, 6))));
        Assert.That(after.Identity, Is.EqualTo(before.Identity));
        Assert.That(Counters(after), Is.EqualTo(Counters(before)));
        Assert.That(Supplies(after), Is.EqualTo(Supplies(before)));
        Assert.That(after.Trays.Select(t => (t.Name, t.Level, t.LevelKind, t.Capacity)), Is.EqualTo(before.Trays.Select(t => (t.Name, t.Level, t.LevelKind, t.Capacity))));
        Assert.That(after.Status, Has.Property("Device").EqualTo(before.Status.Device).And.Property("Printer").EqualTo(before.Status.Printer).And.Property("Summary").EqualTo(before.Status.Summary));
    }

    [TestCaseSource(nameof(Files))]
    public async Task Rows_that_are_found_by_what_they_hold_may_have_any_number(string file)
    {
        var rows = Rows(file);
        var shifted = rows.Select(r => JoinedByContent.Any(r.Oid.StartsWith) ? r with { Oid = new ObjectIdentifier([.. r.Oid.Arcs[..^1], r.Oid.Last + 37]) } : r);
        Assert.That(Counters(await ProbeAsync(shifted)), Is.EqualTo(Counters(await ProbeAsync(rows))));
    }

    [TestCaseSource(nameof(Files))]
    public async Task Numbers_may_be_of_another_type(string file)
    {
        var rows = Rows(file);
        var changed = rows.Select(r => r.Value switch
        {
            SnmpValue.Integer32 { Value: >= 0 and var v } => r with { Value = new SnmpValue.Gauge32((uint)v) },
            SnmpValue.Counter32 { Value: <= int.MaxValue and var v } => r with { Value = new SnmpValue.Integer32((int)v) },
            _ => r,
        });
        var (before, after) = (await ProbeAsync(rows), await ProbeAsync(changed));
        Assert.That(Counters(after), Is.EqualTo(Counters(before)));
        Assert.That(Supplies(after), Is.EqualTo(Supplies(before)));
    }

    [TestCase("\u9ED2\u8272\u30C8\u30CA\u30FC", "shift_jis")]
    [TestCase("Cartouche de toner noir \u00E9\u00E8", "iso-8859-1")]
    [TestCase("\u0427\u0451\u0440\u043D\u044B\u0439 \u0442\u043E\u043D\u0435\u0440", "utf-8")]
    [TestCase("\u0000\uFFFF\u0007", "utf-16")]
    public async Task Texts_of_any_language_and_character_set_hurt_neither_levels_nor_counters(string text, string encoding)
    {
        // Shift-JIS as octets: the base library has no code page for it.
        var octets = encoding == "shift_jis" ? Convert.FromHexString("8D95904683678369815B") : Encoding.GetEncoding(encoding).GetBytes(text);
        foreach (var file in Files)
        {
            var rows = Rows(file);
            var foreign = rows.Select(r => r.Value is SnmpValue.OctetString && (r.Oid.StartsWith(SupplyText) || r.Oid.StartsWith(TrayText) || r.Oid.StartsWith(RicohLabels))
                ? r with { Value = new SnmpValue.OctetString(octets) } : r);
            var (before, after) = (await ProbeAsync(rows), await ProbeAsync(foreign));
            Assert.That(Counters(after), Is.EqualTo(Counters(before)), file);
            Assert.That(after.Supplies.Select(s => (s.Kind, s.Level, s.LevelKind, s.Percent)), Is.EqualTo(before.Supplies.Select(s => (s.Kind, s.Level, s.LevelKind, s.Percent))), file);
            Assert.That(after.Supplies.Where(s => s.Description?.Contains('\0') == true), Is.Empty, file);
        }
    }

    [TestCase(3)]
    [TestCase(30)]
    [TestCase(70)]
    public async Task Missing_rows_take_nothing_with_them_that_is_still_there(int percent)
    {
        foreach (var file in Files)
        {
            var rows = Rows(file);
            var whole = await ProbeAsync(rows);
            Random random = new(file.Length + percent);
            var report = await ProbeAsync(rows.Where(_ => random.Next(100) >= percent));
            Assert.That(report.Supplies.Select(s => s.Percent ?? 0), Is.All.InRange(0, 100), file);
            Assert.That(report.Supplies.Where(s => s.Percent is not null).Select(s => s.Level), Has.None.Null, file);
            Assert.That(report.Identity.Serial, Is.Null.Or.EqualTo(whole.Identity.Serial).Or.Not.Empty, file);
            // A single object's counter says the same as before, whatever else is gone.
            var before = whole.Counters.Where(c => c.Oid is not null).ToDictionary(c => c.Oid!, c => c.Value);
            foreach (var counter in report.Counters.Where(c => c.Oid is not null && before.ContainsKey(c.Oid)))
            {
                Assert.That(counter.Value, Is.EqualTo(before[counter.Oid!]), $"{file} {counter.Oid}");
            }
        }
    }

    [TestCaseSource(nameof(Files))]
    public async Task Device_that_is_bound_and_read_reads_what_it_was_bound_to(string file)
    {
        RecordedSnmp device = new(SnmpRecording.Load(file), TimeProvider.System);
        MeterReader reader = new(device, ProfileLibrary.BuiltIn);
        if (await reader.BindAsync(Target, null, default) is BindOutcome.Bound bound && bound.Profile.Set.Counters.Length > 0)
        {
            var reading = ((ReadOutcome.Read)await reader.ReadAsync(Target, bound.Profile, Accounting.Meters.ReadingTrigger.Settle, 1, default)).Reading;
            Assert.That(reading.Values, Has.None.Null);
            Assert.That(reading.Serial, Is.EqualTo(bound.Profile.Plan.SerialAt < 0 ? null : bound.Identity.Serial));
        }
    }

    private static SnmpTarget Target { get; } = SnmpTarget.V2c(IPAddress.Loopback, 161, "public");

    private static List<VarBind> Rows(string file) => [.. SnmpRecording.Load(file).Rows];

    private static VarBind WithDeviceIndex(VarBind row, uint more)
    {
        const int at = 11;
        var table = row.Oid.StartsWith(HostDevices) || row.Oid.StartsWith(PrinterMib);
        return !table || row.Oid.Length <= at || row.Oid == Uptime ? row : row with { Oid = new ObjectIdentifier([.. row.Oid.Arcs[..at], row.Oid[at] + more, .. row.Oid.Arcs[(at + 1)..]]) };
    }

    private static async Task<ProbeReport> ProbeAsync(IEnumerable<VarBind> rows) =>
        ((ProbeOutcome.Seen)await new DeviceProbe(new RecordedSnmp(WalkText.ToRecording(rows), TimeProvider.System), ProfileLibrary.BuiltIn).RunAsync(Target, null, null, default)).Report;

    private static object[] Counters(ProbeReport report) => [.. report.Counters.Select(c => (c.Function, c.Color, c.Size, c.Sides, c.Unit, c.Value, c.Derived))];

    private static object[] Supplies(ProbeReport report) => [.. report.Supplies.Select(s => (s.Description, s.Kind, s.Color, s.Level, s.LevelKind, s.Capacity, s.Unit, s.Percent))];
}
