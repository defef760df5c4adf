using System.Collections.Immutable;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Snmp;

public sealed class PreparedGetTests
{
    private static readonly ObjectIdentifier Root = ObjectIdentifier.Parse("1.3.6.1.4.1.99999.1");
    private static readonly SnmpRecording Device = SnmpRecording.Parse(System.Text.Encoding.ASCII.GetBytes(
        string.Join('\n', Enumerable.Range(1, 200).Select(i => $"1.3.6.1.4.1.99999.1.{i}|65|{i * 1000}")) + "\n"));

    private static readonly PreparedNames Names = new([.. Enumerable.Range(1, 200).Select(i => Root.Append((uint)i))]);

    private UdpSnmpClient _client = null!;

    [SetUp]
    public void Open() => _client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions { MinTimeout = TimeSpan.FromSeconds(5) });

    [TearDown]
    public void Close() => _client.Dispose();

    [Test]
    public void Prepared_request_is_octet_for_octet_the_one_that_is_written_name_by_name()
    {
        foreach (var id in new[] { 1, 127, 128, 70_000, int.MaxValue })
        {
            PreparedGet get = new(Names, [5, 0, 199, 7]);
            var plain = new SnmpMessage(SnmpVersion.V2c, "public"u8.ToArray(), new Pdu.Get(id, [.. get.ToNames().Select(n => new VarBind(n))])).Encode();
            Assert.That(MessageCodec.Encode(SnmpVersion.V2c, "public"u8, new SnmpRequest.Prepared(new PreparedPart(get, 0, 4)), id), Is.EqualTo(plain));
        }
    }

    [Test]
    public async Task Values_come_in_the_order_of_the_request_in_as_few_datagrams_as_fit()
    {
        using var agent = new LoopbackAgent(Device);
        var positions = Enumerable.Range(0, 200).Reverse().Select(i => (ushort)i).ToImmutableArray();
        var reply = (SnmpReply.Answered)await _client.GetAsync(agent.Target, new PreparedGet(Names, positions), default);
        Assert.That(reply.Values.Select(v => v.AsInteger), Is.EqualTo(Enumerable.Range(1, 200).Reverse().Select(i => (long?)i * 1000)));
        Assert.That(reply.Traffic.Requests, Is.InRange(2, 6));
        Assert.That(agent.Seen.Select(m => LoopbackAgent.Serve(Device, m).Length), Is.All.LessThanOrEqualTo(1472));
    }

    [TestCase("tooBig")]
    [TestCase("other order")]
    [TestCase("one lost")]
    [TestCase("one too many")]
    [TestCase("null")]
    public async Task Agent_that_answers_otherwise_is_read_with_care_and_remembered(string how)
    {
        using var agent = new LoopbackAgent(m => [m.Pdu is Pdu.Get { VarBinds.Length: > 3 } get ? Odd(how, m, get) : LoopbackAgent.Serve(Device, m)]);
        PreparedGet five = new(Names, [0, 1, 2, 3, 4]);
        var first = (SnmpReply.Answered)await _client.GetAsync(agent.Target, five, default);
        var asked = agent.Seen.Count;
        var second = (SnmpReply.Answered)await _client.GetAsync(agent.Target, five, default);
        Assert.That(first.Values.Select(v => v.AsInteger), Is.EqualTo(new long?[] { 1000, 2000, 3000, 4000, 5000 }));
        Assert.That(second.Values, Is.EqualTo(first.Values));
        Assert.That(agent.Seen.Count - asked, Is.EqualTo(asked - 1), "the prepared way is not tried again");
        Assert.That(first.Traffic.Requests, Is.EqualTo(asked));
    }

    [Test]
    public async Task Version_1_is_asked_in_the_old_way_and_silence_is_told()
    {
        using var agent = new LoopbackAgent(m =>
        {
            var missing = m.Pdu.VarBinds.ToList().FindIndex(v => v.Oid.Last == 3);
            return [missing < 0 ? LoopbackAgent.Serve(Device, m) : LoopbackAgent.Reply(m, m.Pdu.VarBinds, SnmpErrorStatus.NoSuchName, missing + 1)];
        });
        var reply = (SnmpReply.Answered)await _client.GetAsync(agent.Target with { Version = SnmpVersion.V1 }, new PreparedGet(Names, [1, 2, 3]), default);
        Assert.That(reply.Values.Select(v => v.AsInteger), Is.EqualTo(new long?[] { 2000, null, 4000 }));
        using var silent = new LoopbackAgent(_ => []);
        Assert.That(
            await _client.GetAsync(silent.Target with { Timeout = TimeSpan.FromMilliseconds(30) }, new PreparedGet(Names, [1]), default),
            Is.TypeOf<SnmpReply.Silent>().With.Property("Cause").EqualTo(SnmpCause.NoAnswer));
    }

    [Test]
    public void Broken_answers_are_refused_or_left_to_the_careful_reader_and_never_harm()
    {
        PreparedGet get = new(Names, [0, 1, 2]);
        PreparedPart part = new(get, 0, 3);
        var good = new SnmpMessage(SnmpVersion.V2c, "public"u8.ToArray(), new Pdu.Response(9, SnmpErrorStatus.NoError, 0,
            [.. get.ToNames().Select(n => new VarBind(n, new SnmpValue.Counter32(77)))])).Encode();
        Assert.That(MessageCodec.TryRead(good, SnmpVersion.V2c, part, out var values) && values.All(v => v.AsInteger == 77));
        Random random = new(11);
        for (var i = 0; i < 50_000; i++)
        {
            var bad = good[..(i % 3 == 0 ? random.Next(good.Length) : good.Length)];
            for (var hits = random.Next(4); hits >= 0 && bad.Length > 0; hits--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            try
            {
                if (MessageCodec.TryRead(bad, SnmpVersion.V2c, part, out var read))
                {
                    // What the quick reader takes, the slow one takes with the same values.
                    var slow = (Pdu.Response)SnmpMessage.Decode(bad).Pdu;
                    Assert.That(slow.VarBinds.Select(v => v.Value), Is.EqualTo(read));
                    Assert.That(slow.VarBinds.Select(v => v.Oid), Is.EqualTo(get.ToNames()));
                }
            }
            catch (SnmpFormatException)
            {
                // Refused, as any message would be.
            }
        }
    }

    private static byte[] Odd(string how, SnmpMessage message, Pdu.Get get)
    {
        var rows = get.VarBinds.Select(v => new VarBind(v.Oid, Device.Get(v.Oid)!)).ToImmutableArray();
        return how switch
        {
            "tooBig" => LoopbackAgent.Reply(message, [], SnmpErrorStatus.TooBig),
            "other order" => LoopbackAgent.Reply(message, [.. rows.Reverse()]),
            "one lost" => LoopbackAgent.Reply(message, rows.RemoveAt(2)),
            "one too many" => LoopbackAgent.Reply(message, rows.Add(new VarBind(Root, new SnmpValue.Integer32(1)))),
            _ => LoopbackAgent.Reply(message, rows.SetItem(1, new VarBind(rows[1].Oid))),
        };
    }
}
