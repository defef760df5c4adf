using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Accounting.Receipts;

/// <summary>
/// One receipt taking its pages: of its own session and person first, then what was no one's, then what the meters gave to someone else. What no interval
/// has is put on the last one and owed to the meter.
/// </summary>
internal sealed class ReceiptClaim(
    WaitingReceipt waiting, IReadOnlyList<PostedInterval> candidates, Func<IReadOnlyList<PostedInterval>> nearby, IntervalWork work, DeviceDraft draft)
{
    private bool placed;
    private bool shortage;

    /// <summary>The interval that ended last: what no interval shows will come after it.</summary>
    private PostedInterval Last => candidates.MaxBy(i => i.Interval)!;

    /// <summary>Copies that had counted as a bypass of the panel.</summary>
    public long Bypass { get; private set; }

    /// <summary>Pages that the meter can't give back in time any more.</summary>
    public long Exceeds { get; private set; }

    /// <summary>Claims, and tells what became of the receipt.</summary>
    public BookedReceipt Run()
    {
        var receipt = waiting.Receipt;
        foreach (var line in receipt.Pages.Where(l => l.Impressions > 0))
        {
            Pages(line);
        }

        Scans(PageFunction.Scan, receipt.Scans);
        Scans(PageFunction.Fax, receipt.Faxes);
        Facets();
        var empty = receipt.Pages.All(l => l.Impressions == 0) && receipt.Scans == 0 && receipt.Faxes == 0;
        var status = candidates.Count == 0 ? ReceiptStatus.OutsideLedger : placed || empty ? ReceiptStatus.Booked : ReceiptStatus.Unmetered;
        return BookedReceipt.Of(waiting, status, draft.Now, shortage);
    }

    private void Pages(CompletedPages line)
    {
        var rest = line.Impressions;
        foreach (var of in Ranks)
        {
            rest -= Pages(line, rest, of, fits: true);
        }

        // The meter may call colour what the job calls mono; but no one loses pages to another person for that.
        foreach (var of in Ranks.AsSpan(..^1))
        {
            rest -= Pages(line, rest, of, fits: false);
        }

        // Another receipt that came first may have taken these pages for its own; then its own are still there, with whoever made both or with no one, or those of a third
        // whose pages it took in turn; a job in between may have taken colour for mono.
        if (rest > 0 && candidates.Count > 0)
        {
            var around = nearby();
            foreach (var fits in new[] { true, false })
            {
                foreach (var of in Ranks.AsSpan(..^1))
                {
                    rest -= Pages(line, rest, of, fits, around);
                }
            }
        }

        if (rest > 0 && candidates.Count > 0 && ReceiptCounters.OfPages(Last.Set, waiting.Receipt.Service, line) is [var owing, ..] && owing.Key.Function != PageFunction.Other
            && ReceiptCounters.Fits(owing, line))
        {
            Owe(Last, owing, InUnits(owing, line, rest));
        }
    }

    private long Pages(CompletedPages line, long wanted, Func<EntryRecord, bool> of, bool fits, IReadOnlyList<PostedInterval>? among = null)
    {
        var taken = 0L;
        foreach (var interval in among ?? candidates)
        {
            foreach (var counter in ReceiptCounters.OfPages(interval.Set, waiting.Receipt.Service, line))
            {
                taken += ReceiptCounters.Fits(counter, line) == fits ? Take(interval, counter, of, wanted - taken, line) : 0;
            }
        }

        return taken;
    }

    private void Scans(PageFunction function, long wanted)
    {
        var rest = wanted;
        foreach (var of in Ranks)
        {
            foreach (var interval in candidates)
            {
                foreach (var counter in ReceiptCounters.OfScans(interval.Set, function))
                {
                    rest -= rest > 0 ? Take(work.Of(interval, counter), of, rest) : 0;
                }
            }
        }

        if (rest > 0 && candidates.Count > 0 && ReceiptCounters.OfScans(Last.Set, function) is [var owing, ..])
        {
            Owe(Last, owing, rest);
        }
    }

    /// <summary>Facets look at pages that are claimed already: they go along as far as they have moved.</summary>
    private void Facets()
    {
        if (!placed)
        {
            return;
        }

        // Of the sets of different epochs each has its own facets; the first interval that has one is asked for all.
        var done = new Dictionary<CounterKey, long>();
        foreach (var of in Ranks)
        {
            foreach (var interval in candidates)
            {
                foreach (var facet in interval.Set.Counters.Where(c => c.Role == CounterRole.Facet))
                {
                    var rest = done.TryGetValue(facet.Key, out var left) ? left : ReceiptCounters.OfFacet(interval.Set, facet, waiting.Receipt);
                    done[facet.Key] = rest - (rest > 0 ? Take(work.Of(interval, facet), of, rest) : 0);
                }
            }
        }
    }

    /// <summary>Takes up to <paramref name="impressions"/> of the line; returns how many that were.</summary>
    private long Take(PostedInterval interval, BaseCounter counter, Func<EntryRecord, bool> of, long impressions, CompletedPages line)
    {
        if (impressions == 0)
        {
            return 0;
        }

        var counted = work.Of(interval, counter);
        if (counter.Key.Unit == CounterUnit.Sheets)
        {
            var sheets = InUnits(counter, line, impressions);
            var taken = Take(counted, of, sheets);
            return taken == sheets ? impressions : Math.Min(impressions, taken * Math.Max(1, line.Impressions / Math.Max(1, ReceiptCounters.SheetsOf(line) ?? line.Impressions)));
        }

        var weight = ReceiptCounters.Weight(counter, line);
        var available = Math.Min(impressions, counted.Claimable(of) / weight);
        return Take(counted, of, available * weight) / weight;
    }

    private long Take(CounterWork counted, Func<EntryRecord, bool> of, long units)
    {
        var amount = Math.Min(units, counted.Claimable(of));
        if (amount > 0)
        {
            placed = true;
            var bypass = counted.Take(amount, of, Claimed);
            Bypass += counted.Counter.Role == CounterRole.Facet ? 0 : bypass;
        }

        return amount;
    }

    private void Owe(PostedInterval interval, BaseCounter counter, long units)
    {
        if (units <= 0)
        {
            return;
        }

        placed = shortage = true;
        var counted = work.Of(interval, counter);
        var entry = new EntryRecord(
            draft.State.DeviceId, 0, interval.Epoch, interval.Interval, counter.Index, units, interval.Until, draft.Now, null, null, null, Cause.None, Confidence.Exact, EntrySource.Vendor, null, null);
        counted.Add(Claimed(entry));
        var inTime = interval.Epoch == draft.State.Epoch && draft.State.Last is { } last && last.At - interval.Until <= LagRules.Allowed && draft.Now - interval.Until <= LagRules.Allowed;
        counted.Add(entry with { Delta = -units, Cause = inTime ? Cause.MeterLag : Cause.ReceiptExceedsMeter, Evidence = ReceiptRules.Evidence(waiting) });
        Exceeds += inTime ? 0 : units;
    }

    private static long InUnits(BaseCounter counter, CompletedPages line, long impressions)
    {
        if (counter.Key.Unit != CounterUnit.Sheets)
        {
            return impressions * ReceiptCounters.Weight(counter, line);
        }

        var sheets = ReceiptCounters.SheetsOf(line) ?? line.Impressions;
        return impressions == line.Impressions ? sheets : (long)Math.Ceiling((decimal)impressions * sheets / line.Impressions);
    }

    /// <summary>Whose an entry is, from the surest on.</summary>
    private Func<EntryRecord, bool>[] Ranks =>
    [
        e => e.SessionId is { } session && session == waiting.Owner.SessionId,
        e => !IsOfSession(e) && e.PersonId is { } person && person == waiting.Owner.PersonId,
        e => !IsOfSession(e) && e.PersonId is null,
        e => !IsOfSession(e) && e.PersonId is not null && e.PersonId != waiting.Owner.PersonId,
    ];

    private bool IsOfSession(EntryRecord entry) => entry.SessionId is { } session && session == waiting.Owner.SessionId;

    /// <summary>The entry as the receipt's: session and project of the person's own entry stay, for the project may have changed within the session.</summary>
    private EntryRecord Claimed(EntryRecord entry)
    {
        var owner = waiting.Owner;
        // A receipt that names nobody who is known says what was made; the session says who made it.
        var own = entry.PersonId is not null && (owner.PersonId is null || entry.PersonId == owner.PersonId);
        return entry with
        {
            PostedAt = draft.Now,
            SessionId = own ? entry.SessionId : owner.SessionId,
            PersonId = own ? entry.PersonId : owner.PersonId,
            ProjectId = own ? entry.ProjectId ?? owner.ProjectId : owner.ProjectId,
            Cause = Cause.None,
            Confidence = Confidence.Exact,
            Source = EntrySource.Vendor,
            Evidence = ReceiptRules.Evidence(waiting),
            Reverses = null,
        };
    }
}
