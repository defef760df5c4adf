using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.Accounting.Tests.Snmp;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Inventory;

/// <summary>What a device is asked over the wire, and that the answers are the same as from its recording.</summary>
public sealed class TrafficTests
{
    private const int Frame = 1472;

    public static IEnumerable<string> Walks => WalkFiles.All.Select(f => Path.GetFileNameWithoutExtension(f)!);

    [TestCaseSource(nameof(Walks))]
    public async Task Live_device_shows_what_its_recording_shows(string name)
    {
        var recording = Load(name);
        using var agent = new LoopbackAgent(m => RecordedAgent.Answer(recording, m));
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions { Sockets = 1, MinTimeout = TimeSpan.FromSeconds(5) });
        var live = await ProbeAsync(client, agent.Target);
        var recorded = await ProbeAsync(new RecordedSnmp(recording, TimeProvider.System), agent.Target);
        await TestContext.Out.WriteLineAsync($"{live.Traffic.Requests} requests, {live.Traffic.BytesSent + live.Traffic.BytesReceived} bytes");
        Assert.That((live with { Traffic = recorded.Traffic }).ToJson(), Is.EqualTo(recorded.ToJson()));
    }

    [Test]
    public async Task Whole_inventory_takes_six_requests_and_five_kilobytes_as_the_median()
    {
        var costs = new List<(int Requests, long Bytes)>();
        foreach (var path in WalkFiles.All.Where(f => WalkFiles.Real is null || f.StartsWith(WalkFiles.Real, StringComparison.Ordinal)))
        {
            var recording = SnmpRecording.LoadWithContexts(path);
            using var agent = new LoopbackAgent(m => RecordedAgent.Answer(recording, m));
            using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions { Sockets = 1, MinTimeout = TimeSpan.FromSeconds(5) });
            var traffic = (await ProbeAsync(client, agent.Target)).Traffic;
            await TestContext.Out.WriteLineAsync($"{traffic.Requests,4} {traffic.BytesSent,6} {traffic.BytesReceived,6} {Path.GetFileName(path)}");
            costs.Add((traffic.Requests, traffic.BytesSent + traffic.BytesReceived));
        }

        Assert.That(Median(costs.Select(c => (long)c.Requests)), Is.LessThanOrEqualTo(6));
        Assert.That(Median(costs.Select(c => c.Bytes)), Is.LessThanOrEqualTo(5000));
    }

    [TestCaseSource(nameof(Walks))]
    public async Task Border_is_one_datagram_each_way_and_settling_at_most_four(string name)
    {
        var recording = Load(name);
        var longest = 0;
        using var agent = new LoopbackAgent(m => RecordedAgent.Answer(recording, m).Select(d =>
        {
            longest = Math.Max(longest, d.Length);
            return d;
        }));
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions { Sockets = 1, MinTimeout = TimeSpan.FromSeconds(5) });
        var reader = new MeterReader(client, ProfileLibrary.BuiltIn);
        if (await reader.BindAsync(agent.Target, null, default) is not BindOutcome.Bound { Profile: { Set.Counters.IsEmpty: false } profile })
        {
            // No printer, or one of which the recording holds no counter.
            return;
        }

        (longest, var before) = (0, agent.Seen.Count);
        Assert.That(await reader.ReadAsync(agent.Target, profile, ReadingTrigger.Login, 1, default), Is.TypeOf<ReadOutcome.Read>());
        var requests = agent.Seen.Skip(before).ToList();
        await TestContext.Out.WriteLineAsync($"border {requests.Count} requests, {requests.Max(r => r.EncodedLength)} and {longest} bytes");
        Assert.Multiple(() =>
        {
            Assert.That(requests, Has.Count.EqualTo(1));
            Assert.That(requests[0].EncodedLength, Is.LessThanOrEqualTo(Frame));
            Assert.That(longest, Is.LessThanOrEqualTo(Frame));
        });
        before = agent.Seen.Count;
        await reader.ReadAsync(agent.Target, profile, ReadingTrigger.Settle, 1, default);
        Assert.That(agent.Seen.Count - before, Is.LessThanOrEqualTo(4), "settling");
    }

    private static SnmpRecording Load(string name) => SnmpRecording.LoadWithContexts(WalkFiles.All.First(f => Path.GetFileNameWithoutExtension(f) == name));

    private static long Median(IEnumerable<long> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;

    private static async Task<ProbeReport> ProbeAsync(ISnmpClient client, SnmpTarget target) =>
        ((ProbeOutcome.Seen)await new DeviceProbe(client, ProfileLibrary.BuiltIn).RunAsync(target, null, null, default)).Report;
}
