using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Usb;
using CopyTrack.Agent.Devices;
using CopyTrack.Agent.Local;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>Which printer on USB is which: the serial number leads, and two places that answer, another model or a total that fell tell two apart.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LocalRosterTests : IDisposable
{
    private readonly AgentBench _agent = new();
    private readonly Dictionary<(string Host, string Port), (string? Serial, string Model, long Pages)> _plugged = [];

    public void Dispose() => _agent.Dispose();

    [Test]
    public void Printer_that_is_plugged_in_elsewhere_stays_one_and_the_doubt_is_told_for_a_week()
    {
        Plug("pc-1", "2", "SN-1", 100);
        var key = Round()["pc-1 2"];
        Unplug("pc-1", "2");
        Plug("pc-1", "3", "SN-1", 103);
        Assert.That(Round()["pc-1 3"], Is.EqualTo(key).And.StartsWith("s-"));
        Assert.That(_agent.Lines.Single(), Does.Contain("was at pc-1, USB 0000:00:14.0 port 2").And.Contain("is taken for the same"));
        Assert.That(_agent.Printers.DoubtOf(key), Does.Contain("another USB port or computer than before"));
        // To another computer, and over a restart.
        Unplug("pc-1", "3");
        Plug("pc-2", "1", "SN-1", 103);
        _agent.Restart();
        Assert.That(Round()["pc-2 1"], Is.EqualTo(key));
        Assert.That(_agent.Printers.Places[key], Is.EqualTo("pc-2, USB 0000:00:14.0 port 1"));
        _agent.Clock.Pass(TimeSpan.FromDays(8));
        Assert.That(_agent.Printers.DoubtOf(key), Is.Null);
        Assert.That(_agent.Printers.Shared, Is.Empty);
    }

    [Test]
    public void Second_that_answers_beside_the_first_waits_until_the_first_has_answered_again_and_is_another_one_then()
    {
        Plug("pc-1", "2", "SN-1", 100);
        var first = Round()["pc-1 2"];
        Plug("pc-2", "2", "SN-1", 5000);
        var stale = Records();
        Round(stale);
        var again = Round(stale);
        Assert.That(again.Keys, Is.EqualTo(new[] { "pc-1 2" }), "what the first said is from before: it may have been carried over");
        var both = Round();
        Assert.That((both["pc-1 2"], both["pc-2 2"]), Is.EqualTo((first, both["pc-2 2"])));
        Assert.That(both["pc-2 2"], Does.StartWith("t-"));
        Assert.That(_agent.Printers.DoubtOf(first), Does.Contain("another printer on USB tells the same serial number"));
        // Either of them alone keeps its name.
        Unplug("pc-1", "2");
        Assert.That(Round(), Is.EqualTo(new Dictionary<string, string> { ["pc-2 2"] = both["pc-2 2"] }));
    }

    [Test]
    public void Another_model_or_a_total_that_fell_is_another_printer_though_the_first_is_off()
    {
        Plug("pc-1", "2", "SN-1", 100);
        var first = Round()["pc-1 2"];
        Unplug("pc-1", "2");
        Plug("pc-1", "3", "SN-1", 99);
        Plug("pc-1", "4", "SN-1", 7000, "Laser 9");
        var round = Round();
        // They come beside each other, so that each waits for the other's next answer.
        round = round.Count == 2 ? round : Round();
        Assert.That(round.Values, Is.Unique.And.All.StartsWith("t-"));
        Plug("pc-1", "2", "SN-1", 100);
        Assert.That(Round()["pc-1 2"], Is.EqualTo(first));
    }

    [Test]
    public void Printer_that_comes_back_to_its_place_while_the_one_that_was_taken_for_it_answers_gets_its_name_back()
    {
        Plug("pc-1", "2", "SN-1", 100);
        var key = Round()["pc-1 2"];
        Unplug("pc-1", "2");
        Plug("pc-2", "2", "SN-1", 5000);
        Assert.That(Round()["pc-2 2"], Is.EqualTo(key), "nothing tells them apart yet");
        Plug("pc-1", "2", "SN-1", 100);
        Round();
        var both = Round();
        Assert.That(both["pc-1 2"], Is.EqualTo(key));
        Assert.That(both["pc-2 2"], Does.StartWith("t-"));
        Assert.That(_agent.Lines, Has.Some.Contains("both are read"));
    }

    [Test]
    public void Printers_without_a_number_that_proves_anything_are_known_by_their_ports_and_models()
    {
        Plug("pc-1", "2", null, 100);
        Plug("pc-1", "3", "0000", 200);
        Plug("pc-2", "2", "0000", 300);
        var keys = Round();
        Assert.That(keys.Values, Is.Unique.And.All.StartsWith("a-"));
        Assert.That(Round(), Is.EqualTo(keys));
        Plug("pc-1", "2", null, 100, "Laser 9");
        Assert.That(Round()["pc-1 2"], Is.Not.EqualTo(keys["pc-1 2"]), "another model in the same port");
    }

    [Test]
    public void Printer_that_is_read_over_the_network_is_not_read_twice()
    {
        Plug("pc-1", "2", "SN-1", 100);
        _agent.Roster.Put(new KnownDevice(_agent.Identity.DeviceKey("SN-1", null, ""), "192.0.2.7", 0, "SN-1"));
        Assert.That(Round(), Is.Empty);
        Assert.That(_agent.Lines.Single(), Does.Contain("the device at 192.0.2.7").And.Contain("over the network alone"));
    }

    [Test]
    public void Ways_to_one_printer_are_one_printer()
    {
        var pjl = Record("pc-1", "2", "SN-1", "Laser 3", 100);
        var ipp = pjl with { Record = pjl.Record with { Key = "i-" + new string('7', 24) } };
        Assert.That(_agent.Printers.Named([pjl, ipp]).Select(r => r.Key), Has.One.StartsWith("s-"));
        Assert.That(_agent.Printers.Named([ipp]).Select(r => r.Key), Has.One.StartsWith("s-"), "while the device file is busy");
        Assert.That(_agent.Printers.Shared, Is.Empty);
    }

    private void Plug(string host, string port, string? serial, long pages, string model = "Laser 3") => _plugged[(host, port)] = (serial, model, pages);

    private void Unplug(string host, string port) => _plugged.Remove((host, port));

    private List<LocalRecord> Records()
    {
        _agent.Clock.Pass(TimeSpan.FromMinutes(5));
        return [.. _plugged.Select(p => Record(p.Key.Host, p.Key.Port, p.Value.Serial, p.Value.Model, p.Value.Pages))];
    }

    /// <summary>A round of the site's agent: names by where the printers are.</summary>
    private Dictionary<string, string> Round(List<LocalRecord>? records = null) =>
        _agent.Printers.Named(records ?? Records()).ToDictionary(r => $"{r.Inventory!.Identity.HostName} {r.Inventory.Identity.Location![^1]}", r => r.Key);

    private LocalRecord Record(string host, string port, string? serial, string model, long pages)
    {
        var now = _agent.Time.GetUtcNow();
        var record = UsbReport.FromPjl($"u-{port}{model}", new UsbDeviceId("Acme", model, serial, ["PJL"]), $"USB 0000:00:14.0 port {port}", new PjlAnswers(model, pages, 10001, "READY", true), now, now);
        return new LocalRecord(host, record with { Inventory = record.Inventory! with { Identity = record.Inventory.Identity with { HostName = host } } });
    }
}
