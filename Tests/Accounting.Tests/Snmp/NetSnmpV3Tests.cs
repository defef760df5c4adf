using System.Text;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.Accounting.Snmp.Usm;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Snmp;

/// <summary>Version 3 against an agent that others wrote: one user for each pair of protocols.</summary>
public sealed class NetSnmpV3Tests
{
    private static readonly ObjectIdentifier SysName = ObjectIdentifier.Parse("1.3.6.1.2.1.1.5.0");
    private static readonly ObjectIdentifier System = ObjectIdentifier.Parse("1.3.6.1.2.1.1");

    private static readonly PreparedNames Prepared = new([System.Append(2, 0), SysName]);

    private NetSnmpAgent _agent = null!;
    private UdpSnmpClient _client = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _agent = await NetSnmpAgent.StartAsync(V3Users.Configuration);
        _client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _client.Dispose();
        _agent.Dispose();
    }

    [TestCaseSource(typeof(V3Users), nameof(V3Users.Pairs))]
    public async Task Every_pair_of_protocols_reads_and_walks(AuthProtocol auth, PrivProtocol priv)
    {
        var target = V3Users.Target(_agent, V3Users.Of(auth, priv));
        var reply = await _client.GetAsync(target, [SysName], default);
        Assert.That(reply, Is.TypeOf<SnmpReply.Answered>(), reply.ToString());
        Assert.That(Encoding.ASCII.GetString(((SnmpReply.Answered)reply).Values[0].AsBytes.Span), Is.EqualTo("net-snmp-peer"));
        var prepared = (SnmpReply.Answered)await _client.GetAsync(target, Prepared.All, default);
        Assert.That((prepared.Values[1], prepared.Traffic.Requests), Is.EqualTo((((SnmpReply.Answered)reply).Values[0], 1)));
        var walk = await _client.WalkAsync(target, System, 500, default);
        Assert.That(walk.End, Is.EqualTo(WalkEnd.Complete), walk.Reason);
        Assert.That(walk.Rows, Has.Length.GreaterThan(20));
    }

    [Test]
    public async Task User_without_authentication_reads()
    {
        var reply = await _client.GetAsync(V3Users.Target(_agent, V3Users.Open), [SysName], default);
        Assert.That(reply, Is.TypeOf<SnmpReply.Answered>(), reply.ToString());
    }

    [Test]
    public async Task Engine_is_discovered_once_and_each_request_after_that_is_one_datagram()
    {
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
        var target = V3Users.Target(_agent, V3Users.Of(AuthProtocol.Sha256, PrivProtocol.Aes128));
        Assert.That((await client.GetAsync(target, [SysName], default)).Traffic.Requests, Is.EqualTo(2));
        Assert.That((await client.GetAsync(target, [SysName], default)).Traffic.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task Reply_to_a_bulk_stays_inside_one_frame()
    {
        var walk = await _client.WalkAsync(V3Users.Target(_agent, V3Users.Of(AuthProtocol.Sha512, PrivProtocol.Aes256)), ObjectIdentifier.Parse("1.3.6.1.2.1"), 300, default);
        Assert.That(walk.Rows, Has.Length.GreaterThan(100));
        Assert.That(walk.Traffic.BytesReceived / walk.Traffic.Requests, Is.LessThanOrEqualTo(1472));
    }

    [Test]
    public async Task Five_hundred_requests_at_once_are_all_answered()
    {
        var target = V3Users.Target(_agent, V3Users.Of(AuthProtocol.Sha1, PrivProtocol.Aes128));
        var replies = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => _client.GetAsync(target, [SysName], default)));
        Assert.That(replies, Is.All.TypeOf<SnmpReply.Answered>());
    }

    [TestCase(null, Description = "as the standard wants it")]
    [TestCase(3, Description = "an agent that forgets its boots")]
    public async Task Agent_that_started_again_is_followed_by_its_signed_report(int? remembered)
    {
        using var agent = await NetSnmpAgent.StartAsync(V3Users.Configuration);
        await agent.RestartAsync(10);
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
        var target = V3Users.Target(agent, V3Users.Of(AuthProtocol.Sha256, PrivProtocol.Aes128));
        Assert.That(await client.GetAsync(target, [SysName], default), Is.TypeOf<SnmpReply.Answered>());
        await agent.RestartAsync(remembered);
        var again = await client.GetAsync(target, [SysName], default);
        Assert.That(again, Is.TypeOf<SnmpReply.Answered>(), again.ToString());
        Assert.That(again.Traffic.Requests, Is.EqualTo(2), "the request, a report, the request again");
    }

    [Test]
    public async Task Other_engine_at_the_same_address_is_discovered_anew()
    {
        using var first = await NetSnmpAgent.StartAsync(V3Users.Configuration);
        using var second = await NetSnmpAgent.StartAsync(V3Users.Configuration);
        using var relay = new UdpRelay(first.Port);
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
        var target = V3Users.Target(first, V3Users.Of(AuthProtocol.Md5, PrivProtocol.Des)) with { Port = relay.Port };
        Assert.That(await client.GetAsync(target, [SysName], default), Is.TypeOf<SnmpReply.Answered>());
        relay.PeerPort = second.Port;
        var reply = await client.GetAsync(target, [SysName], default);
        Assert.That(reply, Is.TypeOf<SnmpReply.Answered>(), reply.ToString());
    }
}
