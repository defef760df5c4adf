using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Sessions;

/// <summary>Each fault is planted once into what posting decided, on its way to the storage; the audit, which shares nothing with posting, must tell.</summary>
public sealed class PlantedMutationTests
{
    private const int Seed = 20;

    [Test]
    public async Task Audit_is_green_without_a_fault()
    {
        var day = new PaperDay(Seed, rough: false).Run(TimeSpan.FromMinutes(16));
        Assert.That(await day.Store.AuditAsync(), Is.Empty);
        Assert.That(day.Store.Entries, Has.Count.GreaterThan(20));
    }

    [TestCaseSource(nameof(Faults))]
    public async Task Audit_is_red_with(Func<DeviceChange, DeviceChange?> fault)
    {
        var planted = false;
        var day = new PaperDay(Seed, rough: false, change =>
        {
            if (planted || fault(change) is not { } mutated)
            {
                return change;
            }

            planted = true;
            return mutated;
        }).Run(TimeSpan.FromMinutes(16));
        Assert.That(planted, Is.True, "the day has a place for the fault");
        Assert.That(await day.Store.AuditAsync(), Is.Not.Empty);
    }

    [Test]
    public async Task Audit_is_red_when_a_wrap_is_not_unwrapped()
    {
        var seed = Enumerable.Range(1, 200).First(s => new PaperDay(s, rough: false).Run(TimeSpan.FromMinutes(16)).Store.Entries.Exists(e => e.Evidence == "counter wrapped"));
        var day = new PaperDay(seed, rough: false, change => change with
        {
            Entries = [.. change.Entries.Select(e => e.Evidence == "counter wrapped" ? e with { Delta = e.Delta - 40_000 } : e)],
        }).Run(TimeSpan.FromMinutes(16));
        Assert.That(await day.Store.AuditAsync(), Is.Not.Empty);
    }

    [TestCase(false, 0)]
    [TestCase(true, 1)]
    public async Task Audit_tells_whether_an_offline_upload_took_back_what_it_posted_again(bool lost, int atLeast)
    {
        var paper = new OfflineLedger();
        paper.Upload(change => lost ? change with { Entries = [.. change.Entries.Where(e => e.Reverses is null)] } : change);
        Assert.That((await paper.Store.AuditAsync()).Length, lost ? Is.GreaterThanOrEqualTo(atLeast) : Is.Zero);
    }

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Fault("a skipped entry", c => c.Entries.Length < 2 ? null : c with { Entries = c.Entries.RemoveAt(0) });
        yield return Fault("a skipped last entry with its number", c => c.Entries.IsEmpty ? null
            : c with { Entries = c.Entries.RemoveAt(c.Entries.Length - 1), State = c.State! with { EntrySeq = c.State.EntrySeq - 1 } });
        yield return Fault("a doubled entry", c => c.Entries.IsEmpty ? null
            : c with { Entries = c.Entries.Add(c.Entries[0] with { Seq = c.State!.EntrySeq + 1 }), State = c.State with { EntrySeq = c.State.EntrySeq + 1 } });
        yield return Fault("swapped borders", c => c.Entries.IsEmpty || Border(c) < 0 ? null : Swapped(c));
        yield return Fault("a delta off by one", c => c.Entries.IsEmpty ? null : c with { Entries = c.Entries.SetItem(0, c.Entries[0] with { Delta = c.Entries[0].Delta + 1 }) });
        yield return Fault("an owner and a cause", c => c.Entries.FirstOrDefault(e => e.Cause == Cause.DirectPrint) is not { } e ? null
            : c with { Entries = c.Entries.Replace(e, e with { SessionId = 100, PersonId = 1 }) });
        yield return Fault("no owner and no cause", c => c.Entries.FirstOrDefault(e => e.PersonId is not null) is not { } e ? null
            : c with { Entries = c.Entries.Replace(e, e with { SessionId = null, PersonId = null }) });
        yield return Fault("a wrong epoch", c => c.Entries.IsEmpty ? null : c with { Entries = c.Entries.SetItem(0, c.Entries[0] with { Epoch = 2 }) });
        yield return Fault("a remainder that is not posted", c => c.Entries.FirstOrDefault(e => e.Cause == Cause.ServicePages) is not { } e ? null
            : c with { Entries = c.Entries.Remove(e), State = c.State! with { EntrySeq = c.State.EntrySeq - 1 } });
        yield return Fault("an interval shifted", c => c.Entries.IsEmpty ? null : c with { Entries = c.Entries.SetItem(0, c.Entries[0] with { Interval = c.Entries[0].Interval - 1 }) });
        yield return Fault("the wrong counter", c => c.Entries.IsEmpty ? null : c with { Entries = c.Entries.SetItem(0, c.Entries[0] with { Counter = c.Entries[0].Counter == 1 ? 2 : 1 }) });
        yield return Fault("a border that was not kept", c => c.Entries.IsEmpty || Border(c) < 0 ? null : c with { Readings = c.Readings.RemoveAt(Border(c)) });
        yield return Fault("a reversal of nothing", c => c.Entries.IsEmpty ? null
            : c with { Entries = c.Entries.Add(c.Entries[0] with { Seq = c.State!.EntrySeq + 1, Delta = -c.Entries[0].Delta, Reverses = 9999 }), State = c.State with { EntrySeq = c.State.EntrySeq + 1 } });
    }

    private static TestCaseData Fault(string name, Func<DeviceChange, DeviceChange?> fault) => new TestCaseData(fault).SetArgDisplayNames(name);

    private static int Border(DeviceChange c) => c.Readings.IsEmpty ? -1 : c.Readings.ToList().FindIndex(r => r.Status == ReadingStatus.Border);

    private static DeviceChange Swapped(DeviceChange c)
    {
        var at = Border(c);
        var border = c.Readings[at];
        return c with { Readings = c.Readings.SetItem(at, border with { Values = [.. border.Values.Select((v, i) => c.Entries.FirstOrDefault(e => e.Counter == i) is { } e ? v - (2 * e.Delta) : v)] }) };
    }
}
