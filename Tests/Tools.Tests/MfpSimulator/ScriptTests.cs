using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.MfpSimulator.Scripts;
using CopyTrack.MfpSimulator.Truths;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.MfpSimulator;

internal sealed class ScriptTests
{
    private readonly ManualTime time = new();
    private Simulator simulator = null!;
    private CommandInterpreter interpreter = null!;
    private List<string> later = null!;

    [SetUp]
    public void Start()
    {
        simulator = new Simulator(time);
        later = [];
        interpreter = new CommandInterpreter(simulator, later.Add);
        foreach (var model in new[] { "kyocera", "konica", "sharp" }) simulator.Add(new MfpSetup { Model = MfpModel.BuiltIn(model), Port = -1 });
    }

    [TearDown]
    public void Stop() => simulator.Dispose();

    [TestCase("# a comment", null)]
    [TestCase("", null)]
    [TestCase("device 2 copy pages=2 color=color user=eva", """{"ok":true,"command":"copy","device":2,"job":"2-1"}""")]
    [TestCase("device 1-2 jam", """{"ok":true,"command":"jam","results":[{"device":1,"state":"jammed"},{"device":2,"state":"jammed"}]}""")]
    [TestCase("panel 3 unlock copy,copyColor", """{"ok":true,"command":"panel","device":3,"panel":"copy,copyColor"}""")]
    [TestCase("device 1 read 1.3.6.1.2.1.43.10.2.1.3.1.1", """{"ok":true,"command":"read","device":1,"value":7}""")]
    [TestCase("device 2 board-swap value=5 serial=X seconds=1s", """{"ok":true,"command":"board-swap","device":2,"state":"off"}""")]
    [TestCase("truth user=nobody", """{"ok":true,"command":"truth","impressions":0,"sheets":0,"equivalents":0,"originals":0}""")]
    [TestCase("loss 0.5", """{"ok":true,"command":"loss","results":[{"device":1},{"device":2},{"device":3}]}""")]
    public async Task A_line_is_answered_by_one_line(string line, string? answer) => Assert.That(await interpreter.ExecuteAsync(line), Is.EqualTo(answer));

    [TestCase("device 4 copy")]
    [TestCase("device 0 copy")]
    [TestCase("at soon copy")]
    [TestCase("at 5s")]
    [TestCase("device 1 copy pages=many")]
    [TestCase("device 1 copy size=A99")]
    [TestCase("device 1 copy pages=0")]
    [TestCase("device 1 set oid=1.3.x value=1")]
    [TestCase("device 1 set oid=1.3.6.1.9 value=1")]
    [TestCase("panel 1 unlock everything")]
    [TestCase("loss 2")]
    [TestCase("traffic kinds=juggling")]
    [TestCase("lag 5s-1s")]
    public async Task A_bad_line_is_answered_by_an_error(string line) => Assert.That(await interpreter.ExecuteAsync(line), Does.StartWith("""{"ok":false,""").And.Contain("\"error\":\""));

    [Test]
    public async Task Commands_wait_for_their_time_and_settle_waits_for_the_rest()
    {
        Assert.That(await interpreter.ExecuteAsync("at 1m device 1 copy pages=4 user=eva"), Does.Contain("scheduledIn"));
        time.Advance(59);
        Assert.That(later, Is.Empty);
        time.Advance(1);
        Assert.That(later, Is.EqualTo(new[] { """{"ok":true,"command":"copy","device":1,"job":"1-1"}""" }));
        var settled = interpreter.ExecuteAsync("settle");
        Assert.That(settled.IsCompleted, Is.False);
        time.Advance(60);
        Assert.That(await settled, Does.StartWith("""{"ok":true"""));
        Assert.That(simulator.Truth.Sum(new TruthFilter { Who = "eva" }).Impressions, Is.EqualTo(4));
        settled = interpreter.ExecuteAsync("settle");
        Assert.That(settled.IsCompleted);
    }

    [Test]
    public async Task Settle_comes_back_when_the_last_job_was_cancelled()
    {
        await interpreter.ExecuteAsync("device 1 copy pages=400");
        var settled = interpreter.ExecuteAsync("settle");
        await interpreter.ExecuteAsync("device 1 cancel 1-1");
        time.Advance(1);
        Assert.That(await settled, Does.StartWith("""{"ok":true"""));
    }

    [Test]
    public async Task Traffic_prints_from_elsewhere_until_it_is_off_and_all_of_it_is_in_the_truth()
    {
        var start = simulator.Devices.Select(d => d.Read(Bench.LifeCount)!.Value).ToArray();
        await interpreter.ExecuteAsync("traffic every=30s users=ann,ben");
        time.Advance(3600);
        await interpreter.ExecuteAsync("traffic off");
        time.Advance(3600);
        Assert.That(simulator.Truth.Jobs, Has.Count.InRange(80, 170));
        foreach (var device in simulator.Devices)
            Assert.That(device.Read(Bench.LifeCount) - start[device.Number - 1], Is.EqualTo(simulator.Truth.Sum(new TruthFilter { Device = device.Number }).Impressions).And.GreaterThan(0));
    }

    [Test]
    public async Task Equal_seeds_make_equal_days()
    {
        static async Task<string> DayAsync()
        {
            var clock = new ManualTime();
            using var copy = new Simulator(clock);
            foreach (var model in MfpModel.BuiltInNames) copy.Add(new MfpSetup { Model = MfpModel.BuiltIn(model), Port = -1, Seed = 7 });
            var obeys = new CommandInterpreter(copy);
            Assert.That(await obeys.ExecuteAsync("traffic every=10s kinds=print,copy,scan,fax"), Does.StartWith("""{"ok":true"""));
            clock.Advance(1800.3);
            return string.Join('\n', copy.Devices.SelectMany(d => d.ReadCounters()).Select(c => $"{c.Key}={c.Value}"));
        }

        Assert.That(await DayAsync(), Is.EqualTo(await DayAsync()));
    }
}
