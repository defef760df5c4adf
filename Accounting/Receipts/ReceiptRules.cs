using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Accounting.Receipts;

/// <summary>
/// What booking came to. <see cref="Closed"/>: the receipts that are done with; the others wait for a later reading.
/// </summary>
public sealed record BookingOutcome(DeviceState After, ImmutableArray<BookedReceipt> Closed);

/// <summary>
/// The two sources in one ledger (docs/receipts.md): the job's own counts win in attribution, the meter wins in total. A receipt takes pages of the intervals
/// in which it was made, whenever it comes; what the meter does not show is owed to the meter. The sums of all intervals stay what they were.
/// </summary>
public static class ReceiptRules
{
    /// <summary>How well the clocks of device and server agree once the offset is taken off.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How far from the job's own intervals pages of no one are looked for before the meter is said to owe some. Callers load intervals this far before and behind.
    /// </summary>
    public static TimeSpan Nearby { get; } = TimeSpan.FromMinutes(15);

    /// <summary>How long after a panel copy its receipt may come before the copy counts as a bypass, with an alarm.</summary>
    internal static readonly TimeSpan AlarmAfter = TimeSpan.FromMinutes(10);

    /// <summary>A device that sent a receipt this lately reports its own jobs.</summary>
    internal static readonly TimeSpan ReportsFor = TimeSpan.FromDays(7);

    /// <summary>
    /// True when the last border of <paramref name="state"/> is late enough to show what was made until <paramref name="to"/>: the device's lag has passed.
    /// </summary>
    public static bool IsShown(DeviceState state, DateTimeOffset to) => state.Last is { } last && last.At >= to + TimeSpan.FromMilliseconds(state.LagMs);

    /// <summary>
    /// Books <paramref name="receipts"/> of the device against <paramref name="intervals"/>: all closed intervals, in order, that touch the time from the first receipt's
    /// start to the last one's end and <see cref="Nearby"/> around it. Receipts whose time the meters have not shown yet are left.
    /// The prices of <paramref name="context"/> must be those under which the entries were counted.
    /// </summary>
    public static (DeviceChange Change, BookingOutcome Outcome) Book(
        DeviceState state, DecisionContext context, IReadOnlyList<PostedInterval> intervals, IReadOnlyCollection<WaitingReceipt> receipts)
    {
        List<WaitingReceipt> ready = [.. receipts.Where(r => IsShown(state, r.To)).OrderBy(r => r.To).ThenBy(r => r.Id)];
        if (ready.Count == 0)
        {
            return (new DeviceChange(), new BookingOutcome(state, []));
        }

        var draft = new DeviceDraft(state, context);
        var work = new IntervalWork(intervals);
        var closed = ImmutableArray.CreateBuilder<BookedReceipt>(ready.Count);
        var (bypass, exceeds) = (0L, 0L);
        foreach (var receipt in ready)
        {
            var candidates = Candidates(intervals, receipt, context.Options.Settle, TimeSpan.FromMilliseconds(state.LagMs));
            var claim = new ReceiptClaim(receipt, candidates, () => Around(intervals, receipt, candidates), work, draft);
            closed.Add(claim.Run());
            bypass += claim.Bypass;
            exceeds += claim.Exceeds;
        }

        work.Post(draft);
        var unclaimed = draft.State.Unclaimed is { } open && open.Pages > bypass ? open with { Pages = open.Pages - bypass } : null;
        draft.State = draft.State with { ReportsAt = context.Now, Reversals = draft.State.Reversals + 1, Unclaimed = unclaimed };
        if (exceeds > 0)
        {
            LagRules.Alarm(draft, exceeds);
        }

        var change = draft.ToChange() with { Receipts = closed.ToImmutable() };
        return (change, new BookingOutcome(draft.State, change.Receipts));
    }

    /// <summary>
    /// Closes receipts without looking at the ledger, for a reason that <paramref name="status"/> names. Nothing is attributed to anyone.
    /// </summary>
    public static (DeviceChange Change, BookingOutcome Outcome) Close(DeviceState state, DecisionContext context, IEnumerable<WaitingReceipt> receipts, ReceiptStatus status)
    {
        var draft = new DeviceDraft(state, context);
        draft.State = draft.State with { Reversals = draft.State.Reversals + 1 };
        var change = draft.ToChange() with { Receipts = [.. receipts.Select(r => BookedReceipt.Of(r, status, context.Now, false))] };
        return (change, new BookingOutcome(draft.State, change.Receipts));
    }

    /// <summary>
    /// Intervals in which pages of the job can have shown up, those that share most of its time first; where the meter proves that nothing moved then, the one
    /// that holds its end.
    /// </summary>
    private static List<PostedInterval> Candidates(IReadOnlyList<PostedInterval> intervals, WaitingReceipt receipt, TimeSpan settle, TimeSpan lag)
    {
        List<PostedInterval> found = [.. intervals.Where(i => i.Until > receipt.From - Slack && i.Since < receipt.To + settle)];
        if (found.Count == 0 && intervals.FirstOrDefault(i => i.Began <= receipt.To && i.Until > receipt.To) is { } next)
        {
            found.Add(next);
        }

        return found.Count < 2 ? found : [.. found.OrderByDescending(i => Shared(i, receipt, lag)).ThenBy(i => i.Interval)];
    }

    private static TimeSpan Shared(PostedInterval interval, WaitingReceipt receipt, TimeSpan lag)
    {
        var (from, to) = (interval.Since > receipt.From ? interval.Since : receipt.From, interval.Until < receipt.To + lag ? interval.Until : receipt.To + lag);
        return to > from ? to - from : TimeSpan.Zero;
    }

    /// <summary>
    /// The intervals that lie whole around those of the job, the nearest first: what another job left behind for the pages it took here stands beside it; further off are the pages of jobs that are still to be told.
    /// </summary>
    private static List<PostedInterval> Around(IReadOnlyList<PostedInterval> intervals, WaitingReceipt receipt, List<PostedInterval> candidates) =>
    [
        .. intervals.Where(i => i.Since >= receipt.From - Nearby && i.Until <= receipt.To + Nearby && !candidates.Contains(i)).OrderBy(i => Apart(i, receipt)).ThenBy(i => i.Interval),
    ];

    /// <summary>The time between an interval and the job; zero or less where they touch.</summary>
    private static TimeSpan Apart(PostedInterval interval, WaitingReceipt receipt)
    {
        var (behind, before) = (receipt.From - interval.Until, interval.Since - receipt.To);
        return behind > before ? behind : before;
    }

    /// <summary>What stands with an entry of the receipt: its id, and the account when nobody is known by it.</summary>
    internal static string Evidence(WaitingReceipt receipt)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"receipt {receipt.Id}");
        // A login name is a person's; ids of accounts, tracks and departments are none.
        return receipt.Owner.PersonId is null && receipt.Receipt.Identities.FirstOrDefault(i => i.Kind != IdentityKind.Login) is { Value: not null } account
            ? $"{id}, {account.Kind.ToString().ToLowerInvariant()} {account.Value}"
            : id;
    }
}
