using System.Text;
using CopyTrack.Server.Gateway;
using CopyTrack.Terminal.Protocol.Messages;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Gateway;

[TestFixture]
internal sealed class ConnectionTests
{
    private static int s_names;
    private GatewayHost host = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => host = await GatewayHost.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await host.DisposeAsync();

    [Test]
    public async Task Login_is_answered_and_the_unlock_follows()
    {
        await using var terminal = await ReadyAsync();
        await terminal.SendAsync(Lines.Login(7, "04A2"));
        Assert.That(await terminal.ReadAsync(), Does.Contain("\"id\":7,\"result\":{\"session\":\"04A2\""));
        Assert.That(await terminal.ReadAsync(), Does.Contain("panel.unlock"));
    }

    [Test]
    public async Task What_follows_hello_in_the_same_write_is_done_after_it()
    {
        await using var terminal = await ConnectAsync();
        await terminal.SendAsync(Lines.Hello.Replace("\"vendor\":\"v\"", "\"vendor\":\"slow\"", StringComparison.Ordinal), Lines.Ping);
        Assert.That(await terminal.ReadAsync(), Does.Contain("\"id\":1,\"result\""));
        Assert.That(await terminal.ReadAsync(), Does.Contain("\"id\":2,\"result\""));
    }

    [Test]
    public async Task Anything_before_hello_is_not_ready()
    {
        await using var terminal = await ConnectAsync();
        await terminal.SendAsync(Lines.Ping, """{"jsonrpc":"2.0","id":"x","method":"no.such"}""", "[]");
        Assert.That(await terminal.ReadAsync(), Is.EqualTo("""{"jsonrpc":"2.0","id":2,"error":{"code":-32014,"message":"notReady"}}"""));
        Assert.That(await terminal.ReadAsync(), Does.Contain("\"id\":\"x\",\"error\":{\"code\":-32014"));
        Assert.That(await terminal.ReadAsync(), Does.Contain("\"id\":null,\"error\":{\"code\":-32600"));
        await terminal.HelloAsync();
    }

    [Test]
    public async Task Hello_that_the_walk_up_refuses_may_come_again()
    {
        await using var terminal = await ConnectAsync();
        await terminal.SendAsync(Lines.Hello.Replace("\"vendor\":\"v\"", "\"vendor\":\"refuse\"", StringComparison.Ordinal), Lines.Ping);
        Assert.That(await terminal.ReadAsync(), Does.Contain("-32014"));
        Assert.That(await terminal.ReadAsync(), Does.Contain("-32014"));
        await terminal.HelloAsync();
    }

    [Test]
    public async Task Another_protocol_version_is_told_and_closed()
    {
        await using var terminal = await ConnectAsync();
        await terminal.SendAsync(Lines.Hello.Replace("\"protocol\":1", "\"protocol\":9", StringComparison.Ordinal));
        Assert.That(await terminal.ReadAsync(), Does.Contain("-32602").And.Contain("\"data\":{\"supported\":[1]}"));
        Assert.That(await terminal.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task Garbage_is_a_parse_error_and_closed_even_when_more_garbage_follows()
    {
        await using var terminal = await ReadyAsync();
        await terminal.SendBytesAsync([.. "GET / HTTP/1.1\r\n"u8, .. new byte[30_000]]);
        Assert.That(await terminal.ReadAsync(), Is.EqualTo("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parseError"}}"""));
        Assert.That(await terminal.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task Line_of_the_longest_length_is_taken_and_a_longer_one_closes()
    {
        await using var terminal = await ReadyAsync();
        const string head = """{"jsonrpc":"2.0","id":2,"method":"terminal.ping","params":{"x":""";
        await terminal.SendAsync(head + "\"" + new string('y', 65_535 - head.Length - 4) + "\"}}");
        Assert.That(await terminal.ReadAsync(), Does.Contain("\"id\":2,\"result\""));
        await terminal.SendBytesAsync(Encoding.ASCII.GetBytes(new string('y', 65_536)));
        Assert.That(await terminal.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task Half_lines_are_put_together()
    {
        await using var terminal = await ReadyAsync();
        foreach (var b in Encoding.ASCII.GetBytes("\r\n" + Lines.Ping + "\r\n"))
        {
            await terminal.SendBytesAsync([b]);
        }
        Assert.That(await terminal.ReadAsync(), Does.Contain("\"id\":2,\"result\""));
    }

    [Test]
    public async Task More_than_32_requests_in_flight_close_the_connection()
    {
        await using var terminal = await ReadyAsync();
        await terminal.SendAsync([.. Enumerable.Range(10, 32).Select(i => Lines.Login(i, "hang"))]);
        await terminal.SendAsync("[]");
        Assert.That(await terminal.ReadAsync(), Does.Contain("-32600"), "32 are fine");
        await terminal.SendAsync(Lines.Login(99, "hang"));
        Assert.That(await terminal.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task Flood_of_answered_requests_is_answered_in_full()
    {
        await using var terminal = await ReadyAsync();
        const int count = 5_000;
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < count; i += 20)
            {
                await terminal.SendAsync([.. Enumerable.Range(i, 20).Select(n => Lines.Ping.Replace("\"id\":2", "\"id\":" + n, StringComparison.Ordinal))]);
            }
        });
        for (var i = 0; i < count; i++)
        {
            Assert.That(await terminal.ReadAsync(), Does.Contain("serverTime"));
        }
        await sending;
    }

    [Test]
    public async Task Failure_inside_shows_nothing_of_itself()
    {
        await using var terminal = await ReadyAsync();
        await terminal.SendAsync(Lines.Login(7, "throw"));
        Assert.That(await terminal.ReadAsync(), Is.EqualTo("""{"jsonrpc":"2.0","id":7,"error":{"code":-32603,"message":"internalError"}}"""));
        await terminal.SendAsync(Lines.Login(8, "big"));
        Assert.That(await terminal.ReadAsync(), Does.Contain("\"id\":8,\"error\":{\"code\":-32603"));
        await terminal.SendAsync(Lines.Ping);
        Assert.That(await terminal.ReadAsync(), Does.Contain("result"));
    }

    [Test]
    public async Task Terminal_that_does_not_read_is_cut()
    {
        var name = "deaf-" + Interlocked.Increment(ref s_names);
        using var certificate = await host.EnrolAsync(name);
        await using var terminal = await host.ConnectAsync(certificate);
        await terminal.HelloAsync();
        var link = host.Registry.Find(name)!;
        var text = new string('x', 4_000);
        for (var i = 0; i < 20_000 && link.IsOpen; i++)
        {
            // Answers never come, so each request leaves the window by its time-out.
            _ = await link.RequestAsync(new PanelMessage(text, "info", 1), TimeSpan.Zero, CancellationToken.None);
        }
        Assert.That(link.IsOpen, Is.False);
    }

    [Test]
    public async Task Newer_connection_replaces_the_older()
    {
        var name = "twice-" + Interlocked.Increment(ref s_names);
        using var certificate = await host.EnrolAsync(name);
        await using var older = await host.ConnectAsync(certificate);
        await older.HelloAsync();
        await using var newer = await host.ConnectAsync(certificate);
        await newer.HelloAsync();
        Assert.That(await older.ReadAsync(), Is.EqualTo("""{"jsonrpc":"2.0","method":"terminal.closing","params":{"reason":"replaced"}}"""));
        Assert.That(await older.ReadAsync(), Is.Null);
        await newer.SendAsync(Lines.Ping);
        Assert.That(await newer.ReadAsync(), Does.Contain("result"));
        Assert.That(host.Registry.Find(name)!.IsOpen, Is.True);
    }

    [Test]
    public async Task Notification_reaches_the_walk_up_and_a_lost_connection_is_told()
    {
        await using var other = await GatewayHost.StartAsync();
        using var certificate = await other.EnrolAsync("n");
        var terminal = await other.ConnectAsync(certificate);
        await terminal.HelloAsync();
        var link = other.Registry.Find("n")!;
        await terminal.SendAsync("""{"jsonrpc":"2.0","method":"session.activity","params":{"session":"5"}}""");
        Assert.That(await other.WalkUp.Notified.ReadAsync(), Is.EqualTo(new ActivityNotification("5")));
        var waiting = link.RequestAsync(new PanelUnlock("5", ["copy"]), TimeSpan.FromSeconds(30), CancellationToken.None);
        await terminal.DisposeAsync();
        Assert.That(await other.WalkUp.Gone.ReadAsync(), Is.SameAs(link));
        Assert.That(await waiting, Is.Null, "nobody waits for an answer that can't come");
        Assert.That(other.Registry.Count, Is.Zero);
    }

    [Test]
    public async Task Answer_of_the_terminal_reaches_who_asked()
    {
        var name = "asked-" + Interlocked.Increment(ref s_names);
        using var certificate = await host.EnrolAsync(name);
        await using var terminal = await host.ConnectAsync(certificate);
        await terminal.HelloAsync();
        var asked = host.Registry.Find(name)!.RequestAsync(new PanelLock(null, "admin"), TimeSpan.FromSeconds(20), CancellationToken.None);
        Assert.That(await terminal.ReadAsync(), Is.EqualTo("""{"jsonrpc":"2.0","id":1,"method":"panel.lock","params":{"session":null,"reason":"admin"}}"""));
        await terminal.SendAsync("""{"jsonrpc":"2.0","id":77,"result":{}}""", """{"jsonrpc":"2.0","id":1,"result":{"state":"locked"}}""");
        Assert.That((await asked)!.Result!.Value.GetProperty("state").GetString(), Is.EqualTo("locked"));
    }

    [Test]
    public async Task Silent_terminal_is_pinged_and_then_dropped()
    {
        await using var quick = await GatewayHost.StartAsync(o => o with { HeartbeatSeconds = 1 });
        using var certificate = await quick.EnrolAsync("silent");
        await using var terminal = await quick.ConnectAsync(certificate);
        await terminal.HelloAsync();
        Assert.That(await terminal.ReadAsync(), Does.Contain("terminal.ping"));
        string? line;
        do
        {
            line = await terminal.ReadAsync();
        }
        while (line is not null);
        Assert.That(() => quick.Registry.Count, Is.Zero.After(5000, 20));
    }

    [Test]
    public async Task Shutdown_is_told_and_requests_in_flight_are_still_answered()
    {
        await using var ending = await GatewayHost.StartAsync();
        using var certificate = await ending.EnrolAsync("draining");
        await using var terminal = await ending.ConnectAsync(certificate);
        await terminal.HelloAsync();
        await terminal.SendAsync(Lines.Login(7, "hang"), "[]");
        await terminal.ReadAsync();
        var stop = ending.StopAsync();
        Assert.That(await terminal.ReadAsync(), Does.Match("terminal.closing.*\"reason\":\"shutdown\",\"retryAfterSeconds\":[0-9]+"));
        await terminal.SendAsync(Lines.Login(8, "04A2"));
        Assert.That(await terminal.ReadAsync(), Does.Contain("\"id\":8,\"error\":{\"code\":-32014"));
        ending.WalkUp.Release.SetResult();
        Assert.That(await terminal.ReadAsync(), Does.Contain("\"id\":7,\"error\":{\"code\":-32001"));
        Assert.That(await terminal.ReadAsync(), Is.Null);
        await stop;
    }

    [Test]
    public async Task Connections_over_the_limit_are_refused_and_the_others_live_on()
    {
        await using var small = await GatewayHost.StartAsync(o => o with { MaxConnections = 2 });
        using var one = await small.EnrolAsync("one");
        using var two = await small.EnrolAsync("two");
        using var three = await small.EnrolAsync("three");
        await using var first = await small.ConnectAsync(one);
        await using var second = await small.ConnectAsync(two);
        await first.HelloAsync();
        await second.HelloAsync();
        Assert.That(async () => await small.ConnectAsync(three), Throws.InstanceOf<Exception>());
        await first.SendAsync(Lines.Ping);
        Assert.That(await first.ReadAsync(), Does.Contain("result"));
    }

    [TestCase("Port", -1)]
    [TestCase("HeartbeatSeconds", 0)]
    [TestCase("MaxQueuedBytes", 10)]
    public void Options_that_can_not_be_are_named(string key, int value)
    {
        var options = key switch
        {
            "Port" => new GatewayOptions { Port = value },
            "HeartbeatSeconds" => new GatewayOptions { HeartbeatSeconds = value },
            _ => new GatewayOptions { MaxQueuedBytes = value },
        };
        Assert.That(options.Validated, Throws.ArgumentException.With.Message.Contains("Terminals:" + key));
    }

    private async Task<TlsTerminal> ConnectAsync()
    {
        using var certificate = await host.EnrolAsync("t-" + Interlocked.Increment(ref s_names));
        return await host.ConnectAsync(certificate);
    }

    private async Task<TlsTerminal> ReadyAsync()
    {
        var terminal = await ConnectAsync();
        await terminal.HelloAsync();
        return terminal;
    }
}
