using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Accounting.Receipts;

/// <summary>The entries of one counter in one interval while receipts claim parts of them: taken back and posted anew as a whole, so that they tile it.</summary>
internal sealed class CounterWork(PostedInterval interval, BaseCounter counter)
{
    private readonly List<Piece> pieces = [.. interval.Live.Where(e => e.Counter == counter.Index).Select(e => new Piece(e, e.Delta))];
    private readonly List<EntryRecord> added = [];
    private bool touched;

    public PostedInterval Interval => interval;

    public BaseCounter Counter => counter;

    /// <summary>What receipts may still take of the pieces that <paramref name="which"/> names.</summary>
    public long Claimable(Func<EntryRecord, bool> which) => pieces.Where(p => IsClaimable(p.Entry) && which(p.Entry)).Sum(p => p.Left);

    /// <summary>Takes <paramref name="amount"/>, at most what is claimable, and posts it as <paramref name="claim"/> makes it of the piece's entry. Returns copies that were a panel bypass.</summary>
    public long Take(long amount, Func<EntryRecord, bool> which, Func<EntryRecord, EntryRecord> claim)
    {
        var bypass = 0L;
        for (var i = 0; i < pieces.Count && amount > 0; i++)
        {
            var piece = pieces[i];
            if (!IsClaimable(piece.Entry) || !which(piece.Entry) || piece.Left == 0)
            {
                continue;
            }

            var part = Math.Min(amount, piece.Left);
            amount -= part;
            pieces[i] = piece with { Left = piece.Left - part };
            Add(claim(piece.Entry) with { Seq = 0, Delta = part });
            bypass += piece.Entry.Cause == Cause.PanelBypass ? part : 0;
        }

        return bypass;
    }

    /// <summary>Adds an entry that no piece gives.</summary>
    public void Add(EntryRecord entry)
    {
        touched = true;
        // What it costs is decided when it is written.
        entry = entry with { CostMicros = null };
        var same = added.FindIndex(e => e.Cause == Cause.None && e with { Delta = 0 } == entry with { Delta = 0 });
        if (same >= 0)
        {
            added[same] = entry with { Delta = entry.Delta + added[same].Delta };
        }
        else
        {
            added.Add(entry);
        }
    }

    /// <summary>Causes under which something stood here, and still does.</summary>
    public IEnumerable<(Cause Cause, bool Left)> Unowned => counter.Role == CounterRole.Facet ? [] : pieces
        .Where(p => p.Entry is { PersonId: null, SessionId: null, Delta: > 0 } && p.Entry.Cause is not (Cause.None or Cause.MeterLag)).Select(p => (p.Entry.Cause, p.Left > 0));

    /// <summary>Reverses what stands there and posts what stands there now. <paramref name="jobs"/> tells how many jobs an entry is worth.</summary>
    public void Post(DeviceDraft draft, JobTally jobs)
    {
        if (!touched)
        {
            return;
        }

        var start = interval.Values[counter.Index] ?? 0;
        var offset = start + pieces.Sum(p => p.Entry.Delta);
        for (var i = pieces.Count - 1; i >= 0; i--)
        {
            var old = pieces[i].Entry;
            // An entry that a receipt of nobody known gave has nothing but its evidence to say whose it is.
            var evidence = old is { PersonId: null, SessionId: null, Cause: Cause.None } ? old.Evidence : null;
            Write(draft, old with { Delta = -old.Delta, PostedAt = draft.Now, Source = EntrySource.Vendor, Evidence = evidence, Reverses = old.Seq }, offset, counter.Role == CounterRole.Facet ? 0 : jobs.Gone(interval, counter, old));
            offset -= old.Delta;
        }

        foreach (var (entry, left) in pieces)
        {
            if (left != 0 || entry.Delta == 0)
            {
                Write(draft, entry with { Delta = left, PostedAt = draft.Now, Reverses = null, CostMicros = left == entry.Delta ? entry.CostMicros : null }, offset, 0);
                Moved(draft, entry.Seq, offset);
                offset += left;
            }
        }

        foreach (var entry in added)
        {
            Write(draft, entry, offset, counter.Role == CounterRole.Facet ? 0 : jobs.Came(entry));
            if (entry.Cause == Cause.MeterLag)
            {
                draft.State = draft.State with
                {
                    Lags = draft.State.Lags.Add(new OpenLag(entry.Epoch, entry.Counter, entry.Interval, entry.At, draft.State.EntrySeq, offset, -entry.Delta, -entry.Delta, entry.Evidence!)),
                };
            }

            offset += entry.Delta;
        }
    }

    /// <summary>Pages that the meter showed and no receipt has: not what receipts took, owe or were given, and not what came while nothing was licensed.</summary>
    private static bool IsClaimable(EntryRecord entry) =>
        entry.Delta > 0 && entry.Source != EntrySource.Vendor && entry.Cause is not (Cause.MeterLag or Cause.ReceiptExceedsMeter or Cause.NotLicensed);

    /// <summary>What is taken back takes back the cost it was booked with, what stays whole keeps it, and what is posted costs what it did at its time.</summary>
    private void Write(DeviceDraft draft, EntryRecord entry, long from, int jobs)
    {
        var counts = Projection.Of(interval.Set, counter, from, from + entry.Delta, draft.Context.PricesFor(entry.At, entry.DeviceId, draft.Context.GroupsOf(entry.PersonId)));
        if (entry.CostMicros is { } booked)
        {
            counts = counts with { CostMicros = entry.Reverses is null ? booked : -booked };
        }

        draft.Spend(entry.SessionId, counts.CostMicros);

        draft.Post(
            entry with { CostMicros = counts.CostMicros },
            new UsageRecord(draft.Day(entry.At), entry.DeviceId, entry.PersonId, entry.ProjectId, counter.Key.Function, entry.Cause, jobs, counts) { Hour = draft.Hour(entry.At) });
    }

    /// <summary>An entry that owes pages has another number now.</summary>
    private static void Moved(DeviceDraft draft, long before, long from)
    {
        for (var i = 0; i < draft.State.Lags.Length; i++)
        {
            if (draft.State.Lags[i].EntrySeq == before)
            {
                draft.State = draft.State with { Lags = draft.State.Lags.SetItem(i, draft.State.Lags[i] with { EntrySeq = draft.State.EntrySeq, From = from }) };
                return;
            }
        }
    }

    private readonly record struct Piece(EntryRecord Entry, long Left);
}

/// <summary>Closed intervals of a device while receipts are booked against them.</summary>
internal sealed class IntervalWork(IReadOnlyList<PostedInterval> intervals)
{
    private readonly Dictionary<(long Interval, int Counter), CounterWork> work = [];

    public IReadOnlyList<PostedInterval> Intervals => intervals;

    public CounterWork Of(PostedInterval interval, BaseCounter counter)
    {
        if (!work.TryGetValue((interval.Interval, counter.Index), out var of))
        {
            work[(interval.Interval, counter.Index)] = of = new CounterWork(interval, counter);
        }

        return of;
    }

    public void Post(DeviceDraft draft)
    {
        var jobs = new JobTally(work.Values, intervals);
        foreach (var of in work.Values)
        {
            of.Post(draft, jobs);
        }
    }
}

/// <summary>
/// How many jobs entries are worth: the work of a session is counted with its session, a receipt outside sessions is one job, and what was no one's is one for
/// each interval, function and cause, until nothing of it is left.
/// </summary>
internal sealed class JobTally
{
    private readonly HashSet<(long Interval, PageFunction Function, Cause Cause)> gone = [];
    private readonly HashSet<string> counted = new(StringComparer.Ordinal);

    public JobTally(IReadOnlyCollection<CounterWork> work, IReadOnlyList<PostedInterval> intervals)
    {
        var left = new HashSet<(long, PageFunction, Cause)>();
        foreach (var of in work)
        {
            foreach (var (cause, stays) in of.Unowned)
            {
                (stays ? left : gone).Add((of.Interval.Interval, of.Counter.Key.Function, cause));
            }
        }

        var looked = work.Select(w => (w.Interval.Interval, w.Counter.Index)).ToHashSet();
        foreach (var interval in intervals)
        {
            foreach (var entry in interval.Live.Where(e => e is { PersonId: null, SessionId: null, Delta: > 0 } && !looked.Contains((interval.Interval, e.Counter))))
            {
                if (interval.Set.Counters[entry.Counter] is { Role: not CounterRole.Facet } counter)
                {
                    left.Add((interval.Interval, counter.Key.Function, entry.Cause));
                }
            }
        }

        gone.ExceptWith(left);
    }

    /// <summary>-1 for the first entry that is taken back of a job that no one has any more, else 0.</summary>
    public int Gone(PostedInterval interval, BaseCounter counter, EntryRecord entry) =>
        entry is { PersonId: null, SessionId: null, Delta: > 0 } && gone.Remove((interval.Interval, counter.Key.Function, entry.Cause)) ? -1 : 0;

    /// <summary>1 for the first entry of a receipt outside sessions, else 0.</summary>
    public int Came(EntryRecord entry) => entry is { Cause: Cause.None, SessionId: null, Delta: > 0, Evidence: { } receipt } && counted.Add(receipt) ? 1 : 0;
}
