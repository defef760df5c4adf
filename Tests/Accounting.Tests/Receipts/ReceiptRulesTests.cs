using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Accounting.Tests.Sessions;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Receipts;

public sealed class ReceiptRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Test]
    public void Receipt_outside_any_session_becomes_the_persons_entry()
    {
        var desk = new Desk();
        desk.Read(120, 1003, 603, 300);
        var outcome = Book(desk, 121, Receipt(1, 90, 95, 3, new ReceiptOwner(null, 5, 77)));
        Assert.That(outcome.Closed.Single().Status, Is.EqualTo(ReceiptStatus.Booked));
        Assert.That(Live(desk), Is.EqualTo(["+3 copy 5 Vendor"]));
        Assert.That(desk.Store.Entries[^1].ProjectId, Is.EqualTo(77));
    }

    [Test]
    public void Jobs_own_counts_win_over_whose_session_was_open()
    {
        var desk = new Desk();
        desk.Login(70, 5);
        desk.Read(71, 1000, 600, 300);
        desk.Read(100, 1010, 610, 300);
        Book(desk, 101, Receipt(1, 80, 90, 4, new ReceiptOwner(null, 6, null)));
        Assert.That(Live(desk), Is.EquivalentTo(["+6 copy 5 Meter", "+4 copy 6 Vendor"]));
    }

    [Test]
    public void Receipt_that_names_nobody_known_belongs_to_the_session_it_was_made_in()
    {
        var desk = new Desk();
        desk.Login(70, 5);
        desk.Read(71, 1000, 600, 300);
        desk.Read(100, 1004, 604, 300);
        Book(desk, 101, Receipt(1, 80, 90, 4, ReceiptOwner.None));
        Assert.That(Live(desk), Is.EqualTo(["+4 copy 5 Vendor"]));
        Assert.That(desk.Store.Entries[^1].SessionId, Is.EqualTo(101));
    }

    [Test]
    public void Unknown_account_is_kept_with_the_entry()
    {
        var desk = new Desk();
        desk.Read(120, 1003, 603, 300);
        var receipt = Receipt(9, 90, 95, 3, ReceiptOwner.None);
        Book(desk, 121, receipt with { Receipt = receipt.Receipt with { Identities = [new(IdentityKind.Login, "secret.name"), new(IdentityKind.Track, "4711")] } });
        Assert.That(desk.Store.Entries[^1], Has.Property("Evidence").EqualTo("receipt 9, track 4711").And.Property("Cause").EqualTo(Cause.None));
    }

    [Test]
    public async Task What_the_meter_does_not_show_yet_is_owed_and_given_back()
    {
        var desk = new Desk();
        Read(desk, 120, ReadingTrigger.Receipt, 1002, 602, 300);
        Book(desk, 121, Receipt(1, 100, 110, 5, new ReceiptOwner(null, 5, null)));
        Assert.That(Live(desk), Is.EquivalentTo(["+5 copy 5 Vendor", "-3 copy MeterLag Vendor"]));
        desk.Read(180, 1006, 606, 300);
        Assert.That(Live(desk), Is.EquivalentTo(["+5 copy 5 Vendor", "-3 copy MeterLag Vendor", "+3 copy MeterLag Vendor", "+1 copy PanelBypass Meter"]));
        Assert.That(desk.State.Lags, Is.Empty);
        Assert.That(await desk.Store.AuditAsync(), Is.Empty);
    }

    [Test]
    public async Task What_the_meter_never_shows_is_told_after_a_day_with_an_alarm()
    {
        var desk = new Desk();
        Read(desk, 120, ReadingTrigger.Receipt, 1002, 602, 300);
        Book(desk, 121, Receipt(1, 100, 110, 5, new ReceiptOwner(null, 5, null)));
        desk.Read(180, 1003, 603, 300);
        desk.Read(90_000, 1003, 603, 300);
        Assert.That(Live(desk), Is.EquivalentTo(["+5 copy 5 Vendor", "-1 copy MeterLag Vendor", "-2 copy ReceiptExceedsMeter Vendor", "+1 copy MeterLag Vendor"]));
        Assert.That(desk.Alarms, Does.Contain("receiptExceedsMeter"));
        Assert.That(await desk.Store.AuditAsync(), Is.Empty);
    }

    [Test]
    public async Task Debt_that_the_next_job_gives_back_and_owes_anew_is_not_a_day_old_to_the_audit()
    {
        var desk = new Desk();
        Read(desk, 120, ReadingTrigger.Receipt, 1002, 602, 300);
        Book(desk, 121, Receipt(1, 100, 110, 5, new ReceiptOwner(null, 5, null)));
        Read(desk, 72_000, ReadingTrigger.Receipt, 1005, 605, 300);
        Book(desk, 72_001, Receipt(2, 71_980, 71_990, 3, new ReceiptOwner(null, 6, null)));
        Assert.That(Live(desk), Is.EquivalentTo(["+5 copy 5 Vendor", "-3 copy MeterLag Vendor", "+3 copy MeterLag Vendor", "+3 copy 6 Vendor", "-3 copy MeterLag Vendor"]));
        desk.Read(90_000, 1007, 605, 302);
        Assert.That(await desk.Store.AuditAsync(), Is.Empty);
        desk.Read(100_000, 1010, 608, 302);
        Assert.That(desk.State.Lags, Is.Empty);
        Assert.That(await desk.Store.AuditAsync(), Is.Empty);
    }

    [Test]
    public async Task Own_pages_that_a_receipt_before_has_left_in_the_next_interval_are_found()
    {
        var desk = new Desk();
        desk.Login(70, 5);
        desk.Read(71, 1000, 600, 300);
        desk.Read(100, 1005, 605, 300);
        desk.Read(130, 1011, 611, 300);
        // The first job takes all of the second interval, which shares most of its time; what it leaves in the first is the second job's.
        Book(desk, 131, Receipt(1, 91, 125, 10, new ReceiptOwner(101, 5, null)), Receipt(2, 125.5, 126, 1, new ReceiptOwner(101, 5, null)));
        Assert.That(Live(desk).Where(e => e.Contains("MeterLag", StringComparison.Ordinal)), Is.Empty);
        Assert.That(desk.Store.Entries.Where(e => e.PersonId == 5).Sum(e => e.Delta), Is.EqualTo(11));
        Assert.That(await desk.Store.AuditAsync(), Is.Empty);
    }

    [Test]
    public async Task Receipt_of_days_ago_reverses_and_reposts_its_interval_on_its_day()
    {
        var desk = new Desk();
        desk.Read(120, 1003, 603, 300);
        desk.Read(600, 1003, 603, 300);
        desk.Read(300_000, 1010, 610, 300);
        var told = desk.Store.Entries.Count;
        Book(desk, 300_001, Receipt(1, 90, 95, 5, new ReceiptOwner(null, 5, null)));
        Assert.That(desk.Store.Entries.Skip(told).Select(e => e.At).Distinct(), Is.EqualTo([Start.AddSeconds(120.1)]));
        Assert.That(Live(desk), Is.EquivalentTo(["+7 copy ServerDown Meter", "+5 copy 5 Vendor", "-2 copy ReceiptExceedsMeter Vendor"]));
        Assert.That(await desk.Store.AuditAsync(), Is.Empty);
    }

    [Test]
    public void Receipt_of_before_the_first_reading_has_no_place_in_the_ledger()
    {
        var desk = new Desk();
        desk.Read(120, 1003, 603, 300);
        Assert.That(Book(desk, 121, Receipt(1, -900, -800, 5, new ReceiptOwner(null, 5, null))).Closed.Single().Status, Is.EqualTo(ReceiptStatus.OutsideLedger));
        Assert.That(Live(desk), Is.EqualTo(["+3 copy PanelBypass Meter"]));
    }

    [Test]
    public void Receipt_waits_for_a_border_after_the_devices_lag()
    {
        var desk = new Desk();
        desk.Read(120, 1003, 603, 300);
        Assert.That(Book(desk, 121, Receipt(1, 110, 119, 3, ReceiptOwner.None)).Closed, Is.Empty);
        Read(desk, 123, ReadingTrigger.Receipt, 1003, 603, 300);
        Assert.That(Book(desk, 123, Receipt(1, 110, 119, 3, ReceiptOwner.None)).Closed, Has.Length.EqualTo(1));
    }

    [Test]
    public void Copies_of_a_device_that_reports_its_jobs_are_a_bypass_only_when_no_receipt_comes()
    {
        var desk = new Desk();
        desk.Read(120, 1003, 603, 300);
        Assert.That(desk.Alarms, Is.EqualTo(["panelBypass"]), "a device that never reported");
        Book(desk, 121, Receipt(1, 90, 95, 3, new ReceiptOwner(null, 5, null)));
        desk.Read(180, 1005, 605, 300);
        Assert.That(desk.Alarms.Count(), Is.EqualTo(1));
        Book(desk, 190, Receipt(2, 150, 155, 2, new ReceiptOwner(null, 5, null)));
        desk.Read(240, 1009, 609, 300);
        desk.Read(300, 1009, 609, 300);
        Assert.That(desk.Alarms.Count(), Is.EqualTo(1));
        desk.Read(900, 1009, 609, 300);
        Assert.That(desk.Alarms.Count(), Is.EqualTo(2), "ten minutes without a receipt");
    }

    [Test]
    public void Scans_and_prints_take_what_their_counters_show()
    {
        var desk = new Desk();
        desk.Read(120, 1003, 600, 303);
        var print = Receipt(1, 90, 95, 3, new ReceiptOwner(null, 5, null));
        Book(desk, 121, print with { Receipt = print.Receipt with { Service = JobService.Print } });
        Assert.That(Live(desk), Is.EqualTo(["+3 print 5 Vendor"]));
        var scan = Receipt(2, 90, 95, 0, new ReceiptOwner(null, 5, null));
        Assert.That(
            Book(desk, 122, scan with { Receipt = scan.Receipt with { Service = JobService.Scan, Scans = 4 } }).Closed.Single().Status, Is.EqualTo(ReceiptStatus.Unmetered));
    }

    [Test]
    public async Task Second_receipt_in_the_interval_of_one_of_nobody_known_leaves_nothing_without_owner_and_evidence()
    {
        var desk = new Desk();
        desk.Read(120, 1008, 608, 300);
        Book(desk, 121, Receipt(1, 80, 85, 3, ReceiptOwner.None));
        Book(desk, 130, Receipt(2, 90, 95, 5, new ReceiptOwner(null, 5, null)));
        Assert.That(Live(desk), Is.EquivalentTo(["+3 copy None Vendor", "+5 copy 5 Vendor"]));
        Assert.That(await desk.Store.AuditAsync(), Is.Empty);
    }

    [Test]
    public void Time_of_a_receipt_is_that_of_its_session_where_a_clock_was_changed_between()
    {
        DateTimeOffset At(int minutes) => Start.AddMinutes(minutes);
        var settled = new ReceiptOwner(7, 5, null) { Since = At(60), Until = At(70) };
        var open = settled with { Until = null };
        Assert.That(ReceiptTimes.Within(settled, At(62), At(64)), Is.EqualTo((At(62), At(64))));
        Assert.That(ReceiptTimes.Within(settled, At(69), At(72)), Is.EqualTo((At(69), At(72))), "it touches the session");
        Assert.That(ReceiptTimes.Within(settled, At(242), At(244)), Is.EqualTo((At(60), At(70))), "three hours later");
        Assert.That(ReceiptTimes.Within(settled, At(2), At(4)), Is.EqualTo((At(60), At(70))), "an hour before");
        Assert.That(ReceiptTimes.Within(open, At(2), At(4)), Is.EqualTo((At(60), At(60))), "the session goes on");
        Assert.That(ReceiptTimes.Within(open, At(242), At(244)), Is.EqualTo((At(242), At(244))));
        Assert.That(ReceiptTimes.Within(ReceiptOwner.None, At(242), At(244)), Is.EqualTo((At(242), At(244))));
    }

    private static BookingOutcome Book(Desk desk, double at, params WaitingReceipt[] receipts) =>
        desk.Store.Apply(ReceiptRules.Book(desk.State, desk.At(at), PaperIntervals.Of(desk.Store), receipts));

    private static void Read(Desk desk, double at, ReadingTrigger trigger, params long?[] values) => desk.Take(at, desk.Meters(at, values) with { Trigger = trigger });

    private static WaitingReceipt Receipt(long id, double from, double to, long impressions, ReceiptOwner owner) => new(
        id,
        new JobReceipt
        {
            BootId = "b", JobId = $"{id}", Service = JobService.Copy, EndedAt = Start.AddSeconds(to),
            Pages = [new CompletedPages(PageColor.Mono, PageSides.Simplex, "iso_a4_210x297mm", impressions, impressions)],
        },
        Start.AddSeconds(from), Start.AddSeconds(to), Start.AddSeconds(to + 1), owner);

    private static IEnumerable<string> Live(Desk desk)
    {
        var gone = desk.Store.Entries.Where(e => e.Reverses is not null).Select(e => e.Reverses!.Value).ToHashSet();
        return desk.Store.Entries.Where(e => e.Reverses is null && !gone.Contains(e.Seq)).Select(e =>
            $"{(e.Delta < 0 ? "" : "+")}{e.Delta} {desk.Store.Epochs.Single(x => x.Epoch == e.Epoch).Set.Counters[e.Counter].Key.Function.ToString().ToLowerInvariant()} "
            + $"{e.PersonId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? e.Cause.ToString()} {e.Source}");
    }
}
