using CopyTrack.Agent.Clocks;
using NUnit.Framework;

namespace CopyTrack.Tools.Tests.Agent;

/// <summary>A machine without a clock of its own, as a Raspberry Pi, knows the time only once it reaches a network: what waited until then is dated right all the same.</summary>
public sealed class AgentClockTests
{
    private static readonly DateTimeOffset s_wrong = new(1970, 1, 1, 0, 1, 0, TimeSpan.Zero);

    [Test]
    public void What_was_read_before_the_clock_was_set_is_dated_right_when_it_is_sent()
    {
        using var agent = Wrong();
        agent.Maker.Keep([agent.Record("s-1")]);
        agent.Clock.Pass(TimeSpan.FromHours(3));
        agent.Maker.Keep([agent.Record("s-1")]);
        Assert.That(agent.Sent().Select(s => s.Message.Created), Is.EqualTo(new[] { s_wrong, s_wrong.AddHours(3) }), "a clock that is equally wrong at both ends is the manager's to put right");
        agent.Clock.Pass(TimeSpan.FromHours(1));
        agent.Clock.Set(AgentBench.Start);
        var sent = agent.Sent().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(sent.Select(s => s.Message.Created), Is.EqualTo(new[] { AgentBench.Start.AddHours(-4), AgentBench.Start.AddHours(-1) }));
            Assert.That(sent.Select(s => s.Message.Devices.Single().Reading!.SentAt), Is.EqualTo(new[] { AgentBench.Start.AddHours(-4), AgentBench.Start.AddHours(-1) }));
            Assert.That(sent.Select(s => s.Envelope.Sent), Is.All.EqualTo(AgentBench.Start));
        });
    }

    [Test]
    public void So_it_is_after_a_restart_of_the_agent_in_the_same_boot()
    {
        using var agent = Wrong();
        agent.Maker.Keep([agent.Record("s-1")]);
        agent.Clock.Pass(TimeSpan.FromHours(2));
        agent.Restart();
        agent.Clock.Set(AgentBench.Start);
        agent.Clock.Pass(TimeSpan.FromHours(1));
        agent.Restart();
        Assert.That(agent.Sent().Single().Message.Created, Is.EqualTo(AgentBench.Start.AddHours(-2)));
    }

    [Test]
    public void So_it_is_after_a_boot_when_the_clock_had_been_set_while_the_agent_ran()
    {
        using var agent = Wrong();
        agent.Maker.Keep([agent.Record("s-1")]);
        agent.Clock.Pass(TimeSpan.FromHours(2));
        agent.Clock.Set(AgentBench.Start);
        Assert.That(agent.Clocks.Follow(), Is.EqualTo(AgentBench.Start - s_wrong.AddHours(2)));
        Assert.That(agent.Clocks.Follow(), Is.Null);
        agent.Clock.Pass(TimeSpan.FromHours(1));
        agent.Clock.Boot(AgentBench.Start.AddHours(2));
        agent.Restart();
        Assert.That(agent.Sent().Single().Message.Created, Is.EqualTo(AgentBench.Start.AddHours(-2)));
    }

    [Test]
    public void Of_an_earlier_boot_whose_clock_nobody_set_nothing_is_known_and_its_word_stays()
    {
        using var agent = Wrong();
        agent.Maker.Keep([agent.Record("s-1")]);
        agent.Clock.Boot(AgentBench.Start);
        agent.Restart();
        Assert.That(agent.Sent().Single().Message.Created, Is.EqualTo(s_wrong));
    }

    [Test]
    public void Clock_that_is_put_back_or_drifts_a_little_changes_nothing_wrongly()
    {
        using var agent = new AgentBench();
        agent.Maker.Keep([agent.Record("s-1")]);
        agent.Clock.Set(AgentBench.Start.AddSeconds(3));
        Assert.That(agent.Sent().Single().Message.Created, Is.EqualTo(AgentBench.Start), "a drift is none of our business");
        agent.Clock.Pass(TimeSpan.FromHours(1));
        agent.Clock.Set(AgentBench.Start.AddYears(-40));
        Assert.That(agent.Sent().Single().Message.Created, Is.EqualTo(AgentBench.Start.AddYears(-40).AddHours(-1)));
    }

    [Test]
    public void Step_in_the_middle_of_a_round_leaves_its_ages_as_they_are()
    {
        using var agent = Wrong();
        var record = agent.Record("s-1");
        agent.Clock.Pass(TimeSpan.FromSeconds(20));
        agent.Clock.Set(AgentBench.Start);
        agent.Maker.Keep([record]);
        var sent = agent.Sent().Single().Message;
        Assert.That((sent.Created, sent.Devices.Single().Reading!.SentAt), Is.EqualTo((AgentBench.Start, AgentBench.Start.AddSeconds(-20))));
    }

    [Test]
    public void Uptime_of_this_machine_goes_on_and_its_boot_stays()
    {
        var before = MachineUptime.Now;
        var after = MachineUptime.Now;
        Assert.That((after.Boot, after.Uptime >= before.Uptime, before.Uptime > TimeSpan.Zero), Is.EqualTo((before.Boot, true, true)));
        if (OperatingSystem.IsLinux())
        {
            var told = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
            Assert.That((TimeSpan.FromSeconds(told) - MachineUptime.Now.Uptime).Duration(), Is.LessThan(TimeSpan.FromSeconds(1)));
        }
    }

    private static AgentBench Wrong()
    {
        var agent = new AgentBench();
        agent.Clock.Set(s_wrong);
        agent.Time.Follow();
        return agent;
    }
}
