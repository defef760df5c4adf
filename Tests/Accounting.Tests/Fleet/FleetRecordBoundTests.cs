using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Fleet;

/// <summary>What one device can take of a message is bounded, and nothing of a usual one is cut.</summary>
public sealed class FleetRecordBoundTests
{
    private static readonly string[] s_texts = [new('x', 400), new('"', 400), new('&', 255), new('é', 300), new('漢', 300), string.Concat(Enumerable.Repeat("😀", 200)), new('\n', 300), new('\u0001', 300), new('\ud800', 300), "Toner <K> & \"more\""];

    [Test]
    public void Weight_is_never_less_than_what_is_written([Range(0, 9)] int text, [Values(0, 1, 40, 128, 500)] int rows)
    {
        var record = Hostile(1, s_texts[text], rows);
        var empty = FleetMessageWriter.Write(FleetSample.Message()).Length;
        Assert.That(FleetMessageWriter.Write(FleetSample.Message(record)).Length - empty, Is.LessThanOrEqualTo(FleetRecordBound.Weight(record)));
    }

    [Test]
    public void Usual_device_is_told_whole()
    {
        var record = FleetSample.Full(1);
        Assert.That(FleetRecordBound.Cut(record, out var cut), Is.SameAs(record));
        Assert.That((cut, FleetRecordBound.Weight(record) < FleetRecordBound.MaxBytes / 4), Is.EqualTo(((string?)null, true)), "with room to spare");
    }

    [Test]
    public void Device_that_says_too_much_is_cut_to_its_share_and_the_manager_is_told([Range(0, 9)] int text)
    {
        var bounded = FleetRecordBound.Cut(Hostile(1, s_texts[text], 128), out var cut);
        var xml = FleetMessageWriter.Write(FleetSample.Message(bounded));
        var read = FleetMessageReader.Read(xml).Devices.Single();
        Assert.Multiple(() =>
        {
            Assert.That(xml, Has.Length.LessThan(FleetRecordBound.MaxBytes + 500));
            if (cut is null)
            {
                Assert.That(text, Is.EqualTo(9), "a short text fits");
                return;
            }

            Assert.That(cut, Does.Contain("of 128 supplies"));
            Assert.That(read.Inventory!.Alerts[0].Index, Is.EqualTo(FleetRecordBound.CutIndex));
            Assert.That(read.Inventory.Alerts[0].Description, Does.Contain("supplies"));
            Assert.That(read.Reading, Is.Not.Null, "its counters are told");
            Assert.That(read.Inventory.Supplies, Has.Length.GreaterThanOrEqualTo(4));
        });
    }

    [Test]
    public void Counters_that_no_message_holds_make_a_device_silent_with_a_reason()
    {
        var counter = FleetSample.Set.Counters[0];
        BaseCounterSet[] sets =
        [
            FleetSample.Set with { Counters = [.. Enumerable.Range(0, 129).Select(i => counter with { Index = i, Key = counter.Key with { Function = (PageFunction)(i % 5) } })] },
            FleetSample.Set with { Counters = [counter with { Oids = [.. Enumerable.Repeat("1.3.6.1.4.1.1347.42.3.1.2.1.1.9.1", 200)] }] },
            FleetSample.Set with { Counters = [.. Enumerable.Range(0, 100).Select(i => counter with { Index = i, Oids = [.. Enumerable.Repeat("1.3.6.1.4.1.1347.42.3.1.2.1.1.9.1", 30)] })] },
        ];
        foreach (var set in sets)
        {
            var record = FleetSample.Full(1) with { Reading = FleetSample.Reading(1) with { Set = set, Values = [.. set.Counters.Select(_ => (long?)1)] } };
            var bounded = FleetRecordBound.Cut(record, out var cut);
            Assert.That((bounded.Reading, bounded.Silent), Is.EqualTo(((MeterReading?)null, cut)));
            Assert.That(FleetMessageReader.Read(FleetMessageWriter.Write(FleetSample.Message(bounded))).Devices.Single().Silent, Does.Contain("too long"));
        }
    }

    [Test]
    public void Message_is_given_another_time_of_making_and_all_its_times_follow()
    {
        var message = FleetSample.Message(FleetSample.Full(1));
        var later = FleetSample.Now.AddYears(30).AddMilliseconds(7);
        var read = FleetMessageReader.Read(FleetPacking.Unpack(FleetRedating.Redate(FleetPacking.Pack(FleetMessageWriter.Write(message)), later)));
        var device = read.Devices.Single();
        Assert.That((read.Created, read.Sequence, device.InventoryAt, later - device.Reading!.SentAt), Is.EqualTo((later, message.Sequence, later, FleetSample.Now - FleetSample.Reading(1).SentAt)));
        Assert.That(device.Reading.Values, Is.EqualTo(FleetSample.Reading(1).Values));
        Assert.That(() => FleetRedating.Redate(FleetPacking.Pack("<fleet created=\"soon\"/>"u8), later), Throws.TypeOf<FleetFormatException>());
        Assert.That(() => FleetRedating.Redate(Encoding.ASCII.GetBytes("nothing packed"), later), Throws.TypeOf<FleetFormatException>());
    }

    internal static FleetRecord Hostile(int seed, string text, int rows)
    {
        var report = FleetSample.Report(seed);
        return FleetSample.Full(seed) with
        {
            Inventory = report with
            {
                Identity = report.Identity with { Model = text, Location = text, SysDescr = text, HostName = text, Firmware = text },
                Supplies = [.. Enumerable.Range(0, rows).Select(i => new Supply($"1.{i}", text, text, text, long.MinValue, text, long.MinValue, text, short.MinValue))],
                Trays = [.. Enumerable.Range(0, rows).Select(i => new Tray($"1.{i}", text, text, long.MinValue, text, long.MinValue, text, text))],
                Alerts = [.. Enumerable.Range(0, rows).Select(i => new DeviceAlert($"1.{i}", text, text, long.MinValue, text, FleetSample.Now))],
            },
        };
    }
}
