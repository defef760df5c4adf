using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Sessions;

/// <summary>A login that a terminal let in without the server and has uploaded; the session id is new.</summary>
public sealed record OfflineLogin(
    string LocalId, long SessionId, string TerminalId, long PersonId, string Functions, DateTimeOffset LoginAt, DateTimeOffset LogoutAt)
{
    /// <summary>The person's groups that price lists name, `;` between; null for none.</summary>
    public string? PriceGroups { get; init; }
}

/// <summary>
/// An entry that may be taken back, with what its projection needs: the set of its epoch, the value of its counter at which it began, and
/// when its interval began (the border before its own).
/// </summary>
public sealed record PostedEntry(EntryRecord Entry, BaseCounterSet Set, long From, DateTimeOffset Since);

/// <summary>
/// What an upload came to. <see cref="NeedsReading"/>: the last reading is from before the end of a login, nothing was done; read the device
/// and ask again. <see cref="Accepted"/>: the local ids that are booked now.
/// </summary>
public sealed record OfflineOutcome(DeviceState After, bool NeedsReading, ImmutableArray<string> Accepted, int Reversed);

/// <summary>
/// Pages made while the terminal worked without the server: they are taken back from no one and go to the person who had logged in, and to
/// panelBypass when nobody claims them in time (docs/architecture.md, Offline).
/// </summary>
public static class OfflineRules
{
    /// <summary>How long after the allowed hours an upload may still come.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    /// <summary>
    /// Books uploaded logins. <paramref name="entries"/> are those of the intervals that touch a login, reversals among them; what belongs to
    /// no one for lack of a session is reversed and posted again: inferred to one login, or by duration to several in the same interval,
    /// estimated. The caller passes only local ids that it has not kept yet, and keeps the accepted ones in the same transaction; a reversal takes back the cost that its entry was
    /// booked with.
    /// </summary>
    public static (DeviceChange Change, OfflineOutcome Outcome) Upload(
        DeviceState state, DecisionContext context, IReadOnlyCollection<PostedEntry> entries, IReadOnlyCollection<OfflineLogin> logins)
    {
        List<OfflineLogin> once = [.. logins.DistinctBy(l => l.LocalId).OrderBy(l => l.LoginAt)];
        if (once.Count == 0 || once.Exists(l => state.Last is not { } last || last.ConfirmedAt < l.LogoutAt))
        {
            return (new DeviceChange(), new OfflineOutcome(state, once.Count > 0, [], 0));
        }

        var draft = new DeviceDraft(state, context);
        var counted = new HashSet<(long, PageFunction)>();
        var unsure = new Dictionary<long, string>();
        var reversed = 0;
        foreach (var interval in Live(entries).Where(e => IsUnclaimed(e.Entry)).GroupBy(e => (e.Entry.Epoch, e.Entry.Interval)))
        {
            var (since, until) = (interval.First().Since, interval.First().Entry.At);
            List<OfflineLogin> there = [.. once.Where(l => l.LoginAt < until && l.LogoutAt + context.Options.Settle > since)];
            if (there.Count == 0)
            {
                continue;
            }

            Reverse(draft, interval);
            reversed += interval.Count();
            foreach (var entry in interval)
            {
                Share(draft, entry, there, since, until, counted);
            }

            foreach (var login in there)
            {
                unsure[login.SessionId] = there.Count > 1 ? "shared with other offline logins by duration" : "the terminal was offline";
            }
        }

        foreach (var login in once)
        {
            draft.Save(ToSession(login, context.Now, state.DeviceId, unsure.GetValueOrDefault(login.SessionId)));
        }

        draft.State = draft.State with { Reversals = draft.State.Reversals + (reversed > 0 ? 1 : 0) };
        return (draft.ToChange(), new OfflineOutcome(draft.State, false, [.. once.Select(l => l.LocalId)], reversed));
    }

    /// <summary>
    /// What nobody claimed within the hours for which offline logins are <paramref name="allowed"/> plus a day becomes panelBypass, with an
    /// alarm. <paramref name="entries"/> may hold more than that; the outcome tells how many were reversed.
    /// </summary>
    public static (DeviceChange Change, OfflineOutcome Outcome) Expire(
        DeviceState state, DecisionContext context, IReadOnlyCollection<PostedEntry> entries, TimeSpan allowed)
    {
        var draft = new DeviceDraft(state, context);
        var pages = 0L;
        var reversed = 0;
        foreach (var interval in Live(entries).Where(e => e.Entry.Cause == Cause.TerminalOffline && e.Entry.At + allowed + Grace <= context.Now)
            .GroupBy(e => (e.Entry.Epoch, e.Entry.Interval)))
        {
            Reverse(draft, interval);
            var jobs = new HashSet<PageFunction>();
            foreach (var (entry, set, from, _) in interval)
            {
                var counts = Booked(Projection.Of(set, set.Counters[entry.Counter], from, from + entry.Delta, context.Prices), entry.CostMicros);
                pages += counts.Impressions + counts.Scans + counts.Faxes;
                reversed++;
                var job = IsJob(set, entry) && jobs.Add(set.Counters[entry.Counter].Key.Function) ? 1 : 0;
                draft.Post(entry with { PostedAt = context.Now, Cause = Cause.PanelBypass, Evidence = "no offline login was uploaded in time", Reverses = null, CostMicros = counts.CostMicros },
                    Usage(draft, entry with { Cause = Cause.PanelBypass }, set, job, counts));
            }
        }

        if (reversed == 0)
        {
            return (new DeviceChange(), new OfflineOutcome(state, false, [], 0));
        }

        draft.State = draft.State with { Reversals = draft.State.Reversals + 1 };
        draft.Tell("alert", ("kind", "panelBypass"), ("impressions", pages.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return (draft.ToChange(), new OfflineOutcome(draft.State, false, [], reversed));
    }

    /// <summary>Entries that still stand: neither reversals nor reversed.</summary>
    private static IEnumerable<PostedEntry> Live(IReadOnlyCollection<PostedEntry> entries)
    {
        var gone = entries.Where(e => e.Entry.Reverses is not null).Select(e => e.Entry.Reverses!.Value).ToHashSet();
        return entries.Where(e => e.Entry.Reverses is null && !gone.Contains(e.Entry.Seq)).OrderBy(e => e.Entry.Seq);
    }

    /// <summary>What is no one's only because the server knew of no session.</summary>
    private static bool IsUnclaimed(EntryRecord entry) =>
        entry is { SessionId: null, Delta: > 0, Cause: Cause.TerminalOffline or Cause.PanelBypass or Cause.ServerDown or Cause.DeviceUnreachable or Cause.UnknownFunction };

    private static void Reverse(DeviceDraft draft, IEnumerable<PostedEntry> interval)
    {
        var jobs = new HashSet<(PageFunction, Cause)>();
        foreach (var (entry, set, from, _) in interval)
        {
            var job = IsJob(set, entry) && jobs.Add((set.Counters[entry.Counter].Key.Function, entry.Cause)) ? -1 : 0;
            var counts = Booked(Projection.Of(set, set.Counters[entry.Counter], from + entry.Delta, from, draft.Context.Prices), -entry.CostMicros);
            draft.Post(entry with { Delta = -entry.Delta, PostedAt = draft.Now, Source = EntrySource.Offline, Evidence = null, Reverses = entry.Seq, CostMicros = counts.CostMicros },
                Usage(draft, entry, set, job, counts));
        }
    }

    private static void Share(
        DeviceDraft draft, PostedEntry posted, List<OfflineLogin> there, DateTimeOffset since, DateTimeOffset until, HashSet<(long, PageFunction)> counted)
    {
        var (entry, set, from, _) = posted;
        var counter = set.Counters[entry.Counter];
        var weights = there.ConvertAll(l => Math.Max(1, ((l.LogoutAt < until ? l.LogoutAt : until) - (l.LoginAt > since ? l.LoginAt : since)).Ticks / TimeSpan.TicksPerMillisecond));
        var whole = weights.Sum();
        long before = 0;
        long given = 0;
        for (var i = 0; i < there.Count; i++)
        {
            // Each ends where the sum of the shares until then ends, so that no page is lost to rounding.
            before += weights[i];
            var upTo = i + 1 == there.Count ? entry.Delta : Math.Max(given, WholePages(counter, from, (long)((decimal)entry.Delta * before / whole)));
            var delta = upTo - given;
            if (delta != 0)
            {
                var mine = entry with
                {
                    Delta = delta,
                    PostedAt = draft.Now,
                    SessionId = there[i].SessionId,
                    PersonId = there[i].PersonId,
                    Cause = Cause.None,
                    Confidence = there.Count > 1 ? Confidence.Estimated : Confidence.Inferred,
                    Source = EntrySource.Offline,
                    Evidence = $"offline login {there[i].LocalId}",
                    Reverses = null,
                };
                var job = IsJob(set, entry) && counted.Add((there[i].SessionId, counter.Key.Function)) ? 1 : 0;
                var counts = Projection.Of(set, counter, from + given, from + upTo, draft.Context.PricesFor(entry.At, entry.DeviceId, there[i].PriceGroups));
                draft.Post(mine with { CostMicros = counts.CostMicros }, Usage(draft, mine, set, job, counts));
            }

            given = upTo;
        }
    }

    /// <summary>The counts with the cost that was booked; where none was kept with the entry, that of now.</summary>
    private static PageCounts Booked(PageCounts counts, long? costMicros) => costMicros is { } cost ? counts with { CostMicros = cost } : counts;

    /// <summary>
    /// A border between shares where no page is cut: a counter that counts a page (or a two-sided sheet) as several is shared by whole ones, so that each share
    /// comes to the same columns by itself as among the others.
    /// </summary>
    private static long WholePages(BaseCounter counter, long from, long upTo)
    {
        var step = (counter.Key is { Unit: CounterUnit.Equivalents, Size: PageSize.Large } ? 2 : 1) * (counter.Key is { Sides: PageSides.Duplex, Unit: not CounterUnit.Sheets } ? 2 : 1);
        return upTo - ((from + upTo) % step);
    }

    private static bool IsJob(BaseCounterSet set, EntryRecord entry) => set.Counters[entry.Counter].Role != CounterRole.Facet;

    private static UsageRecord Usage(DeviceDraft draft, EntryRecord entry, BaseCounterSet set, int jobs, PageCounts counts) =>
        new(draft.Day(entry.At), entry.DeviceId, entry.PersonId, entry.ProjectId, set.Counters[entry.Counter].Key.Function, entry.Cause, jobs, counts);

    private static SessionRecord ToSession(OfflineLogin login, DateTimeOffset now, long deviceId, string? unsure) => new()
    {
        Id = login.SessionId,
        DeviceId = deviceId,
        TerminalId = login.TerminalId,
        PersonId = login.PersonId,
        State = SessionState.Settled,
        Method = "card",
        Functions = login.Functions,
        OpenedAt = login.LoginAt,
        LastActivityAt = login.LogoutAt,
        EndedAt = login.LogoutAt,
        SettledAt = now,
        EndReason = EndReason.User,
        Inferred = unsure is not null,
        InferredReason = unsure,
    };
}
