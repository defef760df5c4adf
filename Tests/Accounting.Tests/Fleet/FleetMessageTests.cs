using System.IO.Compression;
using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Meters;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Fleet;

/// <summary>Messages: what is written is read again, stays small, and nothing else is taken.</summary>
public sealed class FleetMessageTests
{
    private const string Head = "<fleet xmlns=\"urn:copytrack:fleet:1\" agent=\"a\" sequence=\"1\" created=\"2026-01-02T03:04:05.006Z\" program=\"1\">";

    [Test]
    public void Message_comes_back_as_it_was_written()
    {
        var written = FleetSample.Message(FleetSample.Full(7), FleetSample.Counters(8), new FleetRecord { Key = "s-9", Silent = "no answer", SilentSince = FleetSample.Now - TimeSpan.FromHours(3) });
        var read = FleetMessageReader.Read(FleetMessageWriter.Write(written));
        Assert.Multiple(() =>
        {
            Assert.That((read.Agent, read.Sequence, read.Created, read.Program), Is.EqualTo((written.Agent, written.Sequence, written.Created, written.Program)));
            Assert.That(read.Devices.Select(d => d.Key), Is.EqualTo(written.Devices.Select(d => d.Key)));
            Assert.That(read.Devices[0].Inventory!.ToJson(), Is.EqualTo(written.Devices[0].Inventory!.ToJson()));
            Assert.That(read.Devices[0].Address, Is.EqualTo("192.0.2.7"));
            Assert.That(read.Devices[2], Is.EqualTo(written.Devices[2]));
            foreach (var (a, b) in read.Devices.Zip(written.Devices).Where(p => p.Second.Reading is not null).Select(p => (p.First.Reading!, p.Second.Reading!)))
            {
                Assert.That(a.Values, Is.EqualTo(b.Values));
                Assert.That(a.Set.Fingerprint, Is.EqualTo(b.Set.Fingerprint));
                Assert.That(a.Set.Counters.SelectMany(c => c.Oids), Is.EqualTo(b.Set.Counters.SelectMany(c => c.Oids)));
                Assert.That((a.SentAt, a.At, a.UpTime, a.Serial, a.Idle, a.PagesPerMinute), Is.EqualTo((b.SentAt, b.At, b.UpTime, b.Serial, b.Idle, b.PagesPerMinute)));
            }
        });
    }

    [Test]
    public void Full_message_of_one_device_has_at_most_2_kB_and_counters_200_bytes_each_in_a_batch_of_100()
    {
        using var key = FleetKeys.Create();
        var full = Sealed(FleetSample.Message(FleetSample.Full(4711)), key);
        var batch = Sealed(FleetSample.Message([.. Enumerable.Range(1, 100).Select(FleetSample.Counters)]), key);
        TestContext.Out.WriteLine($"full {full} bytes, batch of 100 {batch} bytes");
        Assert.Multiple(() =>
        {
            Assert.That(full, Is.LessThanOrEqualTo(2048));
            Assert.That(batch, Is.LessThanOrEqualTo(20_000));
        });

        static int Sealed(FleetMessage message, System.Security.Cryptography.ECDsa key) =>
            new MessageEnvelope(message.Agent, message.Sequence, 1, FleetSample.Now, FleetPacking.Pack(FleetMessageWriter.Write(message))).Seal(key).Length;
    }

    [Test]
    public void Hostile_texts_of_a_device_never_make_a_message_that_is_refused()
    {
        var evil = "\u0000\u0001<x>&\"'\ud800\uffff" + new string('é', 5000);
        var report = FleetSample.Report(1);
        report = report with
        {
            Identity = report.Identity with { Model = evil, Location = "]]>" + evil }, Profile = evil, Status = report.Status with { Summary = evil, Errors = [evil] },
            Supplies = [.. Enumerable.Repeat(report.Supplies[0] with { Description = evil, Kind = evil, Index = evil, Level = long.MinValue, Percent = int.MaxValue }, 1000)],
            Counters = [.. report.Counters.Select(c => c with { Value = long.MaxValue })],
        };
        var reading = FleetSample.Reading(1) with { Serial = evil, UpTime = -5, PagesPerMinute = int.MaxValue, Values = [.. FleetSample.Reading(1).Values.Select(_ => (long?)long.MaxValue)] };
        var read = FleetMessageReader.Read(FleetMessageWriter.Write(FleetSample.Message(FleetSample.Full(1) with { Inventory = report, Reading = reading }))).Devices[0];
        Assert.Multiple(() =>
        {
            Assert.That(read.Inventory!.Supplies, Has.Length.EqualTo(FleetMessageWriter.MaxRows));
            Assert.That(read.Inventory.Identity.Model!, Has.Length.LessThanOrEqualTo(255));
            Assert.That(read.Reading!.Values, Is.All.Null);
        });
    }

    [TestCase("", TestName = "Refused: nothing")]
    [TestCase("<!DOCTYPE fleet [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>" + Head + "&b;</fleet>", TestName = "Refused: entities that grow")]
    [TestCase("<!DOCTYPE fleet SYSTEM \"file:///etc/passwd\">" + Head + "</fleet>", TestName = "Refused: an external document type")]
    [TestCase("<fleet agent=\"a\" sequence=\"1\" created=\"2026-01-02T03:04:05.006Z\" program=\"1\"/>", TestName = "Refused: no namespace")]
    [TestCase("<x xmlns=\"urn:other\"/>", TestName = "Refused: another namespace")]
    [TestCase(Head + "<device key=\"s\"/><device key=\"s\"/></fleet>", TestName = "Refused: one device twice")]
    [TestCase(Head + "<device key=\"../s\"/></fleet>", TestName = "Refused: a key with a path")]
    [TestCase(Head + "<job name=\"salaries.pdf\"/></fleet>", TestName = "Refused: an element that the schema lacks")]
    [TestCase(Head + "<device key=\"s\" user=\"anna\"/></fleet>", TestName = "Refused: an attribute that the schema lacks")]
    [TestCase(Head + "text</fleet>", TestName = "Refused: text")]
    [TestCase(Head + "<device key=\"s\"><reading set=\"0\" age=\"1\" took=\"1\" values=\"1\"/></device></fleet>", TestName = "Refused: a set that is not there")]
    [TestCase(Head + "<set profile=\"p\" version=\"1\"><counter/></set><device key=\"s\"><reading set=\"0\" age=\"1\" took=\"1\" values=\"1 2\"/></device></fleet>", TestName = "Refused: more values than counters")]
    [TestCase(Head + "<set profile=\"p\" version=\"1\"><counter/></set><device key=\"s\"><reading set=\"0\" age=\"1\" took=\"1\" values=\"9999999999999999\"/></device></fleet>", TestName = "Refused: a value that no sum could hold")]
    [TestCase(Head + "<set profile=\"p\" version=\"1\"><counter/><counter/></set></fleet>", TestName = "Refused: two counters of one meaning")]
    [TestCase(Head + "<device key=\"s\"><silent age=\"-1\" reason=\"x\"/></device></fleet>", TestName = "Refused: an age below 0")]
    [TestCase(Head + "<device key=\"s\">", TestName = "Refused: cut off")]
    [TestCase(Head + "</fleet><fleet/>", TestName = "Refused: two roots")]
    public void Anything_else_is_refused_with_a_reason(string xml)
    {
        Assert.That(() => FleetMessageReader.Read(Encoding.UTF8.GetBytes(xml)), Throws.TypeOf<FleetFormatException>().With.Message.Not.Empty);
    }

    [Test]
    public void Depth_and_counts_are_bounded()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => FleetMessageReader.Read(Encoding.UTF8.GetBytes(Head + string.Concat(Enumerable.Repeat("<device key=\"s\">", 100_000)))), Throws.TypeOf<FleetFormatException>());
            Assert.That(() => FleetMessageReader.Read(Encoding.UTF8.GetBytes(Head + string.Concat(Enumerable.Range(0, 201).Select(i => $"<device key=\"s{i}\"/>")) + "</fleet>")), Throws.TypeOf<FleetFormatException>());
            Assert.That(
                () => FleetMessageReader.Read(Encoding.UTF8.GetBytes(Head + "<set profile=\"p\" version=\"1\">" + string.Concat(Enumerable.Range(0, 129).Select(i => "<counter role=\"part\"/>")) + "</set></fleet>")),
                Throws.TypeOf<FleetFormatException>());
        });
    }

    [Test]
    public void Any_change_of_one_byte_is_refused_or_read_without_another_fault([Random(5)] int seed)
    {
        var random = new Random(seed);
        var xml = FleetMessageWriter.Write(FleetSample.Message(FleetSample.Full(1)));
        for (var i = 0; i < 400; i++)
        {
            var changed = (byte[])xml.Clone();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                FleetMessageReader.Read(changed.AsMemory(0, random.Next(4) == 0 ? random.Next(changed.Length) : changed.Length));
            }
            catch (FleetFormatException)
            {
                // Refused, as it should be.
            }
        }
    }

    [Test]
    public void Packing_takes_gzip_and_a_zip_of_the_one_entry_and_is_bounded_by_what_comes_out()
    {
        var text = Encoding.UTF8.GetBytes("<fleet/>");
        Assert.Multiple(() =>
        {
            Assert.That(FleetPacking.Unpack(FleetPacking.Pack(text)).ToArray(), Is.EqualTo(text));
            Assert.That(FleetPacking.Unpack(Zip(("message.xml", text))).ToArray(), Is.EqualTo(text));
            Refused(FleetPacking.Pack(new byte[64 * 1024 * 1024]), "a gzip bomb");
            Refused(Zip(("message.xml", new byte[64 * 1024 * 1024])), "a zip bomb");
            Refused(Zip(("../message.xml", text)), "a path");
            Refused(Zip(("/etc/cron.d/x", text)), "an absolute path");
            Refused(Zip(("message.xml", text), ("message.xml", text)), "two entries");
            Refused(Zip(), "no entry");
            Refused(Zip(("message.xml", text))[..^10], "a zip that is cut off");
            Refused("PK\u0003\u0004nonsense"u8.ToArray(), "no zip");
            Refused([0x1F, 0x8B, 9, 9, 9], "no gzip");
            Refused(text, "nothing packed");
            Refused([], "nothing");
        });

        static void Refused(byte[] packed, string what) => Assert.That(() => FleetPacking.Unpack(packed), Throws.TypeOf<FleetFormatException>(), what);
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return buffer.ToArray();
    }
}
