using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>Panel relays on a pseudo-terminal and on a TCP port.</summary>
internal sealed class PanelTests
{
    private const string Lock = "\u0002L\u0003", Mono = "\u0002UM\u0003", Colour = "\u0002UC\u0003", Ack = "\u0006";
    private TerminalBench bench = null!;

    [SetUp]
    public void SetUp() => bench = new TerminalBench();

    [TearDown]
    public void TearDown() => bench.Dispose();

    [Test]
    public async Task Serial_relay_is_locked_at_start_and_gets_the_command_of_the_functions()
    {
        using var line = new Pty();
        UseSerial(line);
        await using var terminal = bench.Start();
        await line.ExpectAsync(Lock);
        line.Write(Ack);
        using var link = await bench.Server.WelcomeAsync(session: FakeConnection.Session("s-1", state: "opening"));
        var colour = link.UnlockAsync("s-1", "copy", "copyColor", "scan");
        await line.ExpectAsync(Colour);
        line.Write("noise" + Ack);
        Assert.That((await colour)["result"]!["state"]!.GetValue<string>(), Is.EqualTo("unlocked"));
        var mono = link.UnlockAsync("s-1", "copy");
        await line.ExpectAsync(Mono);
        line.Write(Ack);
        await mono;
        await terminal.TerminateAsync();
        await line.ExpectAsync(Lock);
        line.Write(Ack);
    }

    [Test]
    public async Task Serial_relay_that_missed_a_command_gets_it_again()
    {
        using var line = new Pty();
        UseSerial(line);
        await using var terminal = bench.Start();
        await line.ExpectAsync(Lock);
        await line.ExpectAsync(Lock);
        line.Write(Ack);
        using var link = await bench.Server.WelcomeAsync();
        await terminal.EventAsync("connected");
        await terminal.CommandAsync("status");
        await terminal.AnswerAsync("status");
        Assert.That(terminal.Everything, Does.Not.Contain("panelFault"));
    }

    [Test]
    public async Task Silent_relay_is_told_as_a_fault_and_the_unlock_fails()
    {
        using var line = new Pty();
        UseSerial(line);
        await using var terminal = bench.Start();
        await line.ExpectAsync(Lock);
        line.Write(Ack);
        using var link = await bench.Server.WelcomeAsync(session: FakeConnection.Session("s-1", state: "opening"));
        await link.SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = "panel.unlock", ["params"] = new JsonObject { ["session"] = "s-1", ["functions"] = new JsonArray("copy") } });
        var first = await link.ReadAsync();
        var second = await link.ReadAsync();
        var answer = first!["method"] is null ? first : second;
        var state = first["method"] is null ? second : first;
        Assert.That(answer!["error"]!["code"]!.GetValue<int>(), Is.EqualTo(-32603));
        Assert.That(state!["method"]!.GetValue<string>(), Is.EqualTo("panel.state"));
        Assert.That(state["params"]!["state"]!.GetValue<string>(), Is.EqualTo("fault"));
        await terminal.EventAsync("panelFault");
    }

    [Test]
    public async Task Port_without_control_lines_is_told_as_a_fault()
    {
        using var line = new Pty();
        bench.Config["panel"] = new JsonObject { ["kind"] = "controlLines", ["device"] = line.Path, ["lines"] = new JsonArray(new JsonObject { ["line"] = "rts" }) };
        await using var terminal = bench.Start();
        using var link = await bench.Server.WelcomeAsync();
        var state = await link.ExpectAsync("panel.state");
        Assert.That(state["params"]!["state"]!.GetValue<string>(), Is.EqualTo("fault"));
        Assert.That((await terminal.EventAsync("panelFault"))["detail"]!.GetValue<string>(), Does.Contain("control lines"));
    }

    [Test]
    public async Task Tcp_panel_gets_the_configured_lines()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        bench.Config["panel"] = new JsonObject
        {
            ["kind"] = "tcp", ["host"] = "127.0.0.1", ["port"] = ((IPEndPoint)listener.LocalEndpoint).Port, ["unlock"] = "panel 1 unlock {functions}", ["lock"] = "panel 1 lock", ["expect"] = "ok",
        };
        await using var terminal = bench.Start();
        using var client = await listener.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream());
        using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("panel 1 lock"));
        await writer.WriteLineAsync("ok");
        using var link = await bench.Server.WelcomeAsync(session: FakeConnection.Session("s-1", state: "opening"));
        var unlocking = link.UnlockAsync("s-1", "copy", "copyColor");
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("panel 1 unlock copy,copyColor"));
        await writer.WriteLineAsync("ok");
        Assert.That((await unlocking)["result"]!["state"]!.GetValue<string>(), Is.EqualTo("unlocked"));
    }

    private void UseSerial(Pty line) => bench.Config["panel"] = new JsonObject
    {
        ["kind"] = "serialCommands", ["device"] = line.Path, ["lock"] = "\\x02L\\x03",
        ["unlock"] = new JsonArray(
            new JsonObject { ["functions"] = new JsonArray("copyColor"), ["send"] = "\\x02UC\\x03" },
            new JsonObject { ["functions"] = new JsonArray("copy"), ["send"] = "\\x02UM\\x03" }),
        ["acknowledge"] = new JsonObject { ["expect"] = "\\x06", ["timeoutMilliseconds"] = 700, ["retries"] = 1 },
    };
}
