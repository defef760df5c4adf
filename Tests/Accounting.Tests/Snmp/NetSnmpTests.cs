using System.Net;
using System.Text;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Snmp;

/// <summary>Our manager against an agent that others wrote.</summary>
public sealed class NetSnmpTests
{
    private static readonly ObjectIdentifier SysName = ObjectIdentifier.Parse("1.3.6.1.2.1.1.5.0");
    private static readonly ObjectIdentifier SysUpTime = ObjectIdentifier.Parse("1.3.6.1.2.1.1.3.0");
    private static readonly ObjectIdentifier Missing = ObjectIdentifier.Parse("1.3.6.1.2.1.1.99.0");

    private NetSnmpAgent _agent = null!;
    private UdpSnmpClient _client = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _agent = await NetSnmpAgent.StartAsync();
        _client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _client.Dispose();
        _agent.Dispose();
    }

    [Test]
    public async Task Get_brings_values_and_tells_what_is_missing([Values(SnmpVersion.V1, SnmpVersion.V2c)] SnmpVersion version)
    {
        var reply = (SnmpReply.Answered)await _client.GetAsync(_agent.Target with { Version = version }, [SysName, Missing, SysUpTime], default);
        Assert.Multiple(() =>
        {
            Assert.That(Encoding.ASCII.GetString(reply.Values[0].AsBytes.Span), Is.EqualTo("net-snmp-peer"));
            Assert.That(reply.Values[1].IsException);
            Assert.That(reply.Values[2], Is.TypeOf<SnmpValue.TimeTicks>());
            Assert.That(reply.At, Is.GreaterThanOrEqualTo(reply.SentAt));
            Assert.That(reply.Traffic.BytesReceived, Is.Positive);
        });
    }

    [Test]
    public async Task Walks_by_getbulk_and_getnext_see_the_same_objects()
    {
        var root = ObjectIdentifier.Parse("1.3.6.1.2.1.1");
        var bulk = await _client.WalkAsync(_agent.Target, root, 500, default);
        var next = await _client.WalkAsync(_agent.Target with { Version = SnmpVersion.V1 }, root, 500, default);
        Assert.That(bulk.End, Is.EqualTo(WalkEnd.Complete));
        Assert.That(bulk.Rows, Has.Length.GreaterThan(20));
        Assert.That(next.Rows.Select(r => r.Oid), Is.EqualTo(bulk.Rows.Select(r => r.Oid)));
        Assert.That(bulk.Traffic.Requests, Is.LessThan(next.Traffic.Requests));
    }

    [Test]
    public async Task Long_get_that_the_agent_can_not_put_in_one_reply_is_answered_whole()
    {
        var names = Enumerable.Repeat(SysName, 1).Concat(Enumerable.Range(1, 9).Select(i => ObjectIdentifier.Parse($"1.3.6.1.2.1.1.9.1.3.{i}")));
        var many = Enumerable.Range(0, 30).SelectMany(_ => names).ToArray();
        var reply = (SnmpReply.Answered)await _client.GetAsync(_agent.Target, [.. many], default);
        Assert.That(reply.Values.Count(v => v is SnmpValue.OctetString), Is.GreaterThan(200));
    }

    [Test]
    public async Task Wrong_community_is_met_with_silence() =>
        Assert.That(
            await _client.GetAsync(_agent.Target with { Community = "wrong"u8.ToArray(), Timeout = TimeSpan.FromMilliseconds(50), Retries = 0 }, [SysName], default),
            Is.TypeOf<SnmpReply.Silent>());

    [Test]
    public async Task Thousand_requests_at_once_are_all_answered_over_a_few_sockets()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => _client.GetAsync(_agent.Target, [SysName, SysUpTime], default)));
        Assert.That(replies, Is.All.TypeOf<SnmpReply.Answered>());
    }

    [Test]
    public async Task Computer_is_no_printer()
    {
        var outcome = (ProbeOutcome.Seen)await new DeviceProbe(_client, ProfileLibrary.BuiltIn).RunAsync(_agent.Target, null, DateTimeOffset.UnixEpoch, default);
        Assert.That(outcome.Report.Error, Is.EqualTo("notAPrinter"));
        Assert.That(outcome.Report.Identity.HostName, Is.EqualTo("net-snmp-peer"));
        Assert.That(outcome.Report.Traffic.Requests, Is.InRange(1, 30));
    }

    [Test]
    public async Task Address_where_nobody_is_is_unreachable() =>
        Assert.That(
            await new DeviceProbe(_client, ProfileLibrary.BuiltIn).RunAsync(
                SnmpTarget.V2c(IPAddress.Loopback, 9, "public") with { Timeout = TimeSpan.FromMilliseconds(20), Retries = 1 }, null, null, default),
            Is.TypeOf<ProbeOutcome.Unreachable>());
}
