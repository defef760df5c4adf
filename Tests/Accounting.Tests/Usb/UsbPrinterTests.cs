using System.Collections.Immutable;
using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Usb;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Usb;

/// <summary>What USB printers say, well formed and not.</summary>
public sealed class UsbPrinterTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 8, 30, 0, TimeSpan.Zero);

    [Test]
    public void Device_id_tells_maker_model_serial_and_languages()
    {
        var id = UsbDeviceId.Parse("MFG:Acme;CMD:PCL6, pjl,PostScript;MDL:Laser 3;CLS:PRINTER;SERN:A\u0001B12;MFG:Other;");
        Assert.That((id.Maker, id.Model, id.Serial, id.SpeaksPjl), Is.EqualTo(("Acme", "Laser 3", "AB12", true)));
        Assert.That(UsbDeviceId.Parse("MANUFACTURER:Acme;COMMAND SET:ESCPL2").SpeaksPjl, Is.False, "what does not name PJL would print it");
        Assert.That(UsbDeviceId.Parse("").SpeaksPjl, Is.False);
    }

    [TestCase("@PJL INFO ID\r\n\"Acme Laser 3\"\r\n\f@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY=\"READY\"\r\nONLINE=TRUE\r\n\f@PJL INFO PAGECOUNT\r\nPAGECOUNT=4711\r\n\f", 4711, 10001, true)]
    [TestCase("@PJL INFO ID\r\nAcme Laser 3\r\n\f@PJL INFO STATUS\r\nCODE=40021\r\nDISPLAY=\"DOOR\"\r\nONLINE=FALSE\r\n\f@PJL INFO PAGECOUNT\r\n4711\r\n\f", 4711, 40021, false)]
    [TestCase("@PJL INFO ID\r\nAcme Laser 3\r\n\f@PJL INFO PAGECOUNT\r\n\"?\"\r\n\f", null, null, null)]
    public void Answer_after_the_echo_is_read(string answer, long? pages, int? code, bool? online)
    {
        var old = Encoding.Latin1.GetBytes("@PJL INFO PAGECOUNT\r\n99\r\n\f");
        var octets = (byte[])[.. old, .. Encoding.Latin1.GetBytes("@PJL ECHO CT1\r\n\f" + answer)];
        var read = PjlTalk.Read(octets, "CT1")!;
        Assert.That((read.Model, read.Pages, read.Code, read.Online), Is.EqualTo(("Acme Laser 3", pages, code, online)));
        Assert.That(PjlTalk.IsWhole(octets, "CT1"));
        Assert.That(PjlTalk.IsWhole(octets.AsSpan(0, octets.Length - 1), "CT1"), Is.False);
        Assert.That(PjlTalk.Read(octets, "CT2"), Is.Null, "another's echo");
        Assert.That(PjlTalk.IsWhole(octets, "CT2"), Is.False);
    }

    [TestCase("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/usbmisc/lp0", "0000:00:14.0 port 2")]
    [TestCase("/sys/devices/pci0000:00/0000:00:14.0/usb3/3-2/3-2.4/3-2.4:1.1/usbmisc/lp7", "0000:00:14.0 port 2.4")]
    [TestCase("/sys/devices/platform/soc/fe980000.usb/usb1/1-1/1-1.3/1-1.3:1.0/usbmisc/lp0", "fe980000.usb port 1.3")]
    [TestCase("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2", null)]
    [TestCase("/dev/pts/3", null)]
    [TestCase("usb1/1-2:1.0", null)]
    [TestCase("", null)]
    public void Port_is_that_of_the_controller_whatever_number_the_bus_has(string path, string? port) => Assert.That(UsbPortPath.Of(path), Is.EqualTo(port));

    [Test]
    public void Question_changes_nothing()
    {
        var asked = Encoding.ASCII.GetString(PjlTalk.Question("CT1"));
        Assert.That(asked, Does.StartWith("\u001b%-12345X@PJL").And.EndWith("\u001b%-12345X").And.Not.Contain("SET").And.Not.Contain("DEFAULT").And.Not.Contain("INITIALIZE").And.Not.Contain("JOB"));
    }

    [Test]
    public void Printers_word_goes_through_a_message_as_it_is()
    {
        var id = UsbDeviceId.Parse("MFG:Acme;MDL:Laser 3;CMD:PJL;SERN:S1;");
        var pjl = UsbReport.FromPjl("u-1", id, "USB 0000:00:14.0 port 2", new PjlAnswers("Acme <3> & \"\u2028", 4711, 10001, "READY", true), At, At);
        var ipp = UsbReport.FromIpp("i-1", new Dictionary<string, ImmutableArray<string>>
        {
            ["printer-make-and-model"] = ["Acme Ink 4"], ["printer-device-id"] = ["MFG:Acme;MDL:Ink 4;SN:S2;"], ["printer-impressions-completed"] = ["12"], ["printer-state"] = ["4"], ["printer-state-reasons"] = ["media-low-warning"],
            ["marker-names"] = ["black", "cyan"], ["marker-colors"] = ["#000000"], ["marker-types"] = ["toner cartridge!"], ["marker-levels"] = ["40", "-3"],
        }.ToImmutableDictionary(), At, At);
        var message = FleetMessageReader.Read(FleetMessageWriter.Write(new FleetMessage { Agent = "local", Sequence = 1, Created = At, Program = "1", Devices = [pjl, ipp] }));
        Assert.That(message.Devices.Select(d => (d.Reading!.Values[0], d.Reading.Serial, d.Inventory!.Status.Summary)), Is.EqualTo(new[] { ((long?)4711, "S1", "ready"), ((long?)12, "S2", "warning") }));
        Assert.That(message.Devices[1].Inventory!.Supplies.Select(s => s.Percent), Is.EqualTo(new int?[] { 40, null }));
    }

    [Test]
    public void Noise_is_read_or_refused()
    {
        FsCheck.Check.One(Config.QuickThrowOnFailure, Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), noise =>
        {
            PjlTalk.Read((byte[])[.. "@PJL ECHO T\r\n"u8, .. noise], "T");
            UsbDeviceId.Parse(Encoding.Latin1.GetString(noise));
            try
            {
                IppPrinter.Read((byte[])[1, 1, 0, 0, 0, 0, 0, 7, .. noise], 7);
            }
            catch (IppFormatException)
            {
                // As it should.
            }

            return true;
        }));
    }

    [Test]
    public void Ipp_answer_is_read_and_one_that_is_none_is_refused()
    {
        byte[] answer =
        [
            2, 0, 0, 0, 0, 0, 0, 7, 4,
            0x21, 0, 1, (byte)'a', 0, 4, 0, 0, 0, 12,
            0x41, 0, 1, (byte)'b', 0, 2, (byte)'h', (byte)'i', 0x41, 0, 0, 0, 1, (byte)'!',
            0x30, 0, 1, (byte)'c', 0, 1, 9, 3,
        ];
        var read = IppPrinter.Read(answer, 7);
        Assert.That((read["a"].Single(), string.Join('|', read["b"]), read["c"].Length), Is.EqualTo(("12", "hi|!", 0)));
        for (var cut = 0; cut < answer.Length; cut++)
        {
            Assert.That(() => IppPrinter.Read(answer.AsSpan(0, cut), 7), Throws.InstanceOf<IppFormatException>());
        }

        Assert.That(() => IppPrinter.Read(answer, 8), Throws.InstanceOf<IppFormatException>(), "another question's");
        answer[2] = 4;
        Assert.That(() => IppPrinter.Read(answer, 7), Throws.InstanceOf<IppFormatException>(), "refused");
    }

    [Test]
    public void Answer_of_a_LocalAgent_is_good_for_its_key_and_question_alone()
    {
        var key = Encoding.UTF8.GetBytes("a key of the site");
        var (nonce, line) = LocalExchange.Question();
        Assert.That(LocalExchange.ReadQuestion(line.AsSpan(0, line.Length - 1)), Is.EqualTo(nonce));
        Assert.That(LocalExchange.ReadQuestion("GET / HTTP/1.1"u8), Is.Null);
        var packed = FleetPacking.Pack(FleetMessageWriter.Write(new FleetMessage { Agent = "local", Sequence = 1, Created = At, Program = "1" }));
        var answer = LocalExchange.Answer(nonce, packed, key);
        var end = answer.AsSpan().IndexOf((byte)'\n');
        var (length, hmac) = LocalExchange.ReadHead(answer.AsSpan(0, end));
        var body = answer.AsMemory(end + 1);
        Assert.That(length, Is.EqualTo(body.Length));
        Assert.That(LocalExchange.Read(nonce, body, hmac, key).Agent, Is.EqualTo("local"));
        Assert.That(() => LocalExchange.Read(new string('0', 32), body, hmac, key), Throws.InstanceOf<FleetFormatException>());
        Assert.That(() => LocalExchange.Read(nonce, body, hmac, "another key"u8), Throws.InstanceOf<FleetFormatException>());
        answer[^1] ^= 1;
        Assert.That(() => LocalExchange.Read(nonce, body, hmac, key), Throws.InstanceOf<FleetFormatException>());
        foreach (var head in new[] { "CopyTrack-Local: 1 0 " + new string('0', 64), "CopyTrack-Local: 1 99999999 " + new string('0', 64), "CopyTrack-Local: 1 5 x", "HTTP/1.1 400 Bad" })
        {
            Assert.That(() => LocalExchange.ReadHead(Encoding.ASCII.GetBytes(head)), Throws.InstanceOf<FleetFormatException>(), head);
        }
    }
}
