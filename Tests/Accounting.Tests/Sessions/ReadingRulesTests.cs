using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Sessions;

public sealed class ReadingRulesTests
{
    [Test]
    public void A_total_that_runs_ahead_of_its_part_is_no_service_page_before_the_lag_is_over()
    {
        var desk = new Desk();
        desk.Read(70, 1001, 601, 300);
        desk.Read(90, 1002, 601, 300);
        desk.Read(90.7, 1002, 601, 300);
        desk.Read(92.2, 1002, 602, 300);
        desk.Read(99, 1002, 602, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+1 copy PanelBypass", "+1 copy PanelBypass" }));
    }

    [Test]
    public void An_unchanged_idle_reading_moves_only_the_confirmation()
    {
        var desk = new Desk();
        var kept = desk.Store.Readings.Count;
        Assert.That(desk.Read(120, 1000, 600, 300).Verdict, Is.EqualTo(ReadingVerdict.Confirmed));
        Assert.That(desk.Store.Readings, Has.Count.EqualTo(kept));
    }

    [Test]
    public void Pages_that_no_part_explains_are_service_pages_once_the_counters_are_at_rest()
    {
        var desk = new Desk();
        desk.Read(120, 1003, 600, 300);
        Assert.That(desk.Ledger, Is.Empty);
        desk.Read(180, 1003, 600, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+3 other ServicePages" }));
    }

    [Test]
    public void A_stale_token_or_an_older_reading_is_evidence_and_never_a_border()
    {
        var desk = new Desk();
        desk.Read(120, 1001, 600, 301);
        Assert.That(desk.Take(121, desk.Meters(119, 1000, 600, 300)).Verdict, Is.EqualTo(ReadingVerdict.Evidence));
        desk.Store.Claim(5);
        Assert.That(desk.Read(130, 1002, 600, 302).Verdict, Is.EqualTo(ReadingVerdict.Evidence));
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+1 print DirectPrint" }));
    }

    [Test]
    public void A_fall_that_is_seen_once_is_rejected_and_forgotten()
    {
        var desk = new Desk();
        Assert.That(desk.Read(120, 0, 0, 0).Verdict, Is.EqualTo(ReadingVerdict.Unconfirmed));
        Assert.That(desk.Read(121, 1000, 600, 300).Verdict, Is.EqualTo(ReadingVerdict.Confirmed));
        Assert.That(desk.Read(122, 0, 0, 0).Verdict, Is.EqualTo(ReadingVerdict.Unconfirmed), "a device that flaps never confirms");
        Assert.That((desk.State.Epoch, desk.LastReading.Status), Is.EqualTo((1, ReadingStatus.Rejected)));
    }

    [Test]
    public void A_confirmed_reset_posts_the_pages_since_zero_that_the_uptime_allows()
    {
        var desk = new Desk();
        desk.Rebooted(100);
        desk.Read(160, 4, 3, 1);
        desk.Read(161, 4, 3, 1);
        Assert.That(desk.State.Epoch, Is.EqualTo(2));
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+3 copy MeterReset estimated", "+1 print MeterReset estimated" }));
        Assert.That(desk.Alarms, Does.Contain("meterReset"));
    }

    [Test]
    public void A_reset_to_a_value_that_the_time_does_not_allow_posts_a_note_of_zero()
    {
        var desk = new Desk();
        desk.Rebooted(110);
        desk.Read(120, 700, 400, 200);
        desk.Read(121, 700, 400, 200);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+0 copy MeterReset estimated" }));
    }

    [Test]
    public void Counters_restored_from_an_old_copy_without_a_restart_charge_nobody()
    {
        var desk = new Desk();
        desk.Login(70, 5);
        desk.Read(70.2, 1000, 600, 300);
        desk.Read(80, 900, 550, 250);
        desk.Read(81, 900, 550, 250);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+0 copy MeterReset estimated" }));
    }

    [Test]
    public void A_reset_in_a_session_gives_its_pages_to_the_person_estimated_and_notes_the_reset()
    {
        var desk = new Desk();
        desk.Login(70, 5);
        desk.Read(70.2, 1000, 600, 300);
        desk.Rebooted(75);
        desk.Read(90, 3, 2, 1);
        desk.Read(91, 3, 2, 1);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+2 copy 5 estimated", "+1 print DirectPrint", "+0 copy MeterReset estimated" }));
        Assert.That(desk.Store.Sessions[101].Inferred, Is.True);
    }

    [Test]
    public void A_partial_reset_lets_the_other_counters_go_on()
    {
        var desk = new Desk();
        desk.Read(120, 1002, 1, 301);
        desk.Read(121, 1002, 1, 301);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+1 print DirectPrint", "+1 copy MeterReset estimated" }));
    }

    [Test]
    public void Another_serial_number_opens_an_epoch_even_when_it_is_not_read_every_time()
    {
        var desk = new Desk { Serial = "SN-2" };
        Assert.That(desk.Read(120, 5000, 3000, 2000).Verdict, Is.EqualTo(ReadingVerdict.Unconfirmed));
        desk.Serial = null;
        desk.Read(121, 5000, 3000, 2000);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+0 copy DeviceReplaced estimated" }));
        Assert.That((desk.State.Epoch, desk.State.Last!.Serial), Is.EqualTo((2, "SN-2")));
    }

    [Test]
    public void An_empty_serial_number_says_nothing()
    {
        var desk = new Desk { Serial = "" };
        desk.Read(120, 1001, 600, 301);
        Assert.That(desk.State.Last!.Serial, Is.EqualTo("SN-1"));
    }

    [Test]
    public void A_confirmed_jump_is_quarantined_with_an_alarm()
    {
        var desk = new Desk();
        Assert.That(desk.Read(120, 1500, 1100, 300).Verdict, Is.EqualTo(ReadingVerdict.Unconfirmed));
        desk.Read(121, 1500, 1100, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+500 copy Quarantined estimated" }));
        Assert.That(desk.Alarms, Is.EqualTo(new[] { "quarantined" }));
    }

    [Test]
    public void A_wrap_of_a_part_invents_no_pages_in_the_remainder()
    {
        var desk = new Desk(1L << 31, total: 3_000_000_000 - (1L << 31), copy: (1L << 31) - 2, print: 300);
        desk.Read(120, 3_000_000_005 - (1L << 31), 3, 300);
        desk.Read(121, 3_000_000_005 - (1L << 31), 3, 300);
        desk.Read(180, 3_000_000_005 - (1L << 31), 3, 300);
        desk.Read(240, 3_000_000_007 - (1L << 31), 3, 300);
        desk.Read(300, 3_000_000_007 - (1L << 31), 3, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+5 copy PanelBypass", "+2 other ServicePages" }));
    }

    [Test]
    public void A_new_profile_with_more_parts_loses_no_page_at_the_change()
    {
        var desk = new Desk { Set = Desk.SetOf(2, 0, PageFunction.Copy, PageFunction.Print, PageFunction.Fax) };
        desk.Read(120, 1002, 600, 302, 90);
        Assert.That(desk.State.Epoch, Is.EqualTo(2));
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+2 print DirectPrint" }));
    }

    [Test]
    public void A_wrap_at_the_change_of_profile_is_confirmed_and_posted()
    {
        var desk = new Desk(1L << 31, copy: (1L << 31) - 2) { Set = Desk.SetOf(2, 1L << 31, PageFunction.Copy, PageFunction.Print, PageFunction.Fax) };
        Assert.That(desk.Read(120, 1005, 3, 300, 90).Verdict, Is.EqualTo(ReadingVerdict.Unconfirmed));
        desk.Read(121, 1005, 3, 300, 90);
        Assert.That((desk.State.Epoch, desk.Ledger.Single()), Is.EqualTo((2, "+5 copy PanelBypass")));
    }

    [Test]
    public void Uptime_that_starts_again_after_497_days_is_no_restart()
    {
        var desk = new Desk();
        desk.Take(120, desk.Meters(120, 1000, 600, 301) with { UpTime = uint.MaxValue - 100 });
        desk.Take(180, desk.Meters(180, 1001, 600, 301) with { UpTime = 5900 });
        Assert.That((desk.LastReading.Status, desk.LastReading.Boot), Is.EqualTo((ReadingStatus.Border, 1)));
    }

    [TestCase(60, Cause.PanelBypass)]
    [TestCase(300, Cause.ServerDown)]
    public void Copies_without_a_session_have_the_cause_that_the_silence_tells(int later, Cause cause)
    {
        var desk = new Desk();
        desk.Read(60 + later, 1002, 602, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { $"+2 copy {cause}" }));
        Assert.That(desk.Alarms.Count(), Is.EqualTo(cause == Cause.PanelBypass ? 1 : 0), "alarm only for a bypass");
    }

    [Test]
    public void Copies_while_the_device_could_not_be_read_say_so_without_a_bypass_alarm()
    {
        var desk = new Desk();
        desk.Store.Apply(WalkUpRules.Unreachable(desk.State, desk.At(70), desk.At(65).Now));
        desk.Read(120, 1002, 602, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+2 copy DeviceUnreachable" }));
        Assert.That(desk.Alarms, Is.EqualTo(new[] { "deviceUnreachable" }));
    }
}
