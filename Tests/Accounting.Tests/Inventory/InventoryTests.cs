using System.Text;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.Accounting.Tests.Profiles;
using CopyTrack.Accounting.Tests.Snmp;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Inventory;

/// <summary>Single traits of devices, each on a few invented rows.</summary>
public sealed class InventoryTests
{
    private const string Printer = "1.3.6.1.2.1.25.3.5.1.1.1|2|3\n1.3.6.1.2.1.25.3.2.1.5.1|2|2\n";
    private const string Oki = "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2001.1\n";
    private const string OkiCounter = "1.3.6.1.4.1.2001.1.1.1.1.11.1.10.170.1";
    private const string Pwg = "1.3.6.1.4.1.2699.1.3.1";

    [TestCase("00c8616e", 0, "\u00C8an")]
    [TestCase("4b6f706965cd6e", 2004, "Kopieën", Description = "HP's own set")]
    [TestCase("55a65049454e4941", 5, "UŚPIENIA")]
    [TestCase("e8afb7", 2004, "请", Description = "UTF-8 whatever the device says")]
    public async Task Panel_text_is_read_in_its_character_set(string hex, int charset, string text)
    {
        var report = await ProbeAsync($"{Printer}1.3.6.1.2.1.43.7.1.1.4.1.1|2|{charset}\n1.3.6.1.2.1.43.16.5.1.2.1.1|4x|{hex}\n1.3.6.1.2.1.43.16.5.1.2.1.2|4|  \n");
        Assert.That(report.Console, Is.EqualTo(new[] { text }));
    }

    [Test]
    public async Task Text_that_a_recorder_left_as_a_dump_is_mended()
    {
        var report = await ProbeAsync($"{Printer}1.3.6.1.2.1.43.11.1.1.6.1.1|4x|{Convert.ToHexString("Invented Toner 1\n32 33 20 41 0A\n42 00"u8)}\n1.3.6.1.2.1.43.11.1.1.9.1.1|2|-2\n");
        Assert.That(report.Supplies[0].Description, Is.EqualTo("Invented Toner 123 A B"));
    }

    [TestCase(2, 3, "", "ready")]
    [TestCase(2, 4, "", "printing")]
    [TestCase(2, 1, "", "asleep")]
    [TestCase(2, 5, "", "warmingUp")]
    [TestCase(3, 3, "20", "warning")]
    [TestCase(5, 1, "04", "stopped")]
    [TestCase(5, 1, "02", "offline")]
    [TestCase(1, 2, "", "unknown")]
    public async Task Three_status_values_mean_one_thing(int device, int printer, string errors, string summary)
    {
        var report = await ProbeAsync($"1.3.6.1.2.1.25.3.2.1.5.1|2|{device}\n1.3.6.1.2.1.25.3.5.1.1.1|2|{printer}\n1.3.6.1.2.1.25.3.5.1.2.1|4x|{errors}\n1.3.6.1.2.1.43.5.1.1.17.1|4|X\n");
        Assert.That(report.Status.Summary, Is.EqualTo(summary));
    }

    [TestCase(900, true, Description = "copies and prints are the engine's total")]
    [TestCase(700, false)]
    public async Task Candidate_counts_only_where_the_sums_prove_it(int copies, bool proven)
    {
        var report = await ProbeAsync($"{Oki}{Printer}1.3.6.1.2.1.43.10.2.1.3.1.1|2|7\n1.3.6.1.2.1.43.10.2.1.4.1.1|65|2000\n{OkiCounter}.17.1|2|{copies}\n{OkiCounter}.21.1|2|1100\n");
        Assert.That(report.Counters.Any(c => c.Function == PageFunction.Copy), Is.EqualTo(proven));
        Assert.That(report.OtherCounters.Count(c => c.Reason == UnusedReason.Candidate), Is.EqualTo(proven ? 0 : 2));
    }

    [Test]
    public async Task Value_that_contradicts_the_engine_is_put_aside()
    {
        var report = await ProbeAsync(
            "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.11.2.3.9.1\n" + Printer + "1.3.6.1.4.1.11.2.3.9.4.2.1.4.1.2.5.0|2|500\n" +
            "1.3.6.1.4.1.11.2.3.9.4.2.1.4.1.2.6.0|2|900\n1.3.6.1.4.1.11.2.3.9.4.2.1.2.2.1.44.0|2|3\n1.3.6.1.4.1.11.2.3.9.4.2.1.2.2.1.74.0|2|99999999\n");
        Assert.That(report.Counters.Select(c => c.Value), Is.EqualTo(new[] { 500 }));
        Assert.That(report.OtherCounters.Select(c => c.Reason), Is.EqualTo(new[] { UnusedReason.ContradictsTotal, UnusedReason.ContradictsTotal }));
    }

    [Test]
    public async Task Derived_counters_are_marked_with_what_they_come_from()
    {
        const string usage = "1.3.6.1.4.1.253.8.53.13.2.1.6.1.20";
        var report = await ProbeAsync($"1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.253.8.62.1\n{Printer}{usage}.1|2|1000\n{usage}.38|2|700\n{usage}.47|2|100\n");
        var duplex = report.Counters.Single(c => c is { Sides: PageSides.Duplex, Unit: CounterUnit.Sheets });
        var normal = report.Counters.Single(c => c is { Size: PageSize.Normal, Unit: CounterUnit.Impressions });
        Assert.That((duplex.Derived, duplex.Value, duplex.Oid, duplex.DerivedFrom), Is.EqualTo((true, 300, (string?)null, new[] { usage + ".1", "-" + usage + ".38" })));
        Assert.That((normal.Derived, normal.Value, normal.Oid, normal.DerivedFrom), Is.EqualTo((true, 900, (string?)null, new[] { usage + ".1", "-" + usage + ".47" })));
        Assert.That(report.Counters.Count(c => c.Derived), Is.EqualTo(2));
    }

    [Test]
    public async Task Standard_counter_mib_gives_a_device_of_any_maker_its_functions()
    {
        var rows = $"{Printer}1.3.6.1.2.1.43.10.2.1.4.1.1|65|1000\n";
        (int Key, int Service, int Mono, int Color)[] services = [(5, 3, 700, 300), (9, 4, 200, 50), (2, 11, 500, 250)];
        rows += string.Concat(services.Select(s => $"{Pwg}.2.1.1.2.{s.Key}|2|{s.Service}\n{Pwg}.2.1.1.4.{s.Key}|2|2\n"));
        rows += $"{Pwg}.2.1.1.2.1|2|4\n{Pwg}.2.1.1.4.1|2|10\n{Pwg}.8.1.1.5.1.3.3|2|7\n";
        rows += string.Concat(services.Select(s => $"{Pwg}.8.1.1.4.{s.Key}.3.3|2|{s.Mono + s.Color}\n{Pwg}.8.1.1.5.{s.Key}.3.3|2|{s.Mono}\n{Pwg}.8.1.1.7.{s.Key}.3.3|2|{s.Color}\n{Pwg}.8.1.1.5.{s.Key}.3.4|2|1\n"));
        var report = await ProbeAsync(rows);
        var copies = report.Counters.Single(c => c is { Function: PageFunction.Copy, Color: PageColor.Mono });
        Assert.That((copies.Value, copies.Oid), Is.EqualTo((200L, Pwg + ".8.1.1.5.9.3.3")), "the service's key, not that of a subunit, and for its lifetime");
        var bound = (BindOutcome.Bound)await new MeterReader(Device(rows), ProfileLibrary.BuiltIn).BindAsync(TestDevice.Target, null, default);
        Assert.That(bound.Profile.Set.Counters.Where(c => c.Role == CounterRole.Part).Select(c => (c.Key.Function, c.Key.Color)), Is.EquivalentTo(new[]
        {
            (PageFunction.Copy, PageColor.Mono), (PageFunction.Copy, PageColor.Color), (PageFunction.Print, PageColor.Mono), (PageFunction.Print, PageColor.Color),
        }));
    }

    [TestCase("DCP-INVENTED", "toner", "drum")]
    [TestCase("DCP-J1", "ink")]
    public async Task Records_are_supplies_where_the_standard_table_is_missing(string model, params string[] kinds)
    {
        var report = await ProbeAsync(
            $"1.3.6.1.4.1.2435.2.3.9.1.1.7.0|4|MFG:Brother;MDL:{model};CLS:PRINTER;\n1.3.6.1.4.1.2435.2.3.9.4.2.1.5.5.1.0|4|INV1\n" +
            "1.3.6.1.4.1.2435.2.3.9.4.2.1.5.5.8.0|4x|6f01040000238c4101040000271081010400000064ff6f010400000001\n");
        Assert.That(report.Supplies.Select(s => s.Kind), Is.EqualTo(kinds));
        Assert.That((report.Supplies[0].Percent, report.Supplies[0].Color, report.Supplies[0].Index), Is.EqualTo((91, "black", "1.111")));
    }

    [TestCase("ff", 0)]
    [TestCase("6f01ff00", 0, Description = "longer than the string")]
    [TestCase("6f010400ffffff", 0, Description = "more than all")]
    [TestCase("a101020914", 1)]
    [TestCase("a101021500", 0, Description = "of nothing")]
    public async Task Lying_records_are_no_supplies(string hex, int count)
    {
        var report = await ProbeAsync($"1.3.6.1.4.1.2435.2.3.9.4.2.1.5.5.1.0|4|INV1\n1.3.6.1.4.1.2435.2.3.9.4.2.1.5.5.8.0|4x|{hex}\n");
        Assert.That(report.Supplies, Has.Length.EqualTo(count));
    }

    [TestCase("back")]
    [TestCase("columns", Description = "column after column instead of row by row")]
    [TestCase("error")]
    [TestCase("more", Description = "more than was asked for")]
    public async Task Agent_that_answers_bulk_requests_wrongly_is_walked_and_shows_the_same(string fault)
    {
        var recording = Vectors.Walk("invented_sizes");
        using var agent = new LoopbackAgent(m => m.Pdu is not Pdu.GetBulk bulk ? RecordedAgent.Answer(recording, m) : fault switch
        {
            "back" when bulk.VarBinds.Length > 1 => [LoopbackAgent.Reply(m, [.. bulk.VarBinds.Select(_ => new VarBind(ObjectIdentifier.Parse("1.3.6.1.2.1.1.1.0"), new SnmpValue.Integer32(1)))])],
            "columns" => [LoopbackAgent.Serve(recording, m)],
            "error" => [LoopbackAgent.Reply(m, bulk.VarBinds, SnmpErrorStatus.GenErr, 1)],
            "more" when bulk.VarBinds.Length > 1 => [LoopbackAgent.Reply(m, [.. Enumerable.Repeat(new VarBind(ObjectIdentifier.Parse("1.3.6.1.2.1.43.1"), new SnmpValue.Integer32(1)), 300)])],
            _ => RecordedAgent.Answer(recording, m),
        });
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions { Sockets = 1, MinTimeout = TimeSpan.FromSeconds(5) });
        var live = ((ProbeOutcome.Seen)await new DeviceProbe(client, ProfileLibrary.BuiltIn).RunAsync(agent.Target, null, null, default)).Report;
        var recorded = await ProbeAsync("invented_sizes", fromFile: true);
        Assert.That(live.Counters, Has.Length.EqualTo(recorded.Counters.Length));
        Assert.That(live.Supplies, Is.EqualTo(recorded.Supplies));
        Assert.That(live.Trays, Is.EqualTo(recorded.Trays));
    }

    [Test]
    public async Task Job_history_has_who_and_how_much_and_never_the_name_of_a_document()
    {
        const string job = "1.3.6.1.4.1.1347.47.6.1.1";
        var rows = "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.1347.41\n" + string.Concat(((string[])["2|2|11", "3|2|2", "4|4|secret plans", "5|2|0", "6|2|1772438400", "7|2|0", "9|2|6", "12|4|alice", "17|2|1"])
            .Select(c => $"{job}.{c.Split('|')[0]}.7|{c[(c.IndexOf('|') + 1)..]}\n"));
        var device = new TestDevice(SnmpRecording.Parse(Encoding.UTF8.GetBytes(rows)));
        var jobs = await new JobHistory(device, ProfileLibrary.BuiltIn).ReadAsync(TestDevice.Target, null, default);
        Assert.That(jobs, Is.EqualTo(new[] { new DeviceJob("7", PageFunction.Copy, PageColor.Color, "alice", 6, "done", new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero), null) { Number = 11 } }));
        var report = ((ProbeOutcome.Seen)await new DeviceProbe(device, ProfileLibrary.BuiltIn).RunAsync(TestDevice.Target, null, null, default)).Report;
        Assert.That(report.ToJson(), Does.Not.Contain("alice").And.Not.Contain("secret plans"), "off unless asked for");
    }

    [Test]
    public async Task Job_monitoring_mib_is_read_where_the_maker_has_nothing()
    {
        var jobs = await new JobHistory(
            Device($"{Printer}1.3.6.1.2.1.43.5.1.1.17.1|4|INV1\n1.3.6.1.4.1.2699.1.1.1.3.1.1.2.1.5|2|9\n1.3.6.1.4.1.2699.1.1.1.3.1.1.8.1.5|2|12\n1.3.6.1.4.1.2699.1.1.1.3.1.1.9.1.5|4|bob\n"), ProfileLibrary.BuiltIn).ReadAsync(TestDevice.Target, null, default);
        Assert.That(jobs, Is.EqualTo(new[] { new DeviceJob("1.5", PageFunction.Other, PageColor.Any, "bob", 12, "done", null, null) { Number = 5 } }));
    }

    private static RecordedSnmp Device(string rows) => new(SnmpRecording.Parse(Encoding.UTF8.GetBytes(rows)), TimeProvider.System);

    private static async Task<ProbeReport> ProbeAsync(string rows, bool fromFile = false) =>
        ((ProbeOutcome.Seen)await new DeviceProbe(fromFile ? new RecordedSnmp(Vectors.Walk(rows), TimeProvider.System) : Device(rows), ProfileLibrary.BuiltIn)
            .RunAsync(TestDevice.Target, null, null, default)).Report;
}
