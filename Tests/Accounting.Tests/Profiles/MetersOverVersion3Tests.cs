using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.Accounting.Snmp.Usm;
using CopyTrack.Accounting.Tests.Snmp;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Profiles;

/// <summary>A copier behind a real agent of version 3: net-snmp passes what it is asked on to a device of version 2c.</summary>
public sealed class MetersOverVersion3Tests
{
    [Test]
    public async Task Meters_read_over_version_3_are_those_of_the_device()
    {
        using var device = new LoopbackAgent(Vectors.Walk("invented_sizes"));
        string[] subtrees = [".1.3.6.1.2.1.25", ".1.3.6.1.2.1.43", ".1.3.6.1.4.1.1347"];
        using var front = await NetSnmpAgent.StartAsync(
            $"sysObjectID .1.3.6.1.4.1.1347.41\n{V3Users.Configuration}" + string.Concat(subtrees.Select(s => $"proxy -v 2c -c public 127.0.0.1:{device.Port} {s}\n")));
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
        var reader = new MeterReader(client, ProfileLibrary.BuiltIn);
        var secret = V3Users.Target(front, V3Users.Of(AuthProtocol.Sha512, PrivProtocol.Aes256));
        var overV3 = await ReadAsync(reader, secret);
        var direct = await ReadAsync(reader, device.Target);
        Assert.That(overV3, Is.EqualTo(direct).And.Not.Empty);
        var reply = await client.GetAsync(secret, [ObjectIdentifier.Parse("1.3.6.1.2.1.43.10.2.1.4.1.1")], default);
        Assert.That(reply, Is.TypeOf<SnmpReply.Answered>());
        Assert.That(reply.Traffic.Requests, Is.EqualTo(1));
    }

    private static async Task<List<(string Key, long? Value)>> ReadAsync(MeterReader reader, SnmpTarget target)
    {
        var bound = await reader.BindAsync(target, null, default);
        Assert.That(bound, Is.TypeOf<BindOutcome.Bound>(), bound.ToString());
        var outcome = await reader.ReadAsync(target, ((BindOutcome.Bound)bound).Profile, ReadingTrigger.Watch, 0, default);
        return [.. Vectors.ValuesOf(outcome).Select(v => (v.Counter.Key.ToString(), v.Value))];
    }
}
