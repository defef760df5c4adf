using System.Net;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Agent.Devices;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>Two devices that tell one serial number stay two, whichever comes first and whoever lies; one that moves stays one.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WhoIsWhoTests : IDisposable
{
    private const string One = "00:17:C8:00:00:01", Two = "00:17:C8:00:00:02";

    private readonly AgentBench _agent = new();
    private readonly Dictionary<string, ProbeReport> _answers = [];
    private int _looks;

    public void Dispose() => _agent.Dispose();

    [Test]
    public async Task Two_with_one_number_stay_two_and_keep_their_names_over_restarts()
    {
        await FoundAsync("192.0.2.1", "SN-4711", One);
        await FoundAsync("192.0.2.2", "SN-4711", Two);
        var keys = Keys();
        Assert.Multiple(() =>
        {
            Assert.That(keys["192.0.2.1"], Does.StartWith("s-"), "who was there first is known by the number");
            Assert.That(keys["192.0.2.2"], Does.StartWith("t-"));
            Assert.That(_agent.Roster.Shared.Single().Addresses, Is.EqualTo(new[] { "192.0.2.1", "192.0.2.2" }));
            Assert.That(_agent.Lines.Single(), Does.Contain("same serial number SN-4711"));
        });
        // Found again in the other order, and after a restart.
        _agent.Restart();
        foreach (var address in new[] { "192.0.2.2", "192.0.2.1" })
        {
            await FoundAsync(address, "SN-4711", address.EndsWith('1') ? One : Two);
        }

        Assert.That(Keys(), Is.EqualTo(keys));
        // The second one gets another address, and is known by its MAC address.
        _answers.Remove("192.0.2.2");
        await FoundAsync("192.0.2.9", "SN-4711", Two);
        Assert.That(Keys(), Is.EqualTo(new Dictionary<string, string> { ["192.0.2.1"] = keys["192.0.2.1"], ["192.0.2.9"] = keys["192.0.2.2"] }));
    }

    [Test]
    public async Task Device_that_claims_the_number_of_one_that_is_off_does_not_get_its_name()
    {
        await FoundAsync("192.0.2.1", "SN-4711", One);
        _answers.Remove("192.0.2.1");
        await FoundAsync("192.0.2.66", "SN-4711", Two);
        Assert.That(Keys()["192.0.2.66"], Does.StartWith("t-"));
        Assert.That(Keys(), Contains.Key("192.0.2.1"));
    }

    [Test]
    public async Task Device_that_moves_stays_one_and_two_may_change_places()
    {
        await FoundAsync("192.0.2.1", "SN-1001", One);
        await FoundAsync("192.0.2.2", "SN-1002", null);
        var (first, second) = (Keys()["192.0.2.1"], Keys()["192.0.2.2"]);
        (_answers["192.0.2.1"], _answers["192.0.2.2"]) = (_answers["192.0.2.2"], _answers["192.0.2.1"]);
        await FoundAsync("192.0.2.1", "SN-1002", null);
        Assert.That(Keys(), Is.EqualTo(new Dictionary<string, string> { ["192.0.2.1"] = second, ["192.0.2.2"] = first }), "the other one is found on the way");
        _answers.Remove("192.0.2.2");
        await FoundAsync("192.0.2.3", "SN-1001", One);
        Assert.That(Keys()["192.0.2.3"], Is.EqualTo(first));
        Assert.That(_agent.Lines, Is.Empty);
    }

    [Test]
    public async Task Device_with_two_addresses_is_read_at_one()
    {
        await FoundAsync("192.0.2.1", "SN-4711", One);
        await FoundAsync("192.0.2.2", "SN-4711", One);
        Assert.That(Keys().Keys, Is.EqualTo(new[] { "192.0.2.1" }));
        Assert.That(_agent.Lines.Single(), Does.Contain("read there alone"));
    }

    [Test]
    public async Task Numbers_that_stand_in_many_devices_tell_none_apart()
    {
        string[] none = ["0000", "XXXXXXXX", "N/A", "12345", "123456789", "unknown", " ", "--", "To be filled by O.E.M.", "987654321"];
        for (var i = 0; i < none.Length; i++)
        {
            await FoundAsync($"192.0.2.{i + 1}", none[i], $"00:17:C8:00:01:{i:X2}");
            await FoundAsync($"192.0.3.{i + 1}", none[i], null);
        }

        Assert.That(Keys(), Has.Count.EqualTo(2 * none.Length));
        Assert.That(Keys().Values.Select(k => k[0]).Distinct(), Is.EquivalentTo("ma"), "by MAC address, else by where they are");
        Assert.That(_looks, Is.Zero);
        Assert.That(new[] { "SIM410001", "L7Q0104729", "S-4711", "VNB3K12345", "0123456780" }.Select(SerialNumbers.Proof), Has.None.Null);
    }

    [Test]
    public async Task Name_of_an_older_version_out_of_such_a_number_is_given_up()
    {
        _agent.Roster.Put(new KnownDevice("s-old", "192.0.2.1", 0, "0000"));
        await FoundAsync("192.0.2.1", "0000", One);
        Assert.That(Keys()["192.0.2.1"], Does.StartWith("m-"));
        Assert.That(Keys(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Devices_are_bounded()
    {
        var roster = new DeviceRoster(_agent.Folder);
        var file = Enumerable.Range(0, DeviceRoster.Most + 5).Select(i => new KnownDevice($"a-{i}", $"10.0.{i >> 8}.{i & 255}", 0, null)).ToList();
        _agent.Folder.Write("devices.json", file, CopyTrack.Agent.SettingsJson.Default.ListKnownDevice);
        _agent.Restart();
        Assert.That(_agent.Roster.All, Has.Count.EqualTo(DeviceRoster.Most));
        await FoundAsync("192.0.2.1", "SN-4711", One);
        await FoundAsync("192.0.2.2", "SN-4712", Two);
        Assert.That((_agent.Roster.All.Count, _agent.Roster.Left, roster.All.Count), Is.EqualTo((DeviceRoster.Most, 2, 0)));
        Assert.That(_agent.Lines[0], Does.Contain("second agent"));
    }

    private Dictionary<string, string> Keys() => _agent.Roster.All.OrderBy(d => d.Address, StringComparer.Ordinal).ToDictionary(d => d.Address, d => d.Key);

    private async Task FoundAsync(string address, string serial, string? mac)
    {
        _answers[address] = AgentBench.Report(serial, mac);
        using var who = Who();
        await who.FoundAsync(IPAddress.Parse(address), 0, _answers[address], default);
    }

    private WhoIsWho Who() => new(
        _agent.Roster, _agent.Identity, d => new SnmpTarget(IPAddress.Parse(d.Address), 161, SnmpVersion.V2c, "public"u8.ToArray()),
        (target, _) =>
        {
            _looks++;
            return Task.FromResult<ProbeOutcome>(_answers.TryGetValue(target.Address.ToString(), out var report) ? new ProbeOutcome.Seen(report) : new ProbeOutcome.Unreachable("no answer"));
        },
        _agent);
}
