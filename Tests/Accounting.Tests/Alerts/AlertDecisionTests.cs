using CopyTrack.Accounting.Alerts;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Alerts;

/// <summary>One alert through its life.</summary>
public sealed class AlertDecisionTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void It_is_raised_when_it_has_held_for_long_enough_and_told_once()
    {
        var rule = new AlertRule { Kind = AlertKind.DeviceError, After = TimeSpan.FromMinutes(15) };
        var step = Look(rule, null, true, 0);
        Assert.That((step.State!.IsOpen, step.Telling), Is.EqualTo((false, (AlertTelling?)null)));
        step = Look(rule, step.State, null, 20);
        Assert.That(step.IsRaised, Is.False, "nobody can say that it still holds");
        step = Look(rule, step.State, true, 21);
        Assert.That((step.IsRaised, step.Telling, step.State!.Since), Is.EqualTo((true, (AlertTelling?)AlertTelling.Raised, Begin)));
        step = Look(rule, step.State, true, 600);
        Assert.That(step.Telling, Is.Null);
        step = Look(rule, step.State, false, 601);
        Assert.That(step.State!.IsOpen, Is.True, "a look without it is not the end");
        step = Look(rule, step.State, true, 603);
        Assert.That((step.State!.GoneSince, step.Telling), Is.EqualTo(((DateTimeOffset?)null, (AlertTelling?)null)));
        step = Look(rule, Look(rule, step.State, false, 604).State, false, 609);
        Assert.That((step.IsResolved, step.Telling, step.State!.OwesEnd), Is.EqualTo((true, (AlertTelling?)AlertTelling.Resolved, false)));
    }

    [Test]
    public void What_is_gone_before_its_time_is_forgotten() =>
        Assert.That(Look(new AlertRule { Kind = AlertKind.DeviceError, After = TimeSpan.FromMinutes(15) }, new AlertState { Since = Begin, SeenAt = Begin }, false, 5), Is.EqualTo(default(AlertStep)));

    [Test]
    public void Quiet_hours_hold_what_is_told_and_lose_nothing()
    {
        var rule = new AlertRule { Kind = AlertKind.SupplyLow, Percent = 10 };
        var step = Look(rule, null, true, 0, quiet: true);
        Assert.That((step.IsRaised, step.Telling), Is.EqualTo((true, (AlertTelling?)null)));
        step = Look(rule, step.State, null, 60);
        Assert.That(step.Telling, Is.EqualTo(AlertTelling.Raised), "told behind them even when nobody can say how it is now");
        step = Look(rule, step.State, false, 120, quiet: true);
        Assert.That((step.IsResolved, step.Telling, step.State!.OwesEnd), Is.EqualTo((true, (AlertTelling?)null, true)));
        step = Look(rule, step.State, null, 180);
        Assert.That((step.Telling, step.IsResolved, step.State!.OwesEnd), Is.EqualTo(((AlertTelling?)AlertTelling.Resolved, false, false)));
        Assert.That(Look(rule, step.State, null, 240).Telling, Is.Null);
    }

    [Test]
    public void What_begins_and_ends_in_quiet_hours_bothers_nobody()
    {
        var rule = new AlertRule { Kind = AlertKind.SupplyLow, Percent = 10 };
        var step = Look(rule, Look(rule, null, true, 0, quiet: true).State, false, 30, quiet: true);
        Assert.That((step.IsResolved, step.State!.OwesEnd), Is.EqualTo((true, false)));
    }

    [Test]
    public void Nobody_takes_note_so_that_it_is_told_again_and_to_others()
    {
        var rule = new AlertRule { Kind = AlertKind.AgentStale, Repeat = TimeSpan.FromHours(4), Escalate = TimeSpan.FromHours(6) };
        var (state, told) = ((AlertState?)null, new List<(int Minute, AlertTelling)>());
        for (var minute = 0; minute <= 1000; minute += 10)
        {
            var step = Look(rule, state, true, minute);
            state = step.State;
            if (step.Telling is { } telling)
            {
                told.Add((minute, telling));
            }
        }

        Assert.That(told, Is.EqualTo(new[] { (0, AlertTelling.Raised), (240, AlertTelling.Reminder), (360, AlertTelling.Escalated), (600, AlertTelling.Reminder), (840, AlertTelling.Reminder) }));
        var noted = AlertDecision.Noted(rule.Kind, state!, Begin.AddMinutes(1001));
        Assert.That(Look(rule, noted, true, 5000).Telling, Is.Null);
        Assert.That(Look(rule, noted, false, 5001).Telling, Is.EqualTo(AlertTelling.Resolved), "who was told of it learns of its end");
    }

    [Test]
    public void Event_stands_until_somebody_takes_note_or_it_was_quiet_for_long_enough()
    {
        var rule = new AlertRule { Kind = AlertKind.PanelBypass, After = TimeSpan.FromHours(24) };
        var step = Look(rule, null, true, 0);
        Assert.That((step.IsRaised, step.Telling), Is.EqualTo((true, (AlertTelling?)AlertTelling.Raised)));
        step = Look(rule, step.State, true, 600);
        Assert.That((step.Telling, step.State!.SeenAt), Is.EqualTo(((AlertTelling?)null, Begin.AddMinutes(600))));
        var noted = AlertDecision.Noted(rule.Kind, step.State, Begin.AddMinutes(700));
        Assert.That((noted.IsOpen, noted.ResolvedAt), Is.EqualTo((false, (DateTimeOffset?)Begin.AddMinutes(700))));
        Assert.That(Look(rule, step.State, null, 2039).IsResolved, Is.False);
        Assert.That(Look(rule, step.State, null, 2040).IsResolved, Is.True);
        Assert.That(Look(rule with { After = TimeSpan.Zero }, step.State, null, 99_999).IsResolved, Is.False);
    }

    [Test]
    public void Rule_without_recipients_raises_and_tells_nobody()
    {
        var rule = new AlertRule { Kind = AlertKind.SupplyLow, Percent = 10, IsTold = false, Repeat = TimeSpan.FromMinutes(1) };
        var step = Look(rule, Look(rule, null, true, 0).State, true, 60);
        Assert.That((step.State!.IsOpen, step.State.Told, step.Telling), Is.EqualTo((true, 0, (AlertTelling?)null)));
    }

    private static AlertStep Look(AlertRule rule, AlertState? state, bool? holds, int minute, bool quiet = false) => AlertDecision.Next(rule, state, holds, null, Begin.AddMinutes(minute), quiet);
}
