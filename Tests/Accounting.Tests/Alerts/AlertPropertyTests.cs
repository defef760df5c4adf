using CopyTrack.Accounting.Alerts;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Alerts;

/// <summary>Lives of alerts made from seeds: looks at any times, quiet hours, people who take note. A failure names the seed.</summary>
public sealed class AlertPropertyTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void No_alert_is_lost_or_told_twice_whatever_is_seen_when() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed => { Check(seed); }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static void Check(int seed)
    {
        var random = new Random(seed);
        var rule = new AlertRule
        {
            Kind = AlertKinds.All[random.Next(AlertKinds.All.Count)], After = TimeSpan.FromMinutes(random.Next(4) * 20), Repeat = random.Next(2) == 0 ? null : TimeSpan.FromMinutes(random.Next(1, 300)),
            Escalate = random.Next(2) == 0 ? null : TimeSpan.FromMinutes(random.Next(300)), TellResolved = random.Next(4) > 0,
        };
        var (state, now) = ((AlertState?)null, Begin);
        var told = new List<(AlertTelling What, DateTimeOffset At)>();
        for (var i = 0; i < 200; i++)
        {
            now += TimeSpan.FromMinutes(random.Next(1, 40));
            var quiet = now.Hour is < 6 or > 21;
            bool? holds = random.Next(5) switch { 0 or 1 => true, 2 or 3 => rule.Kind.IsEvent() ? null : false, _ => null };
            if (state is { IsOpen: true } && random.Next(30) == 0)
            {
                state = AlertDecision.Noted(rule.Kind, state, now);
            }

            if (state is { ResolvedAt: not null, OwesEnd: false })
            {
                // What storage does with an alert that is over: the next one is another.
                state = null;
                told.Clear();
            }

            var before = state;
            var step = AlertDecision.Next(rule, state, holds, null, now, quiet);
            var again = AlertDecision.Next(rule, step.State, holds, null, now, quiet);
            Assert.That(again.Telling is null || again.Telling == AlertTelling.Escalated && step.Telling != AlertTelling.Escalated, $"seed {seed}: {again.Telling} after {step.Telling} in one moment");
            state = step.State;
            if (step.Telling is { } telling)
            {
                Assert.That(quiet, Is.False, $"seed {seed}: told in quiet hours");
                Assert.That(telling is AlertTelling.Reminder || told.All(t => t.What != telling), $"seed {seed}: {telling} twice");
                Assert.That(telling == AlertTelling.Raised, Is.EqualTo(told.Count == 0), $"seed {seed}: the beginning is told first, and once");
                Assert.That(telling == AlertTelling.Reminder && now - told[^1].At < rule.Repeat, Is.False, $"seed {seed}: reminded too early");
                Assert.That(telling is AlertTelling.Resolved || before?.NotedAt is null, $"seed {seed}: somebody had taken note");
                told.Add((telling, now));
            }

            var due = holds == true && (rule.Kind.IsEvent() || now - (before?.Since ?? now) >= rule.After);
            Assert.That(due && before?.ResolvedAt is null && state?.RaisedAt is null, Is.False, $"seed {seed}: it held for long enough and is not raised");
            Assert.That(state is { IsOpen: true, NotedAt: null, Told: 0 } && !quiet, Is.False, $"seed {seed}: raised, not quiet, and told nobody");
            Assert.That(state is { ResolvedAt: not null, OwesEnd: false } && rule.TellResolved && told.Count > 0 && told[^1].What != AlertTelling.Resolved && !(rule.Kind.IsEvent() && state.NotedAt is not null), Is.False, $"seed {seed}: its end was told nobody");
            Assert.That(state is null && before is { RaisedAt: not null }, Is.False, $"seed {seed}: a raised alert was forgotten");
        }
    }
}
