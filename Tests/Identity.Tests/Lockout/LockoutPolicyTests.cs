using CopyTrack.Identity.Lockout;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Lockout;

public sealed class LockoutPolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly LockoutOptions Options = new();

    [Test]
    public void Person_is_locked_for_900_s_after_five_wrong_secrets_in_300_s()
    {
        LockoutState state = LockoutState.None;
        for (int i = 0; i < 5; i++)
        {
            Assert.That(LockoutPolicy.Ask(state, Start.AddSeconds(i)), Is.TypeOf<LockoutVerdict.Allowed>());
            state = LockoutPolicy.Apply(state, LockoutEvent.PersonFailed, Options, Start.AddSeconds(i));
        }
        Assert.That(LockoutPolicy.Ask(state, Start.AddSeconds(4)), Is.EqualTo(new LockoutVerdict.Refused(900)));
        Assert.That(LockoutPolicy.Ask(state, Start.AddSeconds(903.5)), Is.EqualTo(new LockoutVerdict.Refused(1)));
        Assert.That(LockoutPolicy.Ask(state, Start.AddSeconds(904)), Is.TypeOf<LockoutVerdict.Allowed>());
    }

    [Test]
    public void Person_is_not_locked_when_the_wrong_secrets_are_spread()
    {
        LockoutState state = LockoutState.None;
        for (int i = 0; i < 100; i++)
        {
            state = LockoutPolicy.Apply(state, LockoutEvent.PersonFailed, Options, Start.AddSeconds(i * 75));
            Assert.That(LockoutPolicy.Ask(state, Start.AddSeconds(i * 75)), Is.TypeOf<LockoutVerdict.Allowed>());
        }
    }

    [Test]
    public void Person_is_locked_when_the_five_straddle_any_grid_of_windows()
    {
        LockoutState state = LockoutState.None;
        foreach (int at in new[] { 0, 250, 260, 270, 520, 530 })
        {
            state = LockoutPolicy.Apply(state, LockoutEvent.PersonFailed, Options, Start.AddSeconds(at));
        }
        Assert.That(LockoutPolicy.Ask(state, Start.AddSeconds(530)), Is.TypeOf<LockoutVerdict.Refused>());
    }

    [Test]
    public void Right_secret_ends_the_count_of_wrong_ones_but_not_a_lock()
    {
        LockoutState state = Repeat(LockoutState.None, LockoutEvent.PersonFailed, 4, Start);
        Assert.That(LockoutPolicy.Apply(state, LockoutEvent.PersonSucceeded, Options, Start), Is.EqualTo(LockoutState.None));
        LockoutState locked = Repeat(state, LockoutEvent.PersonFailed, 1, Start);
        Assert.That(LockoutPolicy.Apply(locked, LockoutEvent.PersonSucceeded, Options, Start), Is.EqualTo(locked));
    }

    [Test]
    public void Terminal_stops_for_60_s_doubled_up_to_an_hour()
    {
        LockoutState state = LockoutState.None;
        DateTimeOffset now = Start;
        foreach (int seconds in new[] { 60, 120, 240, 480, 960, 1920, 3600, 3600 })
        {
            state = Repeat(state, LockoutEvent.TerminalFailed, 10, now);
            Assert.That(LockoutPolicy.Ask(state, now), Is.EqualTo(new LockoutVerdict.Refused(seconds)));
            now = now.AddSeconds(seconds);
            Assert.That(LockoutPolicy.Ask(state, now), Is.TypeOf<LockoutVerdict.Allowed>());
        }
    }

    [Test]
    public void Terminal_begins_anew_after_an_hour_without_a_stop()
    {
        LockoutState state = Repeat(LockoutState.None, LockoutEvent.TerminalFailed, 10, Start);
        state = Repeat(state, LockoutEvent.TerminalFailed, 10, Start.AddSeconds(60));
        DateTimeOffset later = Start.AddSeconds(60 + 120).AddHours(1);
        state = Repeat(state, LockoutEvent.TerminalFailed, 10, later);
        Assert.That(LockoutPolicy.Ask(state, later), Is.EqualTo(new LockoutVerdict.Refused(60)));
    }

    [Test]
    public void State_reads_back_from_its_text_and_stays_small() =>
        Prop.ForAll<PositiveInt[]>(gaps =>
        {
            LockoutState state = LockoutState.None;
            DateTimeOffset now = Start;
            foreach (PositiveInt gap in gaps)
            {
                now = now.AddSeconds(gap.Get);
                state = LockoutPolicy.Apply(state, LockoutEvent.TerminalFailed, Options, now);
            }
            return LockoutState.Parse(state.ToText()).Equals(state) && state.ToText().Length < 250;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Person_never_gets_more_than_five_looks_at_a_secret_in_any_300_s() =>
        Prop.ForAll<NonNegativeInt[]>(gaps =>
        {
            LockoutState state = LockoutState.None;
            DateTimeOffset now = Start;
            List<DateTimeOffset> looks = [];
            foreach (NonNegativeInt gap in gaps.Concat(gaps).Concat(gaps))
            {
                now = now.AddSeconds(gap.Get % 200);
                if (LockoutPolicy.Ask(state, now) is LockoutVerdict.Allowed)
                {
                    looks.Add(now);
                    state = LockoutPolicy.Apply(state, LockoutEvent.PersonFailed, Options, now);
                }
            }
            return looks.All(from => looks.Count(look => look >= from && look - from < Options.Window) <= 5);
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Clock_that_went_back_neither_forgets_nor_locks_for_ever()
    {
        LockoutState state = Repeat(LockoutState.None, LockoutEvent.PersonFailed, 4, Start.AddHours(1));
        state = LockoutPolicy.Apply(state, LockoutEvent.PersonFailed, Options, Start);
        Assert.That(LockoutPolicy.Ask(state, Start), Is.EqualTo(new LockoutVerdict.Refused(900)));
    }

    [TestCase("1")]
    [TestCase("x y")]
    public void State_text_that_is_none_is_refused(string text) => Assert.That(() => LockoutState.Parse(text), Throws.TypeOf<FormatException>());

    private static LockoutState Repeat(LockoutState state, LockoutEvent happened, int times, DateTimeOffset at)
    {
        for (int i = 0; i < times; i++)
        {
            state = LockoutPolicy.Apply(state, happened, Options, at);
        }
        return state;
    }
}
