using System.Net;
using System.Net.Sockets;
using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Agent;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Mib;
using CopyTrack.MfpSimulator.Models;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.MfpSimulator;

/// <summary>The agent against net-snmp's tools over a real socket.</summary>
internal sealed class AgentTests
{
    private Simulator simulator = null!;
    private SimulatedMfp device = null!;

    [SetUp]
    public void Start()
    {
        simulator = new Simulator(new ManualTime());
        device = simulator.Add(new MfpSetup { Model = MfpModel.BuiltIn("kyocera"), Community = "secret" });
    }

    [TearDown]
    public void Stop() => simulator.Dispose();

    [TestCase("snmpwalk", "-v1")]
    [TestCase("snmpwalk", "-v2c")]
    [TestCase("snmpbulkwalk", "-v2c")]
    [TestCase("snmpbulkwalk", "-v2c -Cr100")]
    public async Task A_walk_gives_every_object_in_order(string tool, string options)
    {
        var (exitCode, lines, errors) = await SnmpTool.RunAsync(tool, device.EndPoint!, options + " -c secret", "1.3");
        var rows = lines.Where(l => l.StartsWith(".1.3", StringComparison.Ordinal) && !l.Contains("No more variables", StringComparison.Ordinal)).Select(l => l[1..l.IndexOf(' ', StringComparison.Ordinal)]).ToArray();
        Assert.That(exitCode, Is.Zero, errors);
        Assert.That(rows, Is.EqualTo(device.Model.Recording.Rows.Select(r => r.OidText)));
    }

    [TestCase("-v1")]
    [TestCase("-v2c")]
    public async Task Get_brings_values_with_their_types(string version)
    {
        var (_, lines, errors) = await SnmpTool.RunAsync("snmpget", device.EndPoint!, version + " -c secret", Bench.LifeCount, Bench.KyoceraTotal, "1.3.6.1.2.1.43.5.1.1.17.1", "1.3.6.1.2.1.1.2.0", Bench.UpTime);
        Assert.That(lines, Is.EqualTo(new[]
        {
            $".{Bench.LifeCount} = Counter32: {device.Read(Bench.LifeCount)}", $".{Bench.KyoceraTotal} = INTEGER: {device.Read(Bench.KyoceraTotal)}",
            ".1.3.6.1.2.1.43.5.1.1.17.1 = STRING: \"SIMK400001\"", ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.1347.41", ".1.3.6.1.2.1.1.3.0 = Timeticks: (86400000) 10 days, 0:00:00.00",
        }), errors);
    }

    [Test]
    public async Task A_missing_object_is_an_exception_in_v2c_and_an_error_in_v1()
    {
        var (_, lines, _) = await SnmpTool.RunAsync("snmpget", device.EndPoint!, "-v2c -c secret", "1.3.6.1.2.1.43.5.1.1.17.9", "1.3.6.1.9.9", Bench.UpTime);
        Assert.That(lines[0], Does.Contain("No Such Instance"));
        Assert.That(lines[1], Does.Contain("No Such Object"));
        Assert.That(lines[2], Does.Contain("Timeticks"));
        var (exitCode, _, errors) = await SnmpTool.RunAsync("snmpget", device.EndPoint!, "-v1 -c secret -Cf", Bench.UpTime, "1.3.6.1.9.9");
        Assert.That((exitCode, errors), Is.EqualTo((2, errors)).And.Matches<(int, string)>(e => e.Item2.Contains("noSuchName", StringComparison.Ordinal) && e.Item2.Contains("1.9.9", StringComparison.Ordinal)));
    }

    [TestCase("-v1", "noSuchName")]
    [TestCase("-v2c", "notWritable")]
    public async Task Set_is_refused(string version, string error)
    {
        var (exitCode, _, errors) = await SnmpTool.RunAsync("snmpset", device.EndPoint!, version + " -c secret", "1.3.6.1.2.1.1.5.0", "s", "mine");
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain(error));
    }

    [TestCase("-v2c -c wrong")]
    [TestCase("-v1 -c secre")]
    public async Task A_wrong_community_gets_no_answer(string options)
    {
        var (exitCode, _, errors) = await SnmpTool.RunAsync("snmpget", device.EndPoint!, options + " -t 0.2 -r 0", Bench.UpTime);
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(errors, Does.Contain("Timeout"));
    }

    [Test]
    public async Task A_reply_over_the_agents_limit_is_tooBig_for_get_and_shorter_for_getbulk()
    {
        device.Faults = new AgentFaults { MaxReplyBytes = 200 };
        var (exitCode, _, errors) = await SnmpTool.RunAsync("snmpget", device.EndPoint!, "-v2c -c secret", [.. Enumerable.Range(1, 10).Select(i => $"1.3.6.1.4.1.1347.42.2.1.1.1.2.1.{i}")]);
        Assert.That((exitCode, errors), Is.EqualTo((2, errors)).And.Matches<(int, string)>(e => e.Item2.Contains("tooBig", StringComparison.OrdinalIgnoreCase)));
        var (_, lines, _) = await SnmpTool.RunAsync("snmpbulkget", device.EndPoint!, "-v2c -c secret -Cr50", "1.3.6.1.4.1.1347.42.2.1.1.1.2.1");
        Assert.That(lines, Has.Length.InRange(3, 8));
        var (_, all, _) = await SnmpTool.RunAsync("snmpbulkwalk", device.EndPoint!, "-v2c -c secret -Cr50", "1.3.6.1.4.1.1347.42.2.1.1.1.2.1");
        Assert.That(all, Has.Length.EqualTo(11));
    }

    [Test]
    public async Task Broken_agents_are_broken_as_told()
    {
        device.Faults = new AgentFaults { V1Only = true };
        var (exitCode, _, _) = await SnmpTool.RunAsync("snmpget", device.EndPoint!, "-v2c -c secret -t 0.2 -r 0", Bench.UpTime);
        Assert.That(exitCode, Is.EqualTo(1));
        (exitCode, _, _) = await SnmpTool.RunAsync("snmpget", device.EndPoint!, "-v1 -c secret", Bench.UpTime);
        Assert.That(exitCode, Is.Zero);
        device.Faults = new AgentFaults { Walk = WalkFault.SameName };
        var (_, _, errors) = await SnmpTool.RunAsync("snmpwalk", device.EndPoint!, "-v2c -c secret", "1.3.6.1.2.1.1");
        Assert.That(errors, Does.Contain("OID not increasing"));
        device.Faults = AgentFaults.None;
        device.PowerCycle(TimeSpan.FromSeconds(5));
        (exitCode, _, _) = await SnmpTool.RunAsync("snmpget", device.EndPoint!, "-v2c -c secret -t 0.2 -r 0", Bench.UpTime);
        Assert.That(exitCode, Is.EqualTo(1), "no power");
    }

    [Test]
    public async Task A_lie_replaces_value_and_type()
    {
        Assert.That(device.Lie(Bench.KyoceraTotal, "4|rubbish"));
        Assert.That(device.Lie("1.3.6.1.9.9", "2|1"), Is.False);
        var (_, lines, _) = await SnmpTool.RunAsync("snmpget", device.EndPoint!, "-v2c -c secret", Bench.KyoceraTotal);
        Assert.That(lines, Is.EqualTo(new[] { $".{Bench.KyoceraTotal} = STRING: \"rubbish\"" }));
    }

    [Test]
    public void Noise_and_broken_requests_get_no_answer_and_never_throw()
    {
        var agent = new SnmpAgent(device, "secret"u8.ToArray());
        var buffer = new byte[2000];
        var fine = Convert.FromHexString("3027020101" + "0406736563726574" + "a51a" + "020404050607" + "020100" + "02010a" + "300c300a06062b0601020101" + "0500");
        Assert.That(agent.Reply(fine, buffer), Is.Not.EqualTo(default(Range)));
        Assert.That(agent.Reply([0x20, 0x80], buffer), Is.EqualTo(default(Range)), "an indefinite length without end");
        Prop.ForAll<byte[]>(noise => agent.Reply(noise, buffer)).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
        var damaged = from at in Gen.Choose(0, fine.Length - 1) from value in Gen.Choose(0, 255) from length in Gen.Choose(0, fine.Length) select (at, value, length);
        Prop.ForAll(damaged.ToArbitrary(), damage =>
        {
            var copy = fine.ToArray();
            copy[damage.at] = (byte)damage.value;
            agent.Reply(copy, buffer);
            Assert.That(agent.Reply(fine.AsSpan(0, damage.length), buffer), damage.length == fine.Length ? Is.Not.EqualTo(default(Range)) : Is.EqualTo(default(Range)));
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void Names_survive_their_encoding()
    {
        var names = from first in Gen.Choose(0, 2) from second in Gen.Choose(0, 39) from rest in Gen.Choose(int.MinValue, int.MaxValue).Select(i => unchecked((uint)i)).ArrayOf() select (uint[])[(uint)first, (uint)second, .. rest.Take(100)];
        Prop.ForAll(names.ToArbitrary(), name =>
        {
            var parts = new uint[Oid.MaxParts];
            return Oid.Decode(Oid.Encode(name), parts) == name.Length && parts.AsSpan(0, name.Length).SequenceEqual(name);
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public async Task A_network_loses_doubles_and_delays()
    {
        using var real = new Simulator(TimeProvider.System);
        var agent = real.Add(new MfpSetup { Model = MfpModel.BuiltIn("plain"), Faults = new AgentFaults { Duplicates = 1, Delay = TimeSpan.FromMilliseconds(30) } });
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var request = Convert.FromHexString("3026020101" + "04067075626c6963" + "a019" + "02040405" + "0607" + "020100" + "020100" + "300b3009" + "06052b06010201" + "0500");
        var sent = TimeProvider.System.GetTimestamp();
        await socket.SendAsync(request, agent.EndPoint!, patience.Token);
        var first = await socket.ReceiveAsync(patience.Token);
        Assert.That(TimeProvider.System.GetElapsedTime(sent), Is.GreaterThan(TimeSpan.FromMilliseconds(25)));
        var second = await socket.ReceiveAsync(patience.Token);
        Assert.That(second.Buffer, Is.EqualTo(first.Buffer));
        var replies = 0;
        for (var batch = 0; batch < 10; batch++)
        {
            var before = agent.Requests;
            agent.Faults = new AgentFaults { Loss = 0.5 };
            for (var i = 0; i < 20; i++) await socket.SendAsync(request, agent.EndPoint!, patience.Token);
            while (agent.Requests < before + 20) await Task.Yield();
            agent.Faults = AgentFaults.None;
            request[20] ^= 0x40;
            await socket.SendAsync(request, agent.EndPoint!, patience.Token);
            while ((await socket.ReceiveAsync(patience.Token)).Buffer[20] != request[20]) replies++;
        }

        Assert.That(replies, Is.InRange(20, 90), "a quarter of 200 come through both ways");
    }
}
