using System.Diagnostics;
using System.Net;
using System.Text;
using CopyTrack.Accounting.Discovery;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.Accounting.Snmp.Usm;
using CopyTrack.Accounting.Tests.Snmp;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Discovery;

/// <summary>A network on loopback: every address of 127.0.0.0/8 is this machine, and few of them have an agent.</summary>
public sealed class DiscoverySweepTests
{
    private static readonly SnmpRecording Copier = Vectors.Walk("invented_plain");
    private static readonly SnmpRecording Switch = SnmpRecording.Parse("1.3.6.1.2.1.1.1.0|4|switch\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.2\n"u8);

    [Test]
    public async Task Everything_that_answers_is_found_once_and_told_apart()
    {
        using var first = new LoopbackAgent(Copier, At("127.8.1.10", 0));
        using var second = new LoopbackAgent(Switch, At("127.8.1.77", first.Port));
        // Speaks version 1 alone.
        using var third = new LoopbackAgent(m => m.Version == SnmpVersion.V1 ? [Old(m)] : [], At("127.8.1.200", first.Port));
        var (found, progress) = await SweepAsync(["127.8.1.0/24"], a => [Plain(a, first.Port, "public")], 1000);
        Assert.Multiple(() =>
        {
            Assert.That(found.Select(f => f.Address.ToString()), Is.EquivalentTo(new[] { "127.8.1.10", "127.8.1.77", "127.8.1.200" }));
            Assert.That(found.Single(f => f.Address.Equals(IPAddress.Parse("127.8.1.77"))).Classification.Kind, Is.EqualTo(DeviceKind.Other));
            Assert.That(found.Count(f => f.Classification.IsMetered), Is.EqualTo(2));
            Assert.That((progress.Asked, progress.Of, progress.Answered), Is.EqualTo((254, 254, 3)));
        });
    }

    [Test]
    public async Task Silent_addresses_get_two_datagrams_and_no_more()
    {
        using var listener = new LoopbackAgent(_ => [], At("127.8.2.5", 0));
        var (found, _) = await SweepAsync(["127.8.2.5"], a => [Plain(a, listener.Port, "public")], 50);
        Assert.That(found, Is.Empty);
        Assert.That(listener.Seen, Has.Count.EqualTo(2));
        Assert.That(listener.Seen.Select(m => m.EncodedLength), Is.All.LessThan(64));
    }

    [Test]
    public async Task Addresses_are_asked_no_faster_than_the_pace()
    {
        var watch = Stopwatch.StartNew();
        await SweepAsync(["127.8.3.1-60"], a => [Plain(a, 9, "public")], 100);
        Assert.That(watch.Elapsed, Is.GreaterThan(TimeSpan.FromMilliseconds(580)));
    }

    [Test]
    public async Task Device_of_version_3_is_found_by_its_user_and_one_with_another_password_is_told_with_the_cause()
    {
        using var agent = await NetSnmpAgent.StartAsync(V3Users.Configuration);
        var good = V3Users.Of(AuthProtocol.Sha256, PrivProtocol.Aes128);
        var (found, _) = await SweepAsync(["127.0.0.1"], a => [Plain(a, agent.Port, "wrong"), SnmpTarget.V3(a, agent.Port, good)], 50);
        Assert.That(found.Select(f => (f.Way, f.Version, f.Classification.Kind)), Is.EqualTo(new[] { (1, SnmpVersion.V3, DeviceKind.Computer) }));
        var bad = new SnmpUser(good.Name, AuthProtocol.Sha256, "not-the-password");
        (found, var progress) = await SweepAsync(["127.0.0.1"], a => [SnmpTarget.V3(a, agent.Port, bad)], 50);
        Assert.That(found, Is.Empty);
        Assert.That(progress.Refused.Single().Reason, Does.StartWith("the device finds the signature of user 'Sha256-Aes128' wrong"));
    }

    [Test]
    public async Task Sweep_that_is_given_up_ends_at_once()
    {
        using var stop = new CancellationTokenSource();
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
        var sweep = new DiscoverySweep(client, ProfileLibrary.BuiltIn, TimeProvider.System, new SweepOptions { PerSecond = 1000 });
        Assert.That(AddressRanges.TryParse(["127.9.0.0/16"], out var ranges, out _));
        stop.CancelAfter(TimeSpan.FromMilliseconds(100));
        var watch = Stopwatch.StartNew();
        Assert.That(
            async () =>
            {
                await foreach (var _ in sweep.RunAsync(ranges, a => [Plain(a, 9, "public")], stop.Token))
                {
                }
            },
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    private static async Task<(List<DiscoveredDevice> Found, SweepProgress Progress)> SweepAsync(string[] texts, Func<IPAddress, IReadOnlyList<SnmpTarget>> ways, int perSecond)
    {
        Assert.That(AddressRanges.TryParse(texts, out var ranges, out var fault), fault);
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
        var sweep = new DiscoverySweep(client, ProfileLibrary.BuiltIn, TimeProvider.System, new SweepOptions { PerSecond = perSecond, Timeout = TimeSpan.FromMilliseconds(600) });
        var found = new List<DiscoveredDevice>();
        await foreach (var device in sweep.RunAsync(ranges, ways, default))
        {
            found.Add(device);
        }

        return (found, sweep.Progress);
    }

    private static byte[] Old(SnmpMessage message)
    {
        var missing = message.Pdu.VarBinds.ToList().FindIndex(v => message.Pdu is Pdu.Get ? Copier.Get(v.Oid) is null : Copier.Next(v.Oid) is null);
        return missing < 0 ? LoopbackAgent.Serve(Copier, message) : LoopbackAgent.Reply(message, message.Pdu.VarBinds, SnmpErrorStatus.NoSuchName, missing + 1);
    }

    private static SnmpTarget Plain(IPAddress address, int port, string community) => SnmpTarget.V2c(address, port, community);

    private static IPEndPoint At(string address, int port) => new(IPAddress.Parse(address), port);
}
