using System.Text;
using CopyTrack.Terminal.Protocol.Codecs;
using CopyTrack.Terminal.Protocol.Messages;
using CopyTrack.Terminal.Protocol.Session;
using NUnit.Framework;

namespace CopyTrack.Terminal.Protocol.Tests.Session;

using Step = SessionStep<TerminalRequest, TerminalNotification>;

public sealed class SessionTests
{
    private const string Hello = """{"jsonrpc":"2.0","id":1,"method":"terminal.hello","params":{"protocol":1,"vendor":"v","model":"m","firmware":"1","capabilities":[]}}""";
    private const string Ping = """{"jsonrpc":"2.0","id":2,"method":"terminal.ping"}""";

    [TestCase(Ping)]
    [TestCase("""{"jsonrpc":"2.0","id":2,"method":"no.such.method"}""")]
    [TestCase("""{"jsonrpc":"2.0","id":2,"method":"session.login","params":{}}""")]
    public void Any_method_gets_not_ready_when_hello_is_not_done(string line) =>
        Assert.That(Receive(new ServerSession(), line), Is.EqualTo(new Step.Refuse(new RequestId(null, 2), RpcError.Of(ErrorCodes.NotReady), false)));

    [TestCase("not json", -32700, true)]
    [TestCase("[]", -32600, false)]
    public void What_is_no_request_is_refused_before_hello_is_asked_for(string line, int code, bool close)
    {
        var refused = (Step.Refuse)Receive(new ServerSession(), line);
        Assert.That((refused.Id, refused.Error.Code, refused.ThenClose), Is.EqualTo(((RequestId?)null, code, close)));
    }

    [Test]
    public void Checks_go_on_in_order_when_hello_is_done()
    {
        var session = Ready();
        Assert.That(((Step.Refuse)Receive(session, """{"jsonrpc":"2.0","id":2,"method":"no.such.method"}""")).Error.Code, Is.EqualTo(-32601));
        Assert.That(((Step.Refuse)Receive(session, """{"jsonrpc":"2.0","id":2,"method":"session.login","params":{}}""")).Error.Code, Is.EqualTo(-32602));
        Assert.That(Receive(session, Ping), Is.TypeOf<Step.Handle>());
    }

    [Test]
    public void Hello_of_another_version_is_told_what_is_supported_and_the_connection_closes()
    {
        var refused = (Step.Refuse)Receive(new ServerSession(), """{"jsonrpc":"2.0","id":1,"method":"terminal.hello","params":{"protocol":2}}""");
        Assert.That((refused.Error.Code, refused.Error.DataJson, refused.ThenClose), Is.EqualTo((-32602, """{"supported":[1]}""", true)));
    }

    [TestCase(Hello)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"terminal.hello","params":{}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"terminal.hello","params":{"protocol":2}}""")]
    public void A_second_hello_is_an_invalid_request(string line)
    {
        var refused = (Step.Refuse)Receive(Ready(), line);
        Assert.That((refused.Error.Code, refused.ThenClose), Is.EqualTo((-32600, false)));
    }

    [Test]
    public void Hello_may_be_tried_again_when_it_was_answered_with_an_error()
    {
        var session = new ServerSession();
        Receive(session, Hello);
        Assert.That(session.Hello, Is.EqualTo(HelloState.Pending));
        session.TryAnswer(new RequestId(null, 1), false);
        Assert.That(Receive(session, Hello), Is.TypeOf<Step.Handle>());
    }

    [Test]
    public void The_33rd_request_in_flight_overruns_and_an_answer_makes_room()
    {
        var session = Ready();
        for (var i = 0; i < 32; i++)
        {
            Assert.That(Receive(session, Ping.Replace("\"id\":2", "\"id\":" + (100 + i), StringComparison.Ordinal)), Is.TypeOf<Step.Handle>());
        }
        Assert.That(session.TryAnswer(new RequestId(null, 100), true), Is.True);
        Assert.That(session.TryAnswer(new RequestId(null, 100), true), Is.False, "a request is answered once");
        Assert.That(Receive(session, Ping), Is.TypeOf<Step.Handle>());
        Assert.That(Receive(session, Ping.Replace("\"id\":2", "\"id\":3", StringComparison.Ordinal)), Is.TypeOf<Step.Overrun>());
    }

    [Test]
    public void An_id_in_flight_is_not_taken_twice()
    {
        var session = Ready();
        Receive(session, Ping);
        Assert.That(((Step.Refuse)Receive(session, Ping)).Error.Code, Is.EqualTo(-32600));
        Assert.That(Receive(session, Ping.Replace("\"id\":2", "\"id\":\"2\"", StringComparison.Ordinal)), Is.TypeOf<Step.Handle>(), "2 and \"2\" are two ids");
    }

    [Test]
    public void Notifications_are_dropped_until_hello_is_done()
    {
        const string activity = """{"jsonrpc":"2.0","method":"session.activity","params":{"session":"5"}}""";
        Assert.That(Receive(new ServerSession(), activity), Is.TypeOf<Step.Ignore>());
        Assert.That(Receive(Ready(), activity), Is.EqualTo(new Step.Notify(new ActivityNotification("5"))));
    }

    [Test]
    public void Replies_match_their_request_once_whatever_their_order()
    {
        var requests = new OutgoingRequests<string>();
        requests.TryAdd("a", out var a);
        requests.TryAdd("b", out var b);
        Assert.That(requests.TryTake(b, out var second) && second == "b", Is.True);
        Assert.That(requests.TryTake(b, out _), Is.False);
        Assert.That(requests.TryTake(new RequestId("1", 1), out _), Is.False, "a string is not our integer");
        Assert.That(requests.TryTake(a, out var first) && first == "a", Is.True);
    }

    [Test]
    public void At_most_32_own_requests_are_in_flight()
    {
        var requests = new OutgoingRequests<int>();
        for (var i = 0; i < 32; i++)
        {
            Assert.That(requests.TryAdd(i, out _), Is.True);
        }
        Assert.That(requests.TryAdd(32, out _), Is.False);
        Assert.That(requests.TakeAll(), Has.Count.EqualTo(32));
        Assert.That(requests.TryAdd(32, out _), Is.True);
    }

    [Test]
    public void Heartbeat_pings_after_one_interval_and_gives_up_after_three()
    {
        var heartbeat = new Heartbeat(30, 0);
        Assert.That(heartbeat.Check(29_999), Is.EqualTo(HeartbeatVerdict.Fine));
        Assert.That(heartbeat.Check(30_000), Is.EqualTo(HeartbeatVerdict.PingDue));
        Assert.That(heartbeat.Check(30_001), Is.EqualTo(HeartbeatVerdict.Fine), "one ping each heartbeat");
        Assert.That(heartbeat.Check(60_000), Is.EqualTo(HeartbeatVerdict.PingDue));
        Assert.That(heartbeat.Check(90_000), Is.EqualTo(HeartbeatVerdict.Silent));
        heartbeat.Heard(89_000);
        Assert.That(heartbeat.Check(90_000), Is.Not.EqualTo(HeartbeatVerdict.Silent));
    }

    [Test]
    public void Heartbeat_pings_a_side_that_talks_but_is_never_answered()
    {
        var heartbeat = new Heartbeat(30, 0);
        heartbeat.Heard(29_000);
        Assert.That(heartbeat.Check(30_000), Is.EqualTo(HeartbeatVerdict.PingDue));
        heartbeat.Sent(40_000);
        heartbeat.Heard(59_000);
        Assert.That(heartbeat.Check(60_000), Is.EqualTo(HeartbeatVerdict.Fine));
    }

    [Test]
    public void Terminal_side_refuses_what_it_does_not_know_and_counts_too()
    {
        var session = new TerminalSession();
        var unknown = (SessionStep<ServerRequest, ServerNotification>.Refuse)session.Receive(ServerLineDecoder.Decode("""{"jsonrpc":"2.0","id":1,"method":"panel.dance"}"""u8));
        Assert.That(unknown.Error.Code, Is.EqualTo(-32601));
        for (var i = 0; i < 32; i++)
        {
            session.Receive(ServerLineDecoder.Decode(Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":{{i}},"method":"terminal.ping"}""")));
        }
        Assert.That(session.Receive(ServerLineDecoder.Decode("""{"jsonrpc":"2.0","id":99,"method":"terminal.ping"}"""u8)), Is.TypeOf<SessionStep<ServerRequest, ServerNotification>.Overrun>());
    }

    private static ServerSession Ready()
    {
        var session = new ServerSession();
        Receive(session, Hello);
        session.TryAnswer(new RequestId(null, 1), true);
        return session;
    }

    private static Step Receive(ServerSession session, string line) => session.Receive(TerminalLineDecoder.Decode(Encoding.UTF8.GetBytes(line)));
}
