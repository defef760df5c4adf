using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Accounting.Receipts;

/// <summary>What receipts are ahead of the meter is given back by the next pages, or told as receiptExceedsMeter when a day has passed or the epoch ends.</summary>
internal static class LagRules
{
    /// <summary>How long the meter may take to show what a receipt told.</summary>
    public static readonly TimeSpan Allowed = TimeSpan.FromHours(24);

    /// <summary>
    /// Posts what the movement of <paramref name="counter"/> in a new interval gives back, as one entry under cause meterLag. Returns how much of
    /// <paramref name="delta"/> that took; the rest is to be attributed as always.
    /// </summary>
    public static long GiveBack(DeviceDraft draft, BaseCounterSet set, BaseCounter counter, long from, long delta, long interval, DateTimeOffset at)
    {
        if (draft.State.Lags.IsEmpty || delta <= 0)
        {
            return 0;
        }

        var lags = draft.State.Lags.ToBuilder();
        var given = 0L;
        for (var i = 0; i < lags.Count && given < delta;)
        {
            var lag = lags[i];
            if (lag.Counter != counter.Index || lag.Epoch != draft.State.Epoch)
            {
                i++;
                continue;
            }

            var part = Math.Min(lag.Open, delta - given);
            given += part;
            if (part == lag.Open)
            {
                lags.RemoveAt(i);
            }
            else
            {
                lags[i++] = lag with { Open = lag.Open - part };
            }
        }

        if (given > 0)
        {
            draft.State = draft.State with { Lags = lags.ToImmutable() };
            Post(draft, set, new OpenLag(draft.State.Epoch, counter.Index, interval, at, 0, from, 0, 0, "the meter has caught up with a receipt"), from, given, Cause.MeterLag, null);
        }

        return given;
    }

    /// <summary>Closes what is open for longer than a day at the border of <paramref name="at"/>.</summary>
    public static void Expire(DeviceDraft draft, BaseCounterSet set, DateTimeOffset at)
    {
        if (draft.State.Lags.Any(l => at - l.At > Allowed))
        {
            Close(draft, set, l => at - l.At > Allowed);
        }
    }

    /// <summary>Closes all that is open: the counters of the next epoch can't give it back.</summary>
    public static void ExpireAll(DeviceDraft draft, BaseCounterSet set)
    {
        if (!draft.State.Lags.IsEmpty)
        {
            Close(draft, set, _ => true);
        }
    }

    /// <summary>Tells that a device claims pages which its meter does not show.</summary>
    public static void Alarm(DeviceDraft draft, long pages) =>
        draft.Tell("alert", ("kind", "receiptExceedsMeter"), ("impressions", pages.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static void Close(DeviceDraft draft, BaseCounterSet set, Func<OpenLag, bool> which)
    {
        var pages = 0L;
        foreach (var lag in draft.State.Lags.Where(which).ToList())
        {
            var end = lag.From - lag.Amount;
            Post(draft, set, lag, end, lag.Amount, Cause.MeterLag, lag.EntrySeq);
            if (lag.Amount > lag.Open)
            {
                Post(draft, set, lag, lag.From, lag.Open - lag.Amount, Cause.MeterLag, null);
            }

            Post(draft, set, lag, lag.From - (lag.Amount - lag.Open), -lag.Open, Cause.ReceiptExceedsMeter, null);
            pages += lag.Open;
        }

        draft.State = draft.State with { Lags = [.. draft.State.Lags.Where(l => !which(l))], Reversals = draft.State.Reversals + 1 };
        Alarm(draft, pages);
    }

    private static void Post(DeviceDraft draft, BaseCounterSet set, OpenLag lag, long from, long delta, Cause cause, long? reverses)
    {
        var counter = set.Counters[lag.Counter];
        var counts = Projection.Of(set, counter, from, from + delta, draft.Context.PricesFor(lag.At, draft.State.DeviceId, null));
        draft.Post(
            new EntryRecord(draft.State.DeviceId, 0, lag.Epoch, lag.Interval, lag.Counter, delta, lag.At, draft.Now, null, null, null, cause, Confidence.Exact, EntrySource.Vendor, lag.Evidence, reverses) { CostMicros = counts.CostMicros },
            new UsageRecord(draft.Day(lag.At), draft.State.DeviceId, null, null, counter.Key.Function, cause, 0, counts) { Hour = draft.Hour(lag.At) });
    }
}
