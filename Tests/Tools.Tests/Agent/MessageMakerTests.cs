using System.Text;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Agent;
using CopyTrack.Agent.Devices;
using CopyTrack.Agent.Sending;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>Messages hold what devices said: none is longer than a manager takes, whatever devices say, and nothing leaves the site that is to stay there.</summary>
public sealed class MessageMakerTests
{
    private const string Address = "10.20.30.40", Host = "kma-board-room", Mac = "00:17:C8:AB:CD:EF", User = "meterreader";

    [Test]
    public void Hundred_hostile_devices_and_their_neighbours_go_in_messages_that_every_manager_takes()
    {
        using var agent = new AgentBench();
        var random = new Random(20261123);
        var records = Enumerable.Range(0, 250).Select(i => i % 2 == 0 ? agent.Record($"s-{i}", report: Hostile(random)) : agent.Record($"s-{i}", report: AgentBench.Report($"SN-{i}"))).ToList();
        agent.Maker.Keep(records);
        var sent = agent.Sent().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(sent, Has.Count.GreaterThan(3), "a hundred devices in each would be too long");
            Assert.That(sent.Select(s => s.Bytes.Length), Is.All.LessThanOrEqualTo(FleetEnvelope.MaxBytes));
            Assert.That(sent.SelectMany(s => s.Message.Devices.Select(d => d.Key)), Is.EqualTo(records.Select(r => r.Key)), "every device is told once, in order");
            Assert.That(sent.SelectMany(s => s.Message.Devices).Where((_, i) => i % 2 == 1).Select(d => d.Inventory!.Alerts.Length), Is.All.Zero, "a neighbour is told whole");
            Assert.That(sent.SelectMany(s => s.Message.Devices).Where((_, i) => i % 2 == 0).Select(d => d.Inventory!.Alerts[0].Index), Is.All.EqualTo(FleetRecordBound.CutIndex));
            Assert.That(sent.Select(s => s.Envelope.Sequence), Is.EqualTo(Enumerable.Range(1, sent.Count)), "no number is left out");
            Assert.That(agent.Lines.Count(l => l.Contains("too long", StringComparison.Ordinal)), Is.EqualTo(125));
        });
        agent.Maker.Keep(records);
        Assert.That(agent.Lines.Count(l => l.Contains("too long", StringComparison.Ordinal)), Is.EqualTo(125), "and is told once");
    }

    [Test]
    public void Disk_that_is_full_is_told_once_and_later_rounds_are_kept()
    {
        using var agent = new AgentBench();
        agent.BeforeWrite = () => throw new IOException("No space left on device");
        agent.Maker.Keep([agent.Record("s-1")]);
        agent.Maker.Keep([agent.Record("s-1")]);
        Assert.That((agent.Queue.Count, agent.Lines.Count, agent.Queue.Fault), Is.EqualTo((0, 1, "No space left on device")));
        agent.BeforeWrite = static () => { };
        agent.Maker.Keep([agent.Record("s-1")]);
        Assert.That((agent.Queue.Count, agent.Lines[^1], agent.Queue.Fault), Is.EqualTo((1, "the disk takes messages again", (string?)null)));
    }

    [Test]
    public void Message_that_a_full_queue_gives_up_is_known_as_such_after_a_restart()
    {
        using var agent = new AgentBench(queueBytes: 1000);
        for (var i = 0; i < 10; i++)
        {
            agent.Maker.Keep([agent.Record("s-1")]);
        }

        var first = agent.Queue.First!.Value;
        Assert.That(first, Is.GreaterThan(1));
        agent.Restart();
        Assert.That(agent.Ends.All.Select(e => (e.First, e.Last, e.Standing)), Is.EqualTo(new[] { (1L, first - 1, MessageStanding.Dropped) }), "neighbours in one line");
    }

    [Test]
    public void Hidden_addresses_names_and_users_stand_nowhere_in_a_message()
    {
        using var agent = new AgentBench(s => s with { HideAddresses = true, User = new AgentUser(User, null, null, null, null, "ward-seven") });
        var report = Leaky();
        var silences = new[]
        {
            $"the answer comes from {Address}:50161 and not from where it was asked, so it is not believed",
            $"the device knows no user '{User}'; check the user name", $"user '{User}' may not read these objects in context 'ward-seven'",
            "the answer comes from [fe80::217:c8ff:feab:cdef]:161", $"{Host.ToUpperInvariant()}.example.org says nothing",
        };
        agent.Maker.Keep([agent.Record("s-1", "SN-4711", report) with { Address = Address }, agent.Record("m-2", Mac, report with { Identity = report.Identity with { Serial = "0017c8abcdef" } }) with { Address = Address }]);
        foreach (var silence in silences)
        {
            agent.Maker.Keep([agent.Record("s-1") with { Address = Address, Reading = null, Silent = silence, SilentSince = AgentBench.Start }]);
        }

        // A later reading without an inventory: what the inventory told is known still.
        agent.Maker.Keep([agent.Record("s-1", "00-17-C8-AB-CD-EF") with { Address = Address }]);
        var sent = agent.Sent().ToList();
        Assert.That(sent, Has.Count.EqualTo(2 + silences.Length));
        foreach (var (envelope, message, _) in sent)
        {
            var whole = Encoding.UTF8.GetString(FleetPacking.Unpack(envelope.Packed).Span);
            foreach (var secret in new[] { Address, Host, "00:17:c8", "00-17-c8", "0017c8", "0017.c8", User, "ward-seven", "fe80", "217:c8ff", "198.51.100" })
            {
                Assert.That(whole, Does.Not.Contain(secret).IgnoreCase, $"message {message.Sequence}");
            }
        }

        var told = sent[0].Message.Devices[0].Inventory!;
        Assert.Multiple(() =>
        {
            Assert.That((told.Identity.Serial, told.Identity.Model, told.Identity.Firmware), Is.EqualTo(("SN-4711", "TASKalfa 4054ci", "2.9.1.4")), "what is needed stays");
            Assert.That(told.Supplies[0].Description, Is.EqualTo("TK-8545K at (hidden), changed 12:30:45"));
            Assert.That(told.Identity.Location, Is.EqualTo("2nd floor, (hidden)"));
            Assert.That(agent.Messages[0].Devices[0].Inventory!.Identity.HostName, Is.EqualTo(Host), "the owner sees all");
        });
    }

    [Test]
    public void Without_the_wish_to_hide_all_is_told()
    {
        using var agent = new AgentBench();
        agent.Maker.Keep([agent.Record("s-1", report: Leaky()) with { Address = Address }]);
        var told = agent.Sent().Single().Message.Devices.Single();
        Assert.That((told.Address, told.Inventory!.Identity.HostName, told.Inventory.Identity.MacAddress), Is.EqualTo((Address, Host, Mac)));
    }

    [Test]
    public void Serial_number_that_does_not_prove_the_device_is_not_told_and_one_that_two_tell_is_called_so()
    {
        using var agent = new AgentBench();
        agent.Roster.Put(new KnownDevice("s-1", "192.0.2.1", 0, "SN-4711", Mac));
        agent.Roster.Put(new KnownDevice("t-2", "192.0.2.2", 0, "SN-4711", "00:17:C8:00:00:02"));
        agent.Roster.Put(new KnownDevice("m-3", "192.0.2.3", 0, null, "00:17:C8:00:00:03"));
        agent.Maker.Keep([agent.Record("s-1", "SN-4711", AgentBench.Report("SN-4711")), agent.Record("t-2", "SN-4711", AgentBench.Report("SN-4711")), agent.Record("m-3", "0000", AgentBench.Report("0000"))]);
        var told = agent.Sent().Single().Message.Devices;
        Assert.That(told.Select(d => (d.Reading!.Serial, d.Inventory!.Identity.Serial, string.Join(' ', d.Inventory.Alerts.Select(a => a.Index)))), Is.EqualTo(new (string?, string?, string)[]
        {
            ("SN-4711", "SN-4711", "agent-serial"), (null, null, "agent-serial"), (null, null, ""),
        }));
    }

    private static ProbeReport Leaky()
    {
        var report = AgentBench.Report("SN-4711", Mac, Host, new Supply("1.1", $"TK-8545K at {Address}, changed 12:30:45", "toner", "black", 5, "exact", 10, Host, 50));
        return report with
        {
            Identity = report.Identity with { SysDescr = $"Linux {Host} 6.1.0 #1 SMP", Location = $"2nd floor, {Host}", Firmware = "2.9.1.4" },
            Trays = [new Tray("1.1", "Cassette 0017c8abcdef", $"{Host}.example.org", 1, "exact", 2, "sheets", "0017.c8ab.cdef")],
            Alerts = [new DeviceAlert("1.1", "warning", "other", 1, $"http://198.51.100.9/ {Mac.Replace(':', '-')} asked by {User}", null)],
        };
    }

    private static ProbeReport Hostile(Random random)
    {
        // Texts that do not pack.
        string Text() => new([.. Enumerable.Range(0, 255).Select(_ => (char)random.Next(' ', 0x2000))]);
        return AgentBench.Report("SN-4711") with
        {
            Supplies = [.. Enumerable.Range(0, 128).Select(i => new Supply($"1.{i}", Text(), Text(), Text(), 1, Text(), 2, Text(), 3))],
            Trays = [.. Enumerable.Range(0, 128).Select(i => new Tray($"1.{i}", Text(), Text(), 1, Text(), 2, Text(), Text()))],
            Alerts = [.. Enumerable.Range(0, 128).Select(i => new DeviceAlert($"1.{i}", Text(), Text(), 1, Text(), null))],
        };
    }
}
