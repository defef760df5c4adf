using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using CopyTrack.TestKit;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.MfpSimulator;

/// <summary>The program as a process: command line, script, standard input, control port, truth file.</summary>
internal sealed class ProgramTests
{
    private string folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("mfp-simulator").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_script_runs_and_its_truth_is_what_the_meters_gained()
    {
        var script = Path.Combine(folder, "day.txt");
        var truth = Path.Combine(folder, "truth.jsonl");
        await File.WriteAllTextAsync(script, """
            # two people and a print from elsewhere
            panel 1 unlock copy
            device 1 copy pages=3 duplex=yes user=alice
            at 500ms device 2 copy pages=2 color=color size=A3 user=bob
            at 200ms device 2 print pages=1 user=carol
            panel 1 lock
            """);
        using var program = await SimulatorProcess.StartAsync("--model", "kyocera,ricoh", "--count", "2", "--script", script, "--truth", truth, "--lag", "0s-0.1s", "--serial", "T");
        Assert.That(program.Ready, Has.Count.EqualTo(2));
        Assert.That(program.Ready[1].Line, Does.Contain("device=2 model=ricoh serial=T00002"));
        Assert.That(await program.AskAsync("device 1 copy"), Does.Contain("panelLocked"));
        Assert.That(await program.AskAsync("device 1 bypass-copy pages=2 user=thief"), Does.Contain("\"job\":\"1-2\""));
        var before = await LifeAsync(program.Ready[0].Address);
        while (!(await program.AskAsync("truth user=bob")).Contains("\"impressions\":2", StringComparison.Ordinal)) await program.AskAsync("settle");
        await program.AskAsync("settle");
        var gained = await LifeAsync(program.Ready[0].Address) - before;
        Assert.That(gained, Is.InRange(0, 4));
        Assert.That(await LifeAsync(program.Ready[0].Address), Is.EqualTo(ModelLife + 4), "both sides of the sheet that was in the engine when the panel was locked, and the thief's two");
        Assert.That(await program.QuitAsync(), Is.Zero);
        var lines = (await File.ReadAllLinesAsync(truth)).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.That(lines.Count(l => l.GetProperty("kind").GetString() == "job"), Is.EqualTo(4));
        Assert.That(lines.Where(l => l.GetProperty("kind").GetString() == "sheet" && l.GetProperty("device").GetInt32() == 1).Sum(l => l.GetProperty("impressions").GetInt32()), Is.EqualTo(4));
        Assert.That(lines.Where(l => l.GetProperty("kind").GetString() == "job").Select(l => l.GetProperty("who").GetString()), Is.EquivalentTo(new[] { "alice", "thief", "bob", "carol" }));
    }

    [Test]
    public async Task Devices_share_a_port_on_addresses_of_their_own_and_the_control_port_locks_panels()
    {
        using var program = await SimulatorProcess.StartAsync("--model", "plain", "--count", "20", "--address", "127.77.0.250", "--port", FreePort.Take().ToString(System.Globalization.CultureInfo.InvariantCulture), "--control", "0", "--locked");
        Assert.That(program.Ready.Select(r => r.Address.Address.ToString()).Take(8), Is.EqualTo(new[] { "127.77.0.250", "127.77.0.251", "127.77.0.252", "127.77.0.253", "127.77.0.254", "127.77.0.255", "127.77.1.0", "127.77.1.1" }));
        var control = (await program.ReadAsync()).Split(' ');
        Assert.That(control[0], Is.EqualTo("control"));
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(control[1]));
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
        await writer.WriteLineAsync("panel 7 unlock copy,copyColor");
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("""{"ok":true,"command":"panel","device":7,"panel":"copy,copyColor"}"""));
        Assert.That(await program.AskAsync("device 7 copy"), Does.StartWith("""{"ok":true"""));
        Assert.That(await program.AskAsync("device 8 copy"), Does.Contain("panelLocked"));
        await writer.WriteLineAsync("panel 7 lock");
        Assert.That(await reader.ReadLineAsync(), Does.Contain("\"panel\":\"none\""));
        Assert.That(await program.AskAsync("device 21 status"), Does.Contain("\"ok\":false"));
        Assert.That(await program.AskAsync("status"), Does.Contain("\"device\":20"));
        Assert.That(await program.QuitAsync(), Is.Zero);
    }

    [TestCase("--model", "nothing", "There is no model 'nothing'")]
    [TestCase("--address", "10.0.0.1", "127.0.0.0/8")]
    [TestCase("--speed", "5", "--speed is no option")]
    public async Task A_bad_option_is_named(string name, string value, string message)
    {
        using var process = SimulatorProcess.Start(name, value);
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain(message));
    }

    private static long ModelLife { get; } = CopyTrack.MfpSimulator.Models.MfpModel.BuiltIn("kyocera").Recording.Find(Bench.LifeCount)!.Number!.Value;

    private static async Task<long> LifeAsync(IPEndPoint agent)
    {
        var (_, lines, errors) = await SnmpTool.RunAsync("snmpget", agent, "-v2c -c public -Oqv", Bench.LifeCount);
        return long.Parse(lines.Single(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
