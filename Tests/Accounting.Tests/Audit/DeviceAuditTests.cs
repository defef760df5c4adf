using System.Collections.Immutable;
using CopyTrack.Accounting.Audit;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Audit;

public sealed class DeviceAuditTests
{
    [Test]
    public async Task A_good_ledger_balances_to_the_page()
    {
        DeviceVerdict verdict = (await LedgerOnPaper.Good().AuditAsync()).Verdict;

        Assert.That(verdict.Violations, Is.Empty);
        EpochVerdict epoch = verdict.Epochs.Single();
        Assert.That((epoch.First, epoch.Last, epoch.Metered, epoch.Ledger, epoch.Difference), Is.EqualTo((1230L, 1250L, 20L, 20L, 0L)));
        Assert.That((epoch.From, epoch.To), Is.EqualTo((LedgerOnPaper.Start, LedgerOnPaper.Start.AddMinutes(40))));
    }

    [Test]
    public async Task A_wrap_at_the_known_width_is_no_fall()
    {
        LedgerOnPaper ledger = new LedgerOnPaper().Epoch(1, LedgerOnPaper.Set(1000))
            .Border(1, 0, 998, 0, 0, 0, 0).Border(2, 1, 3, 0, 0, 0, 0).Entry(1, 2, 0, 5);

        EpochVerdict epoch = (await ledger.AuditAsync()).Verdict.Epochs.Single();

        Assert.That((epoch.Metered, epoch.Ledger, epoch.Difference), Is.EqualTo((5L, 5L, 0L)));
        Assert.That(await ledger.ViolationsAsync(), Is.Empty);
    }

    [Test]
    public async Task A_value_not_given_leaves_its_pages_to_the_next_border_that_has_one()
    {
        LedgerOnPaper ledger = new LedgerOnPaper().Epoch(1)
            .Border(1, 0, 10, 0, 0, 0, 0).Border(2, 1, null, 0, 0, 0, 0).Border(3, 2, 16, 0, 0, 0, 0).Entry(1, 3, 0, 6);

        Assert.That(await ledger.ViolationsAsync(), Is.Empty);
    }

    [Test]
    public async Task A_new_epoch_begins_a_new_balance_with_a_note_of_zero_pages()
    {
        LedgerOnPaper ledger = LedgerOnPaper.Good().Epoch(2, LedgerOnPaper.Set(version: 2));
        ledger.Reading(7, 2, 50, ReadingStatus.Border, 5, 0, 0, 0, 5).Entry(14, 7, 0, 0, Cause.MeterReset, epoch: 2);
        ledger.Reading(8, 2, 60, ReadingStatus.Border, 6, 0, 0, 0, 6).Entry(15, 8, 0, 1, epoch: 2).Entry(16, 8, 4, 1, epoch: 2);

        AuditOutcome outcome = await ledger.AuditAsync();

        Assert.That(outcome.Verdict.Violations, Is.Empty);
        Assert.That(outcome.Verdict.Epochs.Select(e => e.Metered), Is.EqualTo(new long?[] { 20, 1 }));
    }

    [Test]
    public async Task A_total_beside_its_parts_owes_no_entries_and_may_have_none()
    {
        BaseCounterSet set = LedgerOnPaper.Set();
        set = set with { Counters = set.Counters.SetItem(4, set.Counters[4] with { Role = CounterRole.Total }) };
        LedgerOnPaper ledger = new LedgerOnPaper().Epoch(1, set).Border(1, 0, 10, 0, 0, 0, 10).Border(2, 1, 12, 0, 0, 0, 12).Entry(1, 2, 0, 2);

        Assert.That(await ledger.ViolationsAsync(), Is.Empty);
        Assert.That(await ledger.Entry(2, 2, 4, 2).ViolationsAsync(), Is.EqualTo(new[]
        {
            "Device hall, epoch 1, counter total (sheets), interval 2: entry 2 of 2 is for the total, whose parts have the entries.",
        }));
    }

    [TestCaseSource(nameof(Damages))]
    public async Task Damage_turns_the_audit_red_with_a_sentence_that_names_it(Action<LedgerOnPaper> damage, string sentence)
    {
        LedgerOnPaper ledger = LedgerOnPaper.Good();
        damage(ledger);

        ImmutableArray<string> violations = await ledger.ViolationsAsync();

        Assert.That(violations, Has.Some.EqualTo(sentence), string.Join('\n', violations));
        Assert.That((await ledger.AuditAsync()).Position, Is.Null, "a bad run leaves no position to go on from");
    }

    private static IEnumerable<TestCaseData> Damages()
    {
        yield return Damage("skipped entry", l => l.Entries.RemoveAll(e => e.Seq == 4),
            "Device hall, epoch 1, counter copy color (impressions), interval 4: the meter moved by 3 but the entries sum to 0.");
        yield return Damage("skipped entry leaves a hole", l => l.Entries.RemoveAll(e => e.Seq == 4),
            "Device hall, entries: numbers 1 to 13 should be 13 rows but there are 12.");
        yield return Damage("doubled entry", l => l.Entries.Add(l.Entries.Find(e => e.Seq == 1)! with { Seq = 14 }),
            "Device hall, epoch 1, counter copy mono (impressions), interval 2: the meter moved by 4 but the entries sum to 8.");
        yield return Damage("same entry twice", l => l.Entries.Add(l.Entries.Find(e => e.Seq == 1)!),
            "Device hall, epoch 1, counter copy mono (impressions), interval 2: entry 1 stands there twice, with 4 and with 4.");
        yield return Damage("swapped borders", Swap,
            "Device hall, epoch 1, interval 4: the border was read at 2026-03-02T08:10:00.0000000+00:00, before its predecessor 2 at 2026-03-02T08:20:00.0000000+00:00.");
        yield return Damage("swapped borders move the pages", Swap,
            "Device hall, epoch 1, counter copy color (impressions), interval 2: the meter moved by 3 but the entries sum to 0.");
        yield return Damage("lost reversal", l => l.Entries.RemoveAll(e => e.Seq == 12),
            "Device hall, epoch 1, counter other (impressions), interval 4: the meter moved by 5 but the entries sum to 10.");
        yield return Damage("reversal of another amount", l => l.Change(12, e => e with { Delta = -4 }),
            "Device hall, epoch 1, counter other (impressions), interval 4: entry 12 of -4 reverses entry 5 of 5 but is not equal and opposite.");
        yield return Damage("reversal of what is not there", l => l.Change(12, e => e with { Reverses = 2 }),
            "Device hall, epoch 1, counter other (impressions), interval 4: entry 12 of -5 reverses entry 2, which is not in this interval.");
        yield return Damage("reversed twice", l => l.Entry(14, 4, 2, -5, Cause.DirectPrint, reverses: 5).Entry(15, 4, 2, 5),
            "Device hall, epoch 1, counter other (impressions), interval 4: entry 14 of -5 reverses entry 5 once more.");
        yield return Damage("wrong counter", l => l.Change(4, e => e with { Counter = 0 }),
            "Device hall, epoch 1, counter copy mono (impressions), interval 4: the meter moved by 0 but the entries sum to 3.");
        yield return Damage("counter out of range", l => l.Change(4, e => e with { Counter = 9 }),
            "Device hall, epoch 1, interval 4: entry 4 of 3 names counter 9 of 5.");
        yield return Damage("wrong interval", l => l.Change(4, e => e with { Interval = 5 }),
            "Device hall, epoch 1, counter copy color (impressions), interval 5: the meter moved by 0 but the entries sum to 3.");
        yield return Damage("interval of no border", l => l.Change(4, e => e with { Interval = 3 }),
            "Device hall, epoch 1, counter copy color (impressions), interval 3: entry 4 of 3 names an interval that no border ends.");
        yield return Damage("interval of the first border", l => l.Change(4, e => e with { Interval = 1 }),
            "Device hall, epoch 1, counter copy color (impressions), interval 1: entry 4 of 3 stands at the first border of the epoch, where no interval ends.");
        yield return Damage("interval in the future", l => l.Change(4, e => e with { Interval = 99 }),
            "Device hall, epoch 1, counter copy color (impressions), interval 99: entry 4 of 3 names an interval that no border ends.");
        yield return Damage("changed delta", l => l.Change(1, e => e with { Delta = 3 }),
            "Device hall, epoch 1, counter copy mono (impressions): the meter went from 1000 to 1012, moved by 12, but the entries sum to 11.");
        yield return Damage("missing border", l => l.Readings.RemoveAll(r => r.Seq == 4),
            "Device hall, epoch 1, reading 5: it follows reading 3, so 1 readings are missing.");
        yield return Damage("missing first reading", l => l.Readings.RemoveAll(r => r.Seq == 1),
            "Device hall, epoch 1, reading 2: it follows reading 0, so 1 readings are missing.");
        yield return Damage("missing evidence", l => l.Readings.RemoveAll(r => r.Seq == 3),
            "Device hall, epoch 1, reading 4: it follows reading 2, so 1 readings are missing.");
        yield return Damage("two readings of one number", l => l.Readings.Add(l.Readings.Find(r => r.Seq == 4)!),
            "Device hall, epoch 1, reading 4: it comes after reading 4 with a number that is not higher.");
        yield return Damage("wrong epoch of an entry", l => l.Epoch(2).Change(4, e => e with { Epoch = 2 }),
            "Device hall, epoch 1, interval 4: entry 4 of 3 says epoch 2.");
        yield return Damage("wrong epoch of a border", l => l.ChangeReading(4, r => r with { Epoch = 2 }),
            "Device hall, epoch 2, reading 4: the border belongs to an epoch that was never opened.");
        yield return Damage("border back to an older epoch", l => l.Epoch(2).ChangeReading(5, r => r with { Epoch = 2 }),
            "Device hall, epoch 1, interval 6: the border goes back from epoch 2 to epoch 1.");
        yield return Damage("ownerless entry", l => l.Change(1, e => e with { SessionId = null, PersonId = null }),
            "Device hall, epoch 1, counter copy mono (impressions), interval 2: entry 1 of 4 has neither an owner nor a cause.");
        yield return Damage("owner and cause", l => l.Change(1, e => e with { Cause = Cause.PanelBypass }),
            "Device hall, epoch 1, counter copy mono (impressions), interval 2: entry 1 of 4 has both an owner and the cause PanelBypass.");
        yield return Damage("border of an older boot", l => l.ChangeReading(2, r => r with { Boot = 2 }),
            "Device hall, epoch 1, interval 4: the border is of boot 1 but its predecessor 2 of boot 2.");
        yield return Damage("uptime out of order", l => l.ChangeReading(4, r => r with { UpTime = 1 }),
            "Device hall, epoch 1, interval 4: the uptime of the border is 1 but that of its predecessor 2 is 160000.");
        yield return Damage("fall without a wrap", l => l.ChangeReading(6, r => r with { Values = r.Values.SetItem(0, 900) }),
            "Device hall, epoch 1, counter copy mono (impressions), interval 6: the value falls from 1010 to 900, which is no wrap.");
        yield return Damage("a vector of another length", l => l.ChangeReading(6, r => r with { Values = [1] }),
            "Device hall, epoch 1, reading 6: 1 values where the epoch has 5 counters.");
        yield return Damage("lag never given back", l => l.Change(10, e => e with { Cause = Cause.DirectPrint })
                .Border(7, 40 + (25 * 60), 1012, 203, 35, 51, 714),
            "Device hall, epoch 1, counter copy mono (impressions), interval 5: meterLag of -2 should sum to 0 within a day but 2 was not given back.");
    }

    private static void Swap(LedgerOnPaper ledger)
    {
        int a = ledger.Readings.FindIndex(r => r.Seq == 2);
        int b = ledger.Readings.FindIndex(r => r.Seq == 4);
        (ledger.Readings[a], ledger.Readings[b]) = (ledger.Readings[b] with { Seq = 2 }, ledger.Readings[a] with { Seq = 4 });
    }

    private static TestCaseData Damage(string name, Action<LedgerOnPaper> damage, string sentence) =>
        new TestCaseData(damage, sentence).SetArgDisplayNames(name);
}
