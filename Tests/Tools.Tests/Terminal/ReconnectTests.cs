using System.Diagnostics;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>Connections that fail, end or fall silent.</summary>
internal sealed class ReconnectTests
{
    private TerminalBench bench = null!;

    [SetUp]
    public void SetUp() => bench = new TerminalBench();

    [TearDown]
    public void TearDown() => bench.Dispose();

    [Test]
    public async Task Login_whose_reply_was_lost_is_sent_again_with_the_same_attempt()
    {
        await using var terminal = bench.Start();
        string attempt;
        using (var link = await bench.Server.WelcomeAsync())
        {
            await terminal.CommandAsync("card 04A1B2C3");
            attempt = (await link.ExpectAsync("session.login"))["params"]!["attempt"]!.GetValue<string>();
        }
        using var second = await bench.Server.WelcomeAsync(session: FakeConnection.Session("s-1", state: "opening"));
        var again = await second.LogInAsync("s-1");
        Assert.That(again["attempt"]!.GetValue<string>(), Is.EqualTo(attempt));
        Assert.That((await terminal.AnswerAsync("card"))["session"]!.GetValue<string>(), Is.EqualTo("s-1"));
        await terminal.EventAsync("unlocked");
    }

    [Test]
    public async Task Session_given_back_keeps_the_panel_open_and_one_taken_away_locks_it()
    {
        await using var terminal = bench.Start();
        using (var link = await bench.Server.WelcomeAsync())
        {
            await terminal.CommandAsync("card 04A1B2C3");
            await link.LogInAsync("s-1");
            await terminal.EventAsync("unlocked");
        }
        using (var link = await bench.Server.WelcomeAsync(session: FakeConnection.Session("s-1", state: "active")))
        {
            await terminal.EventAsync("connected");
            await terminal.CommandAsync("status");
            var status = await terminal.AnswerAsync("status");
            Assert.That(status["panel"]!.GetValue<string>(), Is.EqualTo("unlocked"));
            Assert.That(status["session"]!.GetValue<string>(), Is.EqualTo("s-1"));
        }
        using var third = await bench.Server.WelcomeAsync();
        Assert.That((await terminal.EventAsync("locked"))["reason"]!.GetValue<string>(), Is.EqualTo("ended"));
    }

    [Test]
    public async Task Restarted_terminal_opens_the_panel_of_the_session_it_gets_back()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync(session: FakeConnection.Session("s-1", state: "active"));
        Assert.That((await terminal.EventAsync("unlocked"))["session"]!.GetValue<string>(), Is.EqualTo("s-1"));
    }

    [Test]
    public async Task Logout_made_while_the_server_was_away_is_sent_afterwards_even_by_another_run()
    {
        int port;
        await using (var terminal = bench.Start())
        {
            using (var link = await bench.Server.WelcomeAsync())
            {
                await terminal.CommandAsync("card 04A1B2C3");
                await link.LogInAsync("s-1");
                await terminal.EventAsync("unlocked");
                port = bench.StopServer();
            }
            await terminal.EventAsync("disconnected");
            await terminal.CommandAsync("logout");
            Assert.That((await terminal.AnswerAsync("logout"))["sent"]!.GetValue<bool>(), Is.False);
            await terminal.EventAsync("locked");
            await terminal.TerminateAsync("KILL");
        }
        bench.StartServer(port);
        await using var next = bench.Start();
        using var second = await bench.Server.WelcomeAsync(session: FakeConnection.Session("s-1", state: "active"));
        var logout = await second.ExpectAsync("session.logout");
        Assert.That(logout["params"]!["session"]!.GetValue<string>(), Is.EqualTo("s-1"));
        await second.ReplyAsync(logout, new JsonObject { ["session"] = "s-1", ["state"] = "settling" });
        await next.EventAsync("loggedOut");
        await next.CommandAsync("status");
        Assert.That((await next.AnswerAsync("status"))["panel"]!.GetValue<string>(), Is.EqualTo("locked"), "the session is over for whoever left");
    }

    [Test]
    public async Task Silence_of_three_heartbeats_locks_the_panel_and_drops_the_connection()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync(heartbeat: 1);
        await terminal.CommandAsync("card 04A1B2C3");
        await link.LogInAsync("s-1");
        await terminal.EventAsync("unlocked");
        var quiet = Stopwatch.StartNew();
        var gone = await terminal.EventAsync("disconnected");
        Assert.That(gone["reason"]!.GetValue<string>(), Is.EqualTo("silence"));
        Assert.That((await terminal.EventAsync("locked"))["reason"]!.GetValue<string>(), Is.EqualTo("silence"));
        Assert.That(quiet.Elapsed, Is.InRange(TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(15)));
        using var second = await bench.Server.WelcomeAsync(session: FakeConnection.Session("s-1", state: "active"));
        await terminal.EventAsync("unlocked");
    }

    [Test]
    public async Task Heartbeats_keep_a_quiet_connection()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync(heartbeat: 1);
        await terminal.EventAsync("connected");
        Assert.That(async () => await link.ReadAsync(seconds: 5), Throws.InstanceOf<OperationCanceledException>(), "only pings came, and their answers kept the connection");
        Assert.That(terminal.Everything, Does.Not.Contain("disconnected"));
    }

    [Test]
    public async Task Planned_close_is_waited_for()
    {
        await using var terminal = bench.Start();
        var waited = new Stopwatch();
        using (var link = await bench.Server.WelcomeAsync())
        {
            await link.NotifyAsync("terminal.closing", new JsonObject { ["reason"] = "restart", ["retryAfterSeconds"] = 2 });
            waited.Start();
            await terminal.EventAsync("closing");
        }
        using var second = await bench.Server.WelcomeAsync();
        Assert.That(waited.Elapsed, Is.InRange(TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(15)));
    }

    [Test]
    public async Task Server_of_a_foreign_authority_gets_no_byte()
    {
        var port = bench.StopServer();
        using var foreign = new TestAuthority();
        using var impostor = new FakeServer(bench.Authority, port, foreign.IssueServer());
        await using var terminal = bench.Start();
        using (var link = await impostor.AcceptAsync())
        {
            Assert.That(await link.ReadAsync(), Is.Null, "a TLS 1.3 client refuses after the server's side is done, and before its first byte");
        }
        Assert.That((await terminal.EventAsync("connectFailed"))["reason"]!.GetValue<string>(), Does.Contain("certificate"));
    }

    [Test]
    public async Task Server_under_another_name_gets_no_byte()
    {
        var port = bench.StopServer();
        using var other = new FakeServer(bench.Authority, port, bench.Authority.IssueServer("elsewhere.example"));
        await using var terminal = bench.Start();
        using (var link = await other.AcceptAsync())
        {
            Assert.That(await link.ReadAsync(), Is.Null, "a TLS 1.3 client refuses after the server's side is done, and before its first byte");
        }
        await terminal.EventAsync("connectFailed");
    }

    [TestCase("this is no JSON", -32700)]
    [TestCase("[1,2]", -32600)]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"panel.explode\",\"params\":{}}", -32601)]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"panel.unlock\",\"params\":{}}", -32602)]
    public async Task Bad_line_is_answered_by_its_error(string line, int code)
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        await link.SendLineAsync(line);
        var answer = await link.ReadAsync();
        Assert.That(answer!["error"]!["code"]!.GetValue<int>(), Is.EqualTo(code));
    }

    [Test]
    public async Task Endless_line_closes_the_connection()
    {
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        await link.SendLineAsync(new string('x', 70_000));
        Assert.That((await terminal.EventAsync("disconnected"))["reason"]!.GetValue<string>(), Does.Contain("too long"));
    }

    [Test]
    public async Task Commands_disconnect_and_reconnect_hold_the_connection_down_and_let_it_go()
    {
        await using var terminal = bench.Start();
        using (var link = await bench.Server.WelcomeAsync())
        {
            await terminal.EventAsync("connected");
            await terminal.CommandAsync("disconnect");
            await terminal.EventAsync("disconnected");
            Assert.That(await link.ReadAsync(), Is.Null);
        }
        await terminal.CommandAsync("reconnect");
        using var second = await bench.Server.WelcomeAsync();
        await terminal.EventAsync("connected");
    }
}
