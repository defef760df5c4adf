using CopyTrack.Accounting.Sessions;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Sessions;

public sealed class WalkUpRulesTests
{
    private Desk desk = new();

    [SetUp]
    public void Fresh() => desk = new Desk();

    [Test]
    public void Copies_in_a_session_are_the_persons_and_prints_from_elsewhere_are_not()
    {
        desk.Login(70, 5);
        Assert.That(desk.Read(70.2, 1000, 600, 300).Started, Is.True);
        desk.Read(80, 1005, 603, 302);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+3 copy 5", "+2 print DirectPrint" }));
    }

    [Test]
    public void Late_counters_settle_into_the_session_before_it_closes()
    {
        desk.Login(70, 5);
        desk.Read(70.2, 1000, 600, 300);
        desk.Logout(75);
        desk.Read(76, 1000, 600, 300);
        desk.Read(77, 1002, 602, 300);
        Assert.That(desk.Read(78, 1002, 602, 300).Settled, Is.Null);
        Assert.That(desk.Read(80.2, 1002, 602, 300).Settled, Is.Not.Null);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+2 copy 5" }));
        Assert.That(desk.Store.Sessions[101].Inferred, Is.False);
    }

    [Test]
    public void A_settling_reading_that_shows_nothing_new_need_not_be_kept()
    {
        desk.Login(70, 5);
        desk.Read(70.2, 1000, 600, 300);
        desk.Logout(75);
        Assert.That(Says(76), Is.True, "that the engine stands still is new");
        desk.Read(76, 1000, 600, 300);
        Assert.That(Says(77), Is.False);
        Assert.That(Says(77, copy: 601), Is.True, "a counter moved");
        Assert.That(Says(77, copy: null), Is.True, "a counter is missing");
        Assert.That(Says(80), Is.True, "it settles the session");

        bool Says(double at, long? copy = 600) => !WalkUpRules.SaysNothing(desk.State, desk.At(at + 0.1), desk.Meters(at, 1000, copy, 300), handover: false);
    }

    [Test]
    public void Sessions_whose_counters_came_in_time_do_not_shorten_the_wait_for_the_next_late_one()
    {
        for (var at = 100; at < 4000; at += 100)
        {
            desk.Login(at, 5);
            desk.Read(at + 0.2, 1000, 600, 300);
            desk.Logout(at + 5);
            desk.Read(at + 6, 1000, 600, 300);
            desk.Read(at + 9, 1000, 600, 300);
        }

        desk.Login(4000, 5);
        desk.Read(4000.2, 1000, 600, 300);
        desk.Login(4005, 6);
        Assert.That(desk.Read(4007.3, 1000, 600, 300).Settled, Is.Null);
        desk.Read(4007.6, 1001, 601, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+1 copy 5" }));
    }

    [Test]
    public void A_start_without_a_reading_makes_the_first_interval_inferred_and_only_that()
    {
        desk.Login(70, 5);
        desk.Store.Apply(WalkUpRules.StartWithoutReading(desk.State, desk.At(71)));
        desk.Read(80, 1001, 601, 300);
        desk.Read(90, 1002, 602, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+1 copy 5 inferred", "+1 copy 5" }));
        Assert.That(desk.Store.Entries[0].Evidence, Is.EqualTo("no reading at the start"));
    }

    [Test]
    public void A_reading_that_shows_no_movement_makes_a_missed_start_sure()
    {
        desk.Login(70, 5);
        desk.Store.Apply(WalkUpRules.StartWithoutReading(desk.State, desk.At(71)));
        desk.Read(72, 1000, 600, 300);
        desk.Read(80, 1001, 601, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+1 copy 5" }));
    }

    [Test]
    public void A_session_that_ends_before_its_start_was_read_has_inferred_pages_until_the_first_reading()
    {
        desk.Login(70, 5);
        desk.Logout(70.5);
        desk.Read(71, 1001, 601, 300);
        desk.Read(72, 1002, 602, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+1 copy 5 inferred", "+1 copy 5" }));
    }

    [Test]
    public void A_handover_that_does_not_wait_marks_both_entries_inferred()
    {
        desk.Login(70, 5);
        desk.Read(70.2, 1000, 600, 300);
        desk.Login(80, 6);
        desk.Take(84, desk.Meters(84, 1003, 603, 300), handover: true);
        desk.Read(86, 1004, 604, 300);
        desk.Read(96, 1005, 605, 300);
        desk.Read(106, 1006, 606, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+3 copy 5 inferred", "+1 copy 6 inferred", "+1 copy 6 inferred", "+1 copy 6" }));
    }

    [Test]
    public void A_chain_of_logins_while_the_first_settles_gives_the_late_pages_to_the_first()
    {
        desk.Login(70, 5);
        desk.Read(70.2, 1000, 600, 300);
        desk.Login(80, 6);
        desk.Login(81, 7);
        desk.Read(82, 1002, 602, 300);
        desk.Read(85.5, 1002, 602, 300);
        desk.Read(90, 1003, 603, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+2 copy 5", "+1 copy 7" }));
        Assert.That(desk.Store.Sessions[102].State, Is.EqualTo(SessionState.Settled), "its panel was never free");
    }

    [Test]
    public void The_same_person_at_once_again_waits_for_nothing_and_is_sure()
    {
        desk.Login(70, 5);
        desk.Read(70.2, 1000, 600, 300);
        desk.Logout(75);
        desk.Login(75.5, 5);
        Assert.That(desk.Read(75.6, 1001, 601, 300).Started, Is.True);
        desk.Read(80, 1002, 602, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+1 copy 5", "+1 copy 5" }));
    }

    [Test]
    public void The_own_card_logs_out_but_a_bounce_of_the_reader_does_not()
    {
        desk.Login(70, 5);
        Assert.That(desk.Login(71.9, 5), Is.TypeOf<LoginOutcome.Same>());
        Assert.That(desk.Login(72.1, 5), Is.TypeOf<LoginOutcome.LoggedOut>());
    }

    [Test]
    public void The_answer_to_an_attempt_is_kept_even_when_nothing_else_changed()
    {
        desk.Login(70, 5);
        var attempt = new AttemptRecord("T1", "again", desk.At(71).Now, 101, "{}");
        var (change, _) = WalkUpRules.Login(desk.State, desk.At(71), new LoginGrant(999, "T1", 5, "card", "copy", false), _ => attempt);
        Assert.That((change.State, change.Attempt), Is.EqualTo((desk.State with { Version = desk.State.Version + 1 }, attempt)));
    }

    [Test]
    public void A_terminal_that_comes_back_prolongs_nothing()
    {
        desk.Login(70, 5);
        desk.Store.Apply(WalkUpRules.Terminal(desk.State, desk.At(80), "T1", connected: false));
        desk.Store.Apply(WalkUpRules.Terminal(desk.State, desk.At(250), "T1", connected: true));
        Assert.That(desk.Store.Apply(WalkUpRules.Tick(desk.State, desk.At(259))).Ended, Is.Null);
        Assert.That(desk.Store.Apply(WalkUpRules.Tick(desk.State, desk.At(260))).Ended!.EndReason, Is.EqualTo(EndReason.Idle));
    }

    [Test]
    public void Copying_prolongs_a_session_unless_its_terminal_is_away()
    {
        desk.Login(70, 5);
        desk.Read(70.2, 1000, 600, 300);
        desk.Read(240, 1001, 601, 300);
        Assert.That(desk.Store.Apply(WalkUpRules.Tick(desk.State, desk.At(300))).Ended, Is.Null);
        desk.Store.Apply(WalkUpRules.Terminal(desk.State, desk.At(301), "T1", connected: false));
        desk.Read(310, 1002, 602, 300);
        Assert.That(desk.Store.Apply(WalkUpRules.Tick(desk.State, desk.At(481))).Ended!.EndReason, Is.EqualTo(EndReason.Lost));
    }

    [Test]
    public void Pages_of_a_session_whose_time_ran_out_while_the_server_was_down_are_inferred()
    {
        desk.Login(70, 5);
        desk.Read(70.2, 1000, 600, 300);
        desk.Store.Restart();
        desk.Store.Apply(WalkUpRules.Tick(desk.State, desk.At(900)));
        desk.Read(900.5, 1004, 604, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+4 copy 5 inferred" }));
        Assert.That(desk.Store.Sessions[101].InferredReason, Does.StartWith("the server was away"));
    }

    [Test]
    public void Pages_before_a_change_of_project_stay_with_the_project_before()
    {
        desk.Login(70, 5);
        desk.Read(70.2, 1000, 600, 300);
        desk.Store.Apply(WalkUpRules.Project(desk.State, desk.At(71), 101, 1));
        desk.Read(80, 1002, 602, 300);
        desk.Read(89.5, 1002, 602, 300);
        desk.Store.Apply(WalkUpRules.Project(desk.State, desk.At(90), 101, 2));
        desk.Read(100, 1003, 603, 300);
        Assert.That(desk.Store.Entries.Select(e => (e.ProjectId, e.Delta)), Is.EqualTo(new[] { ((long?)1, 2L), (2, 1) }));
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+2 copy 5", "+1 copy 5" }));
    }

    [Test]
    public void Pages_after_a_change_of_project_that_came_too_soon_are_inferred()
    {
        desk.Login(70, 5);
        desk.Read(70.2, 1000, 600, 300);
        desk.Store.Apply(WalkUpRules.Project(desk.State, desk.At(71), 101, 1));
        desk.Read(80, 1002, 602, 300);
        desk.Store.Apply(WalkUpRules.Project(desk.State, desk.At(81), 101, 2));
        desk.Read(82, 1003, 603, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+2 copy 5", "+1 copy 5 inferred" }));
    }

    [Test]
    public void A_reading_that_lacks_a_counter_neither_starts_nor_settles_a_session_for_sure()
    {
        desk.Login(70, 5);
        desk.Read(70.2, 1000, null, 300);
        desk.Logout(75);
        Assert.That(desk.Read(79, 1001, null, 300).Settled, Is.Null);
        desk.Read(80, 1001, 601, 300);
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+1 copy 5 inferred" }));
    }

    [Test]
    public void Jobs_are_counted_once_for_each_session_and_function()
    {
        desk.Login(70, 5);
        desk.Read(70.2, 1000, 600, 300);
        desk.Read(80, 1001, 601, 300);
        desk.Read(90, 1002, 602, 300);
        Assert.That(desk.Store.Usage.Where(u => u.PersonId == 5).Sum(u => u.Jobs), Is.EqualTo(1));
    }
}
