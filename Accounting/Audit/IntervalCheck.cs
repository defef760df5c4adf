using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Audit;

/// <summary>Checks all entries of one interval together.</summary>
internal static class IntervalCheck
{
    /// <summary>An entry has an owner or a cause, and a reversal undoes one entry of the same interval and counter.</summary>
    public static void Entries(EpochRecord epoch, IReadOnlyList<EntryRecord> entries, Findings findings)
    {
        Dictionary<long, EntryRecord> bySeq = [];
        HashSet<long> reversed = [];
        foreach (EntryRecord e in entries)
        {
            if (!bySeq.TryAdd(e.Seq, e))
            {
                findings.Add(Place(epoch, e), $"entry {e.Seq} stands there twice, with {bySeq[e.Seq].Delta} and with {e.Delta}");
            }
        }

        foreach (EntryRecord e in entries)
        {
            Ownership(epoch, e, findings);
            if (e.Reverses is not long target)
            {
                continue;
            }

            if (!bySeq.TryGetValue(target, out EntryRecord? original))
            {
                findings.Add(Place(epoch, e), $"entry {e.Seq} of {e.Delta} reverses entry {target}, which is not in this interval");
            }
            else if (original.Counter != e.Counter)
            {
                findings.Add(Place(epoch, e), $"entry {e.Seq} of {e.Delta} reverses entry {target} of {original.Delta} of another counter");
            }
            else if (original.Delta != -e.Delta)
            {
                findings.Add(Place(epoch, e), $"entry {e.Seq} of {e.Delta} reverses entry {target} of {original.Delta} but is not equal and opposite");
            }
            else if (!SameOwner(original, e))
            {
                findings.Add(Place(epoch, e), $"entry {e.Seq} of {e.Delta} reverses entry {target} of {original.Delta} of another owner");
            }

            if (!reversed.Add(target))
            {
                findings.Add(Place(epoch, e), $"entry {e.Seq} of {e.Delta} reverses entry {target} once more");
            }
        }
    }

    /// <summary>Posts the entries to the balance and compares their sum with what each counter moved by.</summary>
    public static void Amounts(EpochBalance balance, long[] moved, long interval, IReadOnlyList<EntryRecord> entries, Findings findings)
    {
        long[] posted = new long[moved.Length];
        foreach (EntryRecord e in entries)
        {
            if (e.Epoch != balance.Record.Epoch)
            {
                findings.Add($"epoch {balance.Record.Epoch}, interval {interval}", $"entry {e.Seq} of {e.Delta} says epoch {e.Epoch}");
            }
            else if (e.Counter < 0 || e.Counter >= posted.Length)
            {
                findings.Add($"epoch {e.Epoch}, interval {interval}", $"entry {e.Seq} of {e.Delta} names counter {e.Counter} of {posted.Length}");
            }
            else
            {
                if (!balance.Owes(e.Counter))
                {
                    findings.Add(Place(balance.Record, e), $"entry {e.Seq} of {e.Delta} is for the total, whose parts have the entries");
                }

                posted[e.Counter] += e.Delta;
                balance.Post(e.Counter, e.Delta);
            }
        }

        for (int i = 0; i < moved.Length; i++)
        {
            if (balance.Owes(i) && posted[i] != moved[i])
            {
                findings.Add($"epoch {balance.Record.Epoch}, counter {CounterNames.Of(balance.Record.Set.Counters[i])}, interval {interval}",
                    $"the meter moved by {moved[i]} but the entries sum to {posted[i]}");
            }
        }
    }

    /// <summary>An epoch's first border closes no interval: only a note of 0 about the reset or replacement may stand there.</summary>
    public static void Opening(EpochBalance balance, long seq, IReadOnlyList<EntryRecord> entries, Findings findings)
    {
        foreach (EntryRecord e in entries.Where(e => e.Delta != 0 || e.Cause is not (Cause.MeterReset or Cause.DeviceReplaced)))
        {
            findings.Add($"epoch {balance.Record.Epoch}, counter {Name(balance.Record, e.Counter)}, interval {seq}",
                $"entry {e.Seq} of {e.Delta} stands at the first border of the epoch, where no interval ends");
        }

        foreach (EntryRecord e in entries.Where(e => e.Epoch == balance.Record.Epoch && e.Counter >= 0 && e.Counter < balance.Record.Set.Counters.Length))
        {
            balance.Post(e.Counter, e.Delta);
        }
    }

    private static void Ownership(EpochRecord epoch, EntryRecord e, Findings findings)
    {
        bool owned = e.SessionId is not null || e.PersonId is not null;
        if (owned && e.Cause != Cause.None)
        {
            findings.Add(Place(epoch, e), $"entry {e.Seq} of {e.Delta} has both an owner and the cause {e.Cause}");
        }
        else if (!owned && e.Cause == Cause.None && !(e.Source == EntrySource.Vendor && !string.IsNullOrEmpty(e.Evidence)))
        {
            findings.Add(Place(epoch, e), $"entry {e.Seq} of {e.Delta} has neither an owner nor a cause");
        }
        else if (e.SessionId is not null && e.PersonId is null && e.Source != EntrySource.Vendor)
        {
            findings.Add(Place(epoch, e), $"entry {e.Seq} of {e.Delta} names session {e.SessionId} but no person");
        }
    }

    private static bool SameOwner(EntryRecord a, EntryRecord b) =>
        a.SessionId == b.SessionId && a.PersonId == b.PersonId && a.ProjectId == b.ProjectId && a.Cause == b.Cause;

    private static FormattableString Place(EpochRecord epoch, EntryRecord e) => $"epoch {epoch.Epoch}, counter {Name(epoch, e.Counter)}, interval {e.Interval}";

    private static string Name(EpochRecord epoch, int counter) =>
        counter >= 0 && counter < epoch.Set.Counters.Length ? CounterNames.Of(epoch.Set.Counters[counter]) : FormattableString.Invariant($"number {counter}");
}
