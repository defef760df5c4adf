using System.Collections.Frozen;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Accounting.Tests.Receipts;
using CopyTrack.Accounting.Tests.Sessions;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Ledger;

public sealed class PriceBookTests
{
    private static readonly DateTimeOffset March = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void The_most_specific_list_wins_and_of_equals_the_later()
    {
        var book = new PriceBook(Of(1), [List("all", 2), List("later", 3, from: March.AddDays(10)), List("group", 4, groups: "staff"), List("device", 5, device: 7), List("both", 6, device: 7, groups: "staff")]);
        Assert.Multiple(() =>
        {
            Assert.That(book.For(March.AddDays(-1), 7, "staff").Mono, Is.EqualTo(1), "none holds yet");
            Assert.That(book.For(March.AddDays(1), 9, null).Mono, Is.EqualTo(2));
            Assert.That(book.For(March.AddDays(10), 9, null).Mono, Is.EqualTo(3));
            Assert.That(book.For(March.AddDays(10), 9, "other;staff").Mono, Is.EqualTo(4));
            Assert.That(book.For(March.AddDays(10), 7, "other").Mono, Is.EqualTo(5));
            Assert.That(book.For(March.AddDays(10), 7, "staff").Mono, Is.EqualTo(6));
        });
    }

    [Test]
    public void A_list_holds_until_its_end_exclusively()
    {
        var book = new PriceBook(Of(1), [List("march", 2) with { Until = March.AddMonths(1) }]);
        Assert.That((book.For(March.AddMonths(1).AddTicks(-1), 1, null).Mono, book.For(March.AddMonths(1), 1, null).Mono), Is.EqualTo((2L, 1L)));
    }

    [Test]
    public void A_session_remembers_only_the_groups_that_a_list_names() =>
        Assert.That((new PriceBook(Of(1), [List("group", 4, groups: "staff")]).Relevant(["a", "staff"]), new PriceBook(Of(1), []).Relevant(["staff"])), Is.EqualTo(("staff", (string?)null)));

    [Test]
    public void An_entry_keeps_its_cost_when_the_prices_change_and_a_reversal_takes_back_exactly_that()
    {
        var desk = new Desk { TerminalOffline = true };
        desk.Store.Apply(WalkUpRules.Reading(desk.State, Context(desk, 100, Of(50)), desk.Meters(100, 1003, 603, 300)));
        var booked = desk.Store.Entries[^1];
        Assert.That(booked.CostMicros, Is.EqualTo(150));

        var posted = new PostedEntry(booked, desk.Set, 600, desk.At(60).Now);
        var login = new OfflineLogin("l", 900, "T1", 5, "copy", desk.At(70).Now, desk.At(90).Now) { PriceGroups = "staff" };
        var book = new PriceBook(Of(9), [List("staff", 80, from: DateTimeOffset.MinValue, groups: "staff")]);
        desk.Store.Apply(OfflineRules.Upload(desk.State, Context(desk, 200, Of(9)) with { Book = book }, [posted], [login]));

        Assert.That(desk.Store.Entries.Skip(desk.Store.Entries.Count - 2).Select(e => (e.Delta, e.PersonId, e.CostMicros)), Is.EqualTo(new[] { (-3L, (long?)null, (long?)-150), (3L, 5L, 240L) }));
        Assert.That(desk.Store.Usage.Sum(u => u.Counts.CostMicros), Is.EqualTo(240), "roll-ups hold what the entries hold");
    }

    [Test]
    public void A_sheet_costs_its_price_and_an_unknown_one_is_taken_for_one_a_page()
    {
        var desk = new Desk();
        desk.Store.Apply(WalkUpRules.Reading(desk.State, Context(desk, 100, Of(0) with { Sheet = 7 }), desk.Meters(100, 1002, 602, 300)));
        Assert.That(desk.Store.Entries[^1].CostMicros, Is.EqualTo(14));
    }

    [Test]
    public void A_panel_that_locks_at_zero_ends_the_session_when_the_credit_is_spent()
    {
        var desk = new Desk();
        var grant = new LoginGrant(101, "T1", 5, "card", "copy", false) { CreditMicros = 100, LocksAtZero = true };
        desk.Store.Apply(WalkUpRules.Login(desk.State, desk.At(70), grant));
        desk.Store.Apply(WalkUpRules.Reading(desk.State, Context(desk, 70.3, Of(50)), desk.Meters(70.2, 1000, 600, 300)));
        desk.Store.Apply(WalkUpRules.Reading(desk.State, Context(desk, 80, Of(50)), desk.Meters(80, 1001, 601, 300)));
        Assert.That(desk.Store.Apply(WalkUpRules.Tick(desk.State, desk.At(80.5))).Ended, Is.Null, "half is left");
        desk.Store.Apply(WalkUpRules.Reading(desk.State, Context(desk, 90, Of(50)), desk.Meters(90, 1002, 602, 300)));
        Assert.That(desk.Store.Apply(WalkUpRules.Tick(desk.State, desk.At(90.5))).Ended?.EndReason, Is.EqualTo(EndReason.Credit));
    }

    [Test]
    public void What_a_receipt_posts_anew_is_priced_for_the_persons_group_and_what_stays_keeps_its_cost()
    {
        var desk = new Desk();
        var staff = new PriceBook(Of(50), [List("staff", 20, from: DateTimeOffset.MinValue, groups: "staff")]);
        desk.Store.Apply(WalkUpRules.Login(desk.State, desk.At(70), new LoginGrant(101, "T1", 5, "card", "copy", false) { PriceGroups = "staff", CreditMicros = 1_000 }));
        desk.Store.Apply(WalkUpRules.Reading(desk.State, Context(desk, 70.3, Of(50)) with { Book = staff }, desk.Meters(70.2, 1000, 600, 300)));
        desk.Store.Apply(WalkUpRules.Reading(desk.State, Context(desk, 100, Of(50)) with { Book = staff }, desk.Meters(100, 1006, 603, 303)));
        Assert.That(desk.State.Open!.SpentMicros, Is.EqualTo(3 * 20), "the three copies; the prints are no one's");

        // The lists have changed since. One copy was somebody else's, who is staff too; two stay.
        var dearer = new PriceBook(Of(90), [List("staff", 70, from: DateTimeOffset.MinValue, groups: "staff")]);
        var context = Context(desk, 105, Of(90)) with { Book = dearer, PriceGroups = new Dictionary<long, string> { [5] = "staff", [6] = "staff" } };
        var receipt = new JobReceipt { BootId = "b", JobId = "1", Service = JobService.Copy, EndedAt = desk.At(90).Now, Pages = [new CompletedPages(PageColor.Any, PageSides.Any, null, 1, null)] };
        desk.Store.Apply(ReceiptRules.Book(
            desk.State, context, PaperIntervals.Of(desk.Store), [new WaitingReceipt(1, receipt, desk.At(85).Now, desk.At(90).Now, desk.At(100).Now, new ReceiptOwner(null, 6, null))]));
        var gone = desk.Store.Entries.Where(e => e.Reverses is not null).Select(e => e.Reverses!.Value).ToHashSet();
        var live = desk.Store.Entries.Where(e => e.Reverses is null && !gone.Contains(e.Seq) && e.PersonId is not null).Select(e => (e.PersonId, e.Delta, e.CostMicros));
        Assert.That(live, Is.EquivalentTo(new[] { ((long?)5, 2L, (long?)140L), (6L, 1L, 70L) }), "by the lists of now for the group, where an entry was cut");
        Assert.That(desk.State.Open!.SpentMicros, Is.EqualTo(140), "what the session has spent follows");
        Assert.That(desk.Store.Usage.Sum(u => u.Counts.CostMicros), Is.EqualTo(desk.Store.Entries.Sum(e => e.CostMicros ?? 0)));
    }

    [Test]
    public void Copies_without_a_licence_are_no_ones_and_scans_and_prints_are_as_ever()
    {
        var desk = new Desk();
        desk.Login(70, 5);
        desk.Read(70.2, 1000, 600, 300);
        desk.Store.Apply(WalkUpRules.Reading(desk.State, desk.At(80) with { Licensed = false }, desk.Meters(80, 1005, 603, 302)));
        desk.Store.Apply(WalkUpRules.Reading(desk.State, desk.At(90), desk.Meters(90, 1006, 604, 302)));
        Assert.That(desk.Ledger, Is.EqualTo(new[] { "+3 copy NotLicensed", "+2 print DirectPrint", "+1 copy 5" }));
        Assert.That(desk.Alarms, Is.Empty);
    }

    private static DecisionContext Context(Desk desk, double at, PriceList prices) => desk.At(at) with { Prices = prices };

    private static PriceList Of(long mono) => new("EUR", mono, mono, 0, 0, 0);

    private static PricedScope List(string name, long mono, DateTimeOffset? from = null, long? device = null, string? groups = null) => new(
        name, from ?? March, null, device is { } d ? FrozenSet.ToFrozenSet([d]) : null, groups is null ? null : FrozenSet.ToFrozenSet([groups], StringComparer.Ordinal), Of(mono));
}
