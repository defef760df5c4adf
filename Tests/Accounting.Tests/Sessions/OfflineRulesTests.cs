using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Sessions;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Sessions;

public sealed class OfflineRulesTests
{
    [Test]
    public void Copies_made_while_the_terminal_was_away_are_provisional_and_raise_no_alarm()
    {
        var paper = new OfflineLedger();
        Assert.That(paper.Store.Entries.Select(e => e.Cause), Is.All.EqualTo(Cause.TerminalOffline));
        Assert.That(paper.Store.Events, Is.Empty);
    }

    [Test]
    public void Upload_moves_all_columns_from_no_one_to_the_person()
    {
        var paper = new OfflineLedger();
        var before = paper.Store.Sum(_ => true);

        var outcome = paper.Upload();

        Assert.That(outcome.Accepted, Is.EqualTo(new[] { "a" }));
        Assert.That(paper.Store.Sum(u => u.PersonId == 3), Is.EqualTo(before), "the person has what no one had");
        Assert.That(paper.Store.Sum(u => u.PersonId is null), Is.EqualTo(default(PageCounts)), "nothing is left");
        Assert.That(paper.Store.Usage.Where(u => u.PersonId is null).Sum(u => u.Jobs), Is.Zero);
        Assert.That(paper.Store.Usage.Where(u => u.PersonId == 3).Sum(u => u.Jobs), Is.EqualTo(1), "copies are one job, of two colours");
        Assert.That(before, Is.EqualTo(new PageCounts { Impressions = 8, Mono = 5, Color = 3, Normal = 7, Large = 1, Sheets = 8, CostMicros = 265 }));
        Assert.That(paper.Store.Entries.Where(e => e.PersonId is not null).Select(e => (e.Confidence, e.Source)), Is.All.EqualTo((Confidence.Inferred, EntrySource.Offline)));
        Assert.That(paper.Store.Sessions[500], Has.Property("State").EqualTo(SessionState.Settled).And.Property("Inferred").True);
        Assert.That(paper.Store.State.Reversals, Is.EqualTo(1));
    }

    [Test]
    public void Several_logins_in_one_interval_share_by_duration_estimated_and_lose_nothing()
    {
        var paper = new OfflineLedger();
        var before = paper.Store.Sum(_ => true);

        paper.Upload(null, OfflineLedger.Login("a", 500, 3, 1, 4), OfflineLedger.Login("b", 501, 4, 5, 6));

        var (first, second) = (paper.Store.Sum(u => u.PersonId == 3), paper.Store.Sum(u => u.PersonId == 4));
        Assert.That(first + second, Is.EqualTo(before));
        Assert.That(first.Impressions, Is.GreaterThan(second.Impressions));
        Assert.That(paper.Store.Entries.Where(e => e.PersonId is not null).Select(e => e.Confidence), Is.All.EqualTo(Confidence.Estimated));
    }

    [Test]
    public void Upload_of_what_was_taken_back_already_reverses_nothing()
    {
        var paper = new OfflineLedger();
        paper.Upload();
        var entries = paper.Store.Entries.Count;

        var outcome = paper.Upload();

        Assert.That(outcome.Reversed, Is.Zero);
        Assert.That(paper.Store.Entries, Has.Count.EqualTo(entries));
    }

    [Test]
    public void Upload_waits_for_a_reading_after_the_logout()
    {
        var outcome = new OfflineLedger().Upload(null, OfflineLedger.Login("a", 500, 3, 2, 11));
        Assert.That(outcome.NeedsReading, Is.True);
    }

    [Test]
    public void A_login_outside_the_interval_gets_a_session_without_pages()
    {
        var paper = new OfflineLedger();
        paper.Upload(null, OfflineLedger.Login("a", 500, 3, -9, -5));
        Assert.That(paper.Store.Sessions[500].Inferred, Is.False);
        Assert.That(paper.Store.Entries.Select(e => e.Cause), Is.All.EqualTo(Cause.TerminalOffline));
    }

    [Test]
    public void What_nobody_claims_in_time_becomes_panel_bypass_with_an_alarm_and_can_still_be_claimed()
    {
        var paper = new OfflineLedger();
        Assert.That(paper.Expire(10 + (60 * 25), 2).Reversed, Is.Zero, "hours allowed plus a day are not over");

        Assert.That(paper.Expire(10 + (60 * 26), 2).Reversed, Is.EqualTo(4));

        Assert.That(paper.Store.Sum(u => u.Cause == Cause.TerminalOffline), Is.EqualTo(default(PageCounts)));
        Assert.That(paper.Store.Sum(u => u.Cause == Cause.PanelBypass).Impressions, Is.EqualTo(8));
        Assert.That(paper.Store.Events.Single().Data["impressions"], Is.EqualTo("8"));
        Assert.That(paper.Expire(10 + (60 * 27), 2).Reversed, Is.Zero, "once");
        paper.Upload();
        Assert.That(paper.Store.Sum(u => u.PersonId == 3).Impressions, Is.EqualTo(8));
        Assert.That(paper.Store.AuditAsync().GetAwaiter().GetResult(), Is.Empty);
    }
}
