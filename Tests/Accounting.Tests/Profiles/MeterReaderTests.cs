using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Profiles;

public sealed class MeterReaderTests
{
    private const string Pages = "1.3.6.1.4.1.1347.42.3.1.6.1";
    private const string Billed = "1.3.6.1.4.1.1347.43.10.1.1.12.1.1";

    [Test]
    public async Task Pages_by_size_become_normal_and_large_cells_that_close_to_the_billed_total()
    {
        var (_, bound, _) = await BindAsync("invented_sizes");
        var set = bound.Profile.Set;
        var values = Vectors.ValuesOf(await ReadAsync("invented_sizes", bound.Profile));
        Assert.Multiple(() =>
        {
            Assert.That(set.Profile, Is.EqualTo("kyocera"));
            Assert.That(Value(values, PageFunction.Copy, PageColor.Mono, PageSize.Normal), Is.EqualTo(1507), "A4 and legal");
            Assert.That(Value(values, PageFunction.Copy, PageColor.Mono, PageSize.Large), Is.EqualTo(100));
            Assert.That(Value(values, PageFunction.Copy, PageColor.Color, PageSize.Large), Is.EqualTo(40), "B4");
            Assert.That(values.Where(v => IsPages(v.Counter)).Sum(v => v.Value), Is.EqualTo(values.Single(v => v.Counter.Role == CounterRole.Total).Value));
            Assert.That(set.Counters.Where(c => c.Role == CounterRole.Part && c.Key.Size == PageSize.Large).Select(c => c.Key.Unit), Is.All.EqualTo(CounterUnit.Equivalents));
            Assert.That(set.Counters.Where(c => c.Role == CounterRole.Part).Select(c => c.Key), Is.Unique);
            Assert.That(set.Counters.Select(c => c.Index), Is.EqualTo(Enumerable.Range(0, set.Counters.Length)));
            Assert.That(values.Single(v => v.Counter.Key is { Function: PageFunction.Fax, Unit: CounterUnit.Scans }).Value, Is.EqualTo(60));
        });
    }

    [Test]
    public async Task Border_is_one_request_that_leaves_out_what_never_moved()
    {
        var (device, bound, reader) = await BindAsync("invented_sizes");
        device.Asked.Clear();
        var reading = ((ReadOutcome.Read)await reader.ReadAsync(TestDevice.Target, bound.Profile, ReadingTrigger.Login, 7, default)).Reading;
        Assert.Multiple(() =>
        {
            Assert.That(device.Asked, Has.Count.EqualTo(1));
            Assert.That(device.Asked[0].Select(o => o.ToString()), Does.Not.Contain(Pages + ".2.2.9"));
            Assert.That(new SnmpMessage(SnmpVersion.V2c, "public"u8.ToArray(), new Pdu.Response(int.MaxValue, 0, 0,
                [.. device.Asked[0].Select(o => new VarBind(o, new SnmpValue.Counter32(uint.MaxValue)))])).EncodedLength, Is.LessThanOrEqualTo(1472));
            Assert.That((reading.UpTime, reading.Serial, reading.Idle, reading.PagesPerMinute, reading.Token), Is.EqualTo((8640000L, "INV0000001", true, 30, 7L)));
        });
    }

    [Test]
    public async Task Row_that_moves_for_the_first_time_joins_its_sum_at_settling_and_is_read_from_then_on()
    {
        var (device, bound, reader) = await BindAsync("invented_sizes");
        var fingerprint = bound.Profile.Set.Fingerprint;
        device.Add(Pages + ".2.2.9", 5);
        var values = Vectors.ValuesOf(await reader.ReadAsync(TestDevice.Target, bound.Profile, ReadingTrigger.Settle, 1, default));
        Assert.That(Value(values, PageFunction.Copy, PageColor.Mono, PageSize.Normal), Is.EqualTo(1512));
        device.Asked.Clear();
        values = Vectors.ValuesOf(await reader.ReadAsync(TestDevice.Target, bound.Profile, ReadingTrigger.Login, 1, default));
        Assert.That(Value(values, PageFunction.Copy, PageColor.Mono, PageSize.Normal), Is.EqualTo(1512));
        Assert.That(device.Asked[0].Select(o => o.ToString()), Does.Contain(Pages + ".2.2.9"));
        Assert.That(bound.Profile.Set.Fingerprint, Is.EqualTo(fingerprint));
    }

    [Test]
    public async Task Total_that_moves_beyond_the_parts_makes_the_reader_look_at_every_row_at_once()
    {
        var (device, bound, reader) = await BindAsync("invented_sizes");
        device.Add(Pages + ".2.2.9", 5);
        device.Add(Billed, 5);
        var values = Vectors.ValuesOf(await reader.ReadAsync(TestDevice.Target, bound.Profile, ReadingTrigger.Watch, 1, default));
        Assert.That(Value(values, PageFunction.Copy, PageColor.Mono, PageSize.Normal), Is.EqualTo(1512));
    }

    [Test]
    public async Task Fall_within_a_sum_gives_null_until_a_second_read_confirms_it()
    {
        var (device, bound, reader) = await BindAsync("invented_sizes");
        device.Add(Pages + ".2.2.3", -1400);
        device.Add(Pages + ".2.2.8", 2000);
        Assert.That(Value(await Login(), PageFunction.Copy, PageColor.Mono, PageSize.Normal), Is.Null);
        Assert.That(Value(await Login(), PageFunction.Copy, PageColor.Mono, PageSize.Normal), Is.EqualTo(2107));

        async Task<IReadOnlyList<(BaseCounter Counter, long? Value)>> Login() =>
            Vectors.ValuesOf(await reader.ReadAsync(TestDevice.Target, bound.Profile, ReadingTrigger.Login, 1, default));
    }

    [TestCase(null, Description = "missing")]
    [TestCase("4|text", Description = "another type")]
    [TestCase("2|-5", Description = "negative")]
    public async Task Value_that_is_no_count_makes_its_counter_null_and_no_other(string? row)
    {
        var (device, bound, reader) = await BindAsync("invented_sizes");
        device.Set(Pages + ".2.2.3", row);
        var values = Vectors.ValuesOf(await reader.ReadAsync(TestDevice.Target, bound.Profile, ReadingTrigger.Login, 1, default));
        Assert.That(values.Where(v => v.Value is null).Select(v => v.Counter.Key), Is.EqualTo(new[]
        {
            new CounterKey(PageFunction.Copy, PageColor.Mono, PageSize.Normal, PageSides.Any, CounterUnit.Impressions),
        }));
    }

    [Test]
    public async Task Rows_are_found_by_their_type_code_wherever_they_stand()
    {
        var (_, bound, _) = await BindAsync("invented_codes");
        var values = Vectors.ValuesOf(await ReadAsync("invented_codes", bound.Profile));
        Assert.Multiple(() =>
        {
            Assert.That(Value(values, PageFunction.Copy, PageColor.Mono, PageSize.Any), Is.EqualTo(500));
            Assert.That(Value(values, PageFunction.Print, PageColor.Color, PageSize.Any), Is.EqualTo(200));
            Assert.That(values.Single(v => v.Counter.Role == CounterRole.Total).Value, Is.EqualTo(1000));
            Assert.That(values.Single(v => v.Counter.Role == CounterRole.Facet).Value, Is.EqualTo(17));
            Assert.That(bound.Identity, Has.Property("Model").EqualTo("IM X900").And.Property("Maker").EqualTo("Ricoh").And.Property("MacAddress").EqualTo("02:00:00:00:0a:0b"));
        });
    }

    [TestCase("invented_matrix", 1000, 1010)]
    [TestCase("invented_difference", 590, 600)]
    [TestCase("invented_records", 300, 300)]
    [TestCase("invented_plain", 0, 777)]
    public async Task Parts_never_exceed_the_total(string walk, long parts, long total)
    {
        var (_, bound, _) = await BindAsync(walk);
        var values = Vectors.ValuesOf(await ReadAsync(walk, bound.Profile));
        Assert.That(values.Where(v => IsPages(v.Counter)).Sum(v => v.Value), Is.EqualTo(parts));
        Assert.That(values.Single(v => v.Counter.Role == CounterRole.Total).Value, Is.EqualTo(total));
    }

    [Test]
    public async Task Partition_that_exceeds_the_total_is_not_taken()
    {
        var recording = Vectors.Walk("invented_difference");
        var device = new TestDevice(recording);
        device.Set("1.3.6.1.4.1.1248.1.2.2.27.1.1.30.1.1", "2|300");
        device.Set("1.3.6.1.2.1.43.10.2.1.4.1.1", "65|300");
        var bound = (BindOutcome.Bound)await new MeterReader(device, ProfileLibrary.BuiltIn).BindAsync(TestDevice.Target, null, default);
        Assert.That(bound.Profile.Set.Counters.Select(c => c.Role), Does.Not.Contain(CounterRole.Part));
    }

    [TestCase("3", "2", true)]
    [TestCase("4", "2", false)]
    [TestCase("5", "2", false)]
    [TestCase("1", "2", true, Description = "asleep")]
    [TestCase("1", "5", false, Description = "stopped by a fault")]
    [TestCase("2", "1", null)]
    public async Task Idle_is_what_both_states_say_together(string printer, string status, bool? idle)
    {
        var (device, bound, reader) = await BindAsync("invented_plain");
        device.Set("1.3.6.1.2.1.25.3.5.1.1.1", "2|" + printer);
        device.Set("1.3.6.1.2.1.25.3.2.1.5.1", "2|" + status);
        Assert.That(((ReadOutcome.Read)await reader.ReadAsync(TestDevice.Target, bound.Profile, ReadingTrigger.Idle, 1, default)).Reading.Idle, Is.EqualTo(idle));
    }

    [Test]
    public async Task What_is_no_printer_is_told_and_an_unknown_profile_is_refused()
    {
        var host = new MeterReader(new TestDevice(Vectors.Walk("invented_host")), ProfileLibrary.BuiltIn);
        Assert.That(await host.BindAsync(TestDevice.Target, null, default), Is.TypeOf<BindOutcome.NotAPrinter>());
        Assert.That(await host.BindAsync(TestDevice.Target, "no such", default), Is.TypeOf<BindOutcome.Refused>());
    }

    [Test]
    public async Task Device_that_has_nothing_of_its_profile_any_more_is_refused()
    {
        var (_, bound, _) = await BindAsync("invented_sizes");
        var other = new MeterReader(new TestDevice(SnmpRecording.Parse("1.3.6.1.2.1.1.1.0|4|another"u8)), ProfileLibrary.BuiltIn);
        Assert.That(await other.ReadAsync(TestDevice.Target, bound.Profile, ReadingTrigger.Login, 1, default), Is.TypeOf<ReadOutcome.Refused>());
    }

    private static async Task<(TestDevice Device, BindOutcome.Bound Bound, MeterReader Reader)> BindAsync(string walk)
    {
        var device = new TestDevice(Vectors.Walk(walk));
        var reader = new MeterReader(device, ProfileLibrary.BuiltIn);
        return (device, (BindOutcome.Bound)await reader.BindAsync(TestDevice.Target, null, default), reader);
    }

    private static Task<ReadOutcome> ReadAsync(string walk, BoundProfile profile) =>
        new MeterReader(new TestDevice(Vectors.Walk(walk)), ProfileLibrary.BuiltIn).ReadAsync(TestDevice.Target, profile, ReadingTrigger.Login, 1, default);

    private static bool IsPages(BaseCounter counter) => counter.Role == CounterRole.Part && counter.Key.Unit != CounterUnit.Scans;

    private static long? Value(IEnumerable<(BaseCounter Counter, long? Value)> values, PageFunction function, PageColor color, PageSize size) =>
        values.Single(v => v.Counter.Role == CounterRole.Part && v.Counter.Key.Function == function && v.Counter.Key.Color == color && v.Counter.Key.Size == size && v.Counter.Key.Unit != CounterUnit.Scans).Value;
}
