using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;

namespace CopyTrack.Accounting.Sessions;

/// <summary>
/// What an interval came to: whether anything went to the session, whether any of its pages is not exact, and whether a counter of the
/// device moved (the computed remainder is none).
/// </summary>
internal readonly record struct Posting(bool ToSession, bool Unsure, bool Moved);

/// <summary>Posts the whole delta of an interval, at once, as entries of a draft.</summary>
internal static class IntervalPosting
{
    /// <summary>
    /// Posts what moved between <paramref name="from"/> and <paramref name="to"/> (unwrapped, same set) in the interval that ends at border
    /// <paramref name="interval"/>: one entry for each counter that moved.
    /// </summary>
    public static Posting Post(
        DeviceDraft draft, BaseCounterSet set, ImmutableArray<long?> from, ImmutableArray<long?> to, long interval, DateTimeOffset at,
        IntervalOwner owner, LiveSession? session, string? evidence)
    {
        var moved = Moved(set, from, to);
        var result = default(Posting);
        var bypassed = 0L;
        var spent = 0L;
        var counted = session?.Counted ?? [];
        var jobs = new HashSet<(PageFunction, Cause)>();
        foreach (var counter in moved)
        {
            var (start, end) = (from[counter.Index]!.Value, to[counter.Index]!.Value);
            start += LagRules.GiveBack(draft, set, counter, start, end - start, interval, at);
            if (start == end)
            {
                result = result with { Moved = true };
                continue;
            }

            var share = draft.Context.Licensed ? Attribution.Of(set, counter, moved, owner) : Attribution.Unlicensed(set, counter, moved, owner);
            var counts = Projection.Of(set, counter, start, end, draft.Context.PricesFor(at, draft.State.DeviceId, share.ToSession ? session!.PriceGroups : null));
            var function = counter.Key.Function;
            var job = counter.Role != CounterRole.Facet && IsNewJob(share, function, ref counted, jobs) ? 1 : 0;
            var record = share.ToSession ? session!.Record : null;
            draft.Post(
                new EntryRecord(draft.State.DeviceId, 0, draft.State.Epoch, interval, counter.Index, end - start, at, draft.Now,
                    record?.Id, record?.PersonId, record?.ProjectId, share.Cause, share.Confidence, EntrySource.Meter,
                    evidence ?? (share is { ToSession: true, Confidence: not Confidence.Exact } ? session!.InferredReason : null), null) { CostMicros = counts.CostMicros },
                new UsageRecord(draft.Day(at), draft.State.DeviceId, record?.PersonId, record?.ProjectId, function, share.Cause, job, counts) { Hour = draft.Hour(at) });
            result = new Posting(
                result.ToSession || share.ToSession,
                result.Unsure || (share is { ToSession: true, Confidence: not Confidence.Exact } && counter.Role != CounterRole.Facet),
                result.Moved || !Remainder.IsRemainder(counter));
            spent += share.ToSession ? counts.CostMicros : 0;
            bypassed += share.Cause == Cause.PanelBypass ? counts.Impressions + counts.Scans + counts.Faxes : 0;
        }

        if (session is not null && counted.Length != session.Counted.Length)
        {
            Recount(draft, session, counted);
        }

        draft.Spend(session?.Record.Id, spent);

        if (bypassed > 0 && draft.State.ReportsAt is { } reports && at - reports <= ReceiptRules.ReportsFor)
        {
            // The device tells whose copies these were in a moment; only what no receipt claims is a bypass.
            var waiting = draft.State.Unclaimed ?? new UnclaimedCopies(0, draft.Now);
            draft.State = draft.State with { Unclaimed = waiting with { Pages = waiting.Pages + bypassed } };
        }
        else if (bypassed > 0)
        {
            draft.Tell("alert", ("kind", "panelBypass"), ("impressions", bypassed.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        return result;
    }

    /// <summary>The counters that differ; one that is read for the first time starts there and has not moved.</summary>
    public static List<BaseCounter> Moved(BaseCounterSet set, ImmutableArray<long?> from, ImmutableArray<long?> to) =>
        [.. set.Counters.Where(c => Remainder.IsPosted(set, c) && from[c.Index] is { } f && to[c.Index] is { } t && f != t)];

    private static bool IsNewJob(Share share, PageFunction function, ref ImmutableArray<PageFunction> counted, HashSet<(PageFunction, Cause)> jobs)
    {
        if (!share.ToSession)
        {
            return jobs.Add((function, share.Cause));
        }

        if (counted.Contains(function))
        {
            return false;
        }

        counted = counted.Add(function);
        return true;
    }

    private static void Recount(DeviceDraft draft, LiveSession session, ImmutableArray<PageFunction> counted)
    {
        if (draft.State.Open?.Record.Id == session.Record.Id)
        {
            draft.State = draft.State with { Open = draft.State.Open with { Counted = counted } };
        }
        else if (draft.State.Settling?.Record.Id == session.Record.Id)
        {
            draft.State = draft.State with { Settling = draft.State.Settling with { Counted = counted } };
        }
    }
}
