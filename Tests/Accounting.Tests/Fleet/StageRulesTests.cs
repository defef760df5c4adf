using CopyTrack.Accounting.Fleet.Updates;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Fleet;

/// <summary>Stages that go up by themselves: which share is next, and what holds them.</summary>
public sealed class StageRulesTests
{
    private const string Hash = "abc";
    private static readonly DateTimeOffset s_since = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero), s_now = s_since.AddHours(24);
    private static readonly ReleaseVersion s_new = new(2, 0, 0), s_old = new(1, 0, 0);

    [TestCase(1, 5)]
    [TestCase(3, 5)]
    [TestCase(5, 10)]
    [TestCase(10, 25)]
    [TestCase(25, 50)]
    [TestCase(60, 100)]
    [TestCase(100, 100)]
    public void Share_goes_up_by_steps(int share, int next) => Assert.That(StageRules.Next(share), Is.EqualTo(next));

    [TestCase(UpdateState.Failed, "2.0.0", 1, "1 0 0")]
    [TestCase(UpdateState.Fetching, "2.0.0", 1, "0 1 0")]
    [TestCase(UpdateState.Failed, "1.9.0", 1, "0 0 0", Description = "about another version")]
    [TestCase(UpdateState.Running, "-", 1, "0 0 0")]
    [TestCase(UpdateState.Running, "-", 10, "0 0 1", Description = "it asked, and has been silent since")]
    [TestCase(UpdateState.Waiting, "2.0.0", 1, "0 0 0", Description = "its owner has not said yes")]
    [TestCase(UpdateState.Running, "-", 30, "0 0 0", Description = "silent since before the stage began")]
    public void Failures_and_silence_hold(UpdateState state, string about, int hoursAgo, string expected)
    {
        var agent = Enumerable.Range(1, 1000).First(a => RolloutRules.Place(a, Hash) < 25);
        var hold = StageRules.Look(s_new, Hash, 25, s_since, [new AgentStanding(agent, s_old, state, about, s_now.AddHours(-hoursAgo))], s_now, TimeSpan.FromHours(3));
        Assert.That(($"{hold.Failed} {hold.UnderWay} {hold.Silent}", hold.Holds), Is.EqualTo((expected, expected != "0 0 0")));
    }

    [Test]
    public void Silence_of_an_agent_that_is_not_offered_the_version_holds_nothing_and_that_of_one_that_took_it_does()
    {
        var (inside, outside) = (Enumerable.Range(1, 1000).First(a => RolloutRules.Place(a, Hash) < 25), Enumerable.Range(1, 1000).First(a => RolloutRules.Place(a, Hash) >= 25));
        Assert.That(Silent(outside, s_old), Is.Zero);
        Assert.That(Silent(inside, s_new), Is.EqualTo(1));
        Assert.That(Silent(inside, new ReleaseVersion(2, 1, 0)), Is.Zero, "it runs a newer one");

        int Silent(int agent, ReleaseVersion version) => StageRules.Look(s_new, Hash, 25, s_since, [new AgentStanding(agent, version, UpdateState.Running, "-", s_now.AddHours(-10))], s_now, TimeSpan.FromHours(3)).Silent;
    }
}
