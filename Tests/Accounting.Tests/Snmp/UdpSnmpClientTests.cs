using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Snmp;

public sealed class UdpSnmpClientTests
{
    private static readonly ObjectIdentifier Root = ObjectIdentifier.Parse("1.3.6.1.4.1.99999.1");
    private static readonly SnmpRecording Device = SnmpRecording.Parse(System.Text.Encoding.ASCII.GetBytes(
        string.Join('\n', Enumerable.Range(1, 200).Select(i => $"1.3.6.1.4.1.99999.1.{i}|65|{i * 1000}")) + "\n1.3.6.1.4.1.99999.2.1|2|1\n"));

    private UdpSnmpClient _client = null!;

    [SetUp]
    public void Open() => _client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions { MinTimeout = TimeSpan.FromSeconds(5) }); // Datagrams are counted: none is to be sent again on a busy machine.

    [TearDown]
    public void Close() => _client.Dispose();

    [Test]
    public async Task Long_list_is_split_and_answered_in_order()
    {
        using var agent = new LoopbackAgent(Device);
        var reply = (SnmpReply.Answered)await _client.GetAsync(agent.Target, [.. Rows(200).Reverse()], default);
        Assert.That(reply.Values.Select(v => v.AsInteger), Is.EqualTo(Enumerable.Range(1, 200).Reverse().Select(i => (long?)i * 1000)));
        Assert.That(reply.Traffic.Requests, Is.InRange(2, 6));
        Assert.That(agent.Seen.Select(m => LoopbackAgent.Serve(Device, m).Length), Is.All.LessThanOrEqualTo(1472));
    }

    [Test]
    public async Task List_is_halved_when_the_agent_finds_it_too_big()
    {
        using var agent = new LoopbackAgent(m => [m.Pdu.VarBinds.Length > 3 ? LoopbackAgent.Reply(m, [], SnmpErrorStatus.TooBig) : LoopbackAgent.Serve(Device, m)]);
        var reply = (SnmpReply.Answered)await _client.GetAsync(agent.Target, Rows(20), default);
        Assert.That(reply.Values.Select(v => v.AsInteger), Is.EqualTo(Enumerable.Range(1, 20).Select(i => (long?)i * 1000)));
    }

    [Test]
    public async Task Version_1_agent_that_lacks_objects_still_gives_the_others()
    {
        using var agent = new LoopbackAgent(m =>
        {
            var missing = m.Pdu.VarBinds.ToList().FindIndex(v => Device.Get(v.Oid) is null);
            return [missing < 0 ? LoopbackAgent.Serve(Device, m) : LoopbackAgent.Reply(m, m.Pdu.VarBinds, SnmpErrorStatus.NoSuchName, missing + 1)];
        });
        var oids = Rows(3).Insert(1, Root.Append(900)).Add(Root.Append(901));
        var reply = (SnmpReply.Answered)await _client.GetAsync(agent.Target with { Version = SnmpVersion.V1 }, oids, default);
        Assert.That(reply.Values.Select(v => v.AsInteger), Is.EqualTo(new long?[] { 1000, null, 2000, 3000, null }));
        Assert.That(agent.Seen.Select(m => m.Version), Is.All.EqualTo(SnmpVersion.V1));
    }

    [Test]
    public async Task Objects_that_an_agent_loses_are_asked_for_again_and_at_last_by_getnext()
    {
        using var agent = new LoopbackAgent(m => [m.Pdu is Pdu.Get get
            ? LoopbackAgent.Reply(m, get.VarBinds.Length == 1 ? [] : [.. get.VarBinds.Take(1).Select(v => new VarBind(v.Oid, Device.Get(v.Oid)!))])
            : LoopbackAgent.Serve(Device, m)]);
        var reply = (SnmpReply.Answered)await _client.GetAsync(agent.Target, Rows(5), default);
        Assert.That(reply.Values.Select(v => v.AsInteger), Is.EqualTo(Enumerable.Range(1, 5).Select(i => (long?)i * 1000)));
    }

    [Test]
    public async Task Strays_forgeries_and_garbage_are_counted_and_dropped()
    {
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var agent = new LoopbackAgent(m =>
        {
            var good = LoopbackAgent.Serve(Device, m);
            var otherId = (m with { Pdu = m.Pdu with { RequestId = m.Pdu.RequestId ^ 1 } });
            return [[], [0x30], [0x30, 0x80, 0, 0], good[..^1], LoopbackAgent.Serve(Device, otherId), m.Encode(), good];
        });
        var reply = await _client.GetAsync(agent.Target, Rows(2), default);
        Assert.That(reply, Is.TypeOf<SnmpReply.Answered>());
        Assert.That(_client.Dropped, Is.EqualTo(6));
    }

    [Test]
    public async Task Silence_is_told_after_all_tries()
    {
        using var agent = new LoopbackAgent(_ => []);
        var reply = await _client.GetAsync(agent.Target with { Timeout = TimeSpan.FromMilliseconds(30), Retries = 2 }, Rows(1), default);
        Assert.That(reply, Is.TypeOf<SnmpReply.Silent>());
        Assert.That(reply.Traffic.Requests, Is.EqualTo(3));
    }

    [Test]
    public async Task Second_try_is_heard_when_the_first_is_lost()
    {
        var count = 0;
        using var agent = new LoopbackAgent(m => count++ == 0 ? [] : [LoopbackAgent.Serve(Device, m)]);
        var reply = await _client.GetAsync(agent.Target with { Timeout = TimeSpan.FromMilliseconds(100), Retries = 5 }, Rows(1), default);
        Assert.That(reply, Is.TypeOf<SnmpReply.Answered>());
    }

    [Test]
    public async Task Walk_reads_the_subtree_and_nothing_behind_it([Values(SnmpVersion.V1, SnmpVersion.V2c)] SnmpVersion version)
    {
        using var agent = new LoopbackAgent(Device);
        var walk = await _client.WalkAsync(agent.Target with { Version = version }, Root, 1000, default);
        Assert.That((walk.Rows.Length, walk.End), Is.EqualTo((200, WalkEnd.Complete)));
        Assert.That((await _client.WalkAsync(agent.Target with { Version = version }, ObjectIdentifier.Parse("1.3.6.1.4.1.99999.2"), 10, default)).Rows, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Walk_falls_back_to_getnext_when_getbulk_fails()
    {
        using var agent = new LoopbackAgent(m => [m.Pdu is Pdu.GetBulk ? LoopbackAgent.Reply(m, m.Pdu.VarBinds, SnmpErrorStatus.GenErr) : LoopbackAgent.Serve(Device, m)]);
        Assert.That((await _client.WalkAsync(agent.Target, Root, 1000, default)).Rows, Has.Length.EqualTo(200));
    }

    [Test]
    public async Task Walk_ends_clearly_when_the_agent_repeats_itself()
    {
        using var agent = new LoopbackAgent(m => [LoopbackAgent.Reply(m, [new VarBind(Root.Append(7), new SnmpValue.Integer32(1)), new VarBind(Root.Append(7), new SnmpValue.Integer32(1))])]);
        var walk = await _client.WalkAsync(agent.Target, Root, 1000, default);
        Assert.That((walk.Rows.Length, walk.End), Is.EqualTo((1, WalkEnd.WentBackwards)));
    }

    [Test]
    public async Task Walk_ends_clearly_when_the_agent_never_does()
    {
        using var agent = new LoopbackAgent(m =>
            [LoopbackAgent.Reply(m, [new VarBind(m.Pdu.VarBinds[0].Oid.Length == Root.Length ? Root.Append(1) : Root.Append(m.Pdu.VarBinds[0].Oid.Last + 1), new SnmpValue.Integer32(1))])]);
        var walk = await _client.WalkAsync(agent.Target, Root, 50, default);
        Assert.That((walk.Rows.Length, walk.End), Is.EqualTo((50, WalkEnd.TooManyRows)));
    }

    [Test]
    public async Task Agent_that_knows_only_version_1_is_read_in_it_without_more_datagrams_from_then_on()
    {
        using var agent = new LoopbackAgent(m => m.Version == SnmpVersion.V1 ? [LoopbackAgent.Serve(Device, m)] : []);
        var target = agent.Target with { Timeout = TimeSpan.FromSeconds(1) };
        Assert.That((await _client.GetAsync(target, Rows(1), default)).Traffic.Requests, Is.EqualTo(2));
        Assert.That((await _client.GetAsync(target, Rows(2), default)).Traffic.Requests, Is.EqualTo(1));
        Assert.That((await _client.WalkAsync(target, Root, 5, default)).Rows, Has.Length.EqualTo(5));
        Assert.That((await _client.BulkAsync(target, [], [Root], 5, default)).VarBinds, Is.Empty, "version 1 has no GETBULK");
    }

    [Test]
    public async Task Slow_agent_of_version_2c_is_not_taken_for_one_of_version_1()
    {
        using var agent = new LoopbackAgent(m => m.Version == SnmpVersion.V1 ? [] : [LoopbackAgent.Serve(Device, m)]);
        var target = agent.Target with { Timeout = TimeSpan.FromSeconds(1) };
        Assert.That(await _client.GetAsync(target, Rows(1), default), Is.TypeOf<SnmpReply.Answered>());
        Assert.That((await _client.WalkAsync(target, Root, 100, default)).End, Is.EqualTo(WalkEnd.TooManyRows));
        Assert.That(agent.Seen.Select(m => m.Version), Is.All.EqualTo(SnmpVersion.V2c));
    }

    [Test]
    public async Task Walk_asks_for_what_fills_a_frame_and_never_for_more_than_the_agent_gives()
    {
        using var agent = new LoopbackAgent(m => [m.Pdu is Pdu.GetBulk b ? LoopbackAgent.Serve(Device, m with { Pdu = b with { MaxRepetitions = Math.Min(b.MaxRepetitions, 7) } }) : LoopbackAgent.Serve(Device, m)]);
        Assert.That((await _client.WalkAsync(agent.Target, Root, 1000, default)).Rows, Has.Length.EqualTo(200));
        Assert.That(agent.Seen.Skip(1).Select(m => ((Pdu.GetBulk)m.Pdu).MaxRepetitions), Is.All.EqualTo(7));
        using var roomy = new LoopbackAgent(Device);
        Assert.That((await _client.WalkAsync(roomy.Target, Root, 1000, default)).Rows, Has.Length.EqualTo(200));
        Assert.That(roomy.Seen.Select(m => LoopbackAgent.Serve(Device, m).Length), Is.All.LessThanOrEqualTo(1472));
        Assert.That(roomy.Seen, Has.Count.LessThanOrEqualTo(6));
    }

    [Test]
    public async Task Agent_that_fails_at_getbulk_is_not_asked_so_again()
    {
        using var agent = new LoopbackAgent(m => m.Pdu is Pdu.GetBulk ? [] : [LoopbackAgent.Serve(Device, m)]);
        var target = agent.Target with { Timeout = TimeSpan.FromSeconds(1), Retries = 0 };
        Assert.That((await _client.WalkAsync(target, Root, 10, default)).Rows, Has.Length.EqualTo(10));
        Assert.That((await _client.WalkAsync(target, Root, 10, default)).Rows, Has.Length.EqualTo(10));
        Assert.That(agent.Seen.Count(m => m.Pdu is Pdu.GetBulk), Is.EqualTo(1));
    }

    private static ImmutableArray<ObjectIdentifier> Rows(int count) => [.. Enumerable.Range(1, count).Select(i => Root.Append((uint)i))];
}
