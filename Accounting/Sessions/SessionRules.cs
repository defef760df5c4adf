using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Sessions;

/// <summary>The life of a walk-up session inside a draft: opening, starting at a border, ending, settling.</summary>
internal static class SessionRules
{
    private const double LagMargin = 1.5;

    // No session proves that a device is quicker than is assumed at first: its last sheet may be older than its end, so that what is seen is a lower bound.
    private const int ShortestLagMs = 3000;
    private const int LongestLagMs = 15000;

    /// <summary>A session that should have ended this much earlier was not watched.</summary>
    private static readonly TimeSpan OverdueSlack = TimeSpan.FromSeconds(30);

    /// <summary>Within so long after the end comes the first look at the device; what it shows was so at the end.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);

    /// <summary>Puts a session in state opening on the device; the one before must have ended.</summary>
    public static LiveSession Open(DeviceDraft draft, LoginGrant grant)
    {
        var record = new SessionRecord
        {
            Id = grant.SessionId,
            DeviceId = draft.State.DeviceId,
            TerminalId = grant.TerminalId,
            PersonId = grant.PersonId,
            State = SessionState.Opening,
            Method = grant.Method,
            Functions = grant.Functions,
            ProjectRequired = grant.ProjectRequired,
            OpenedAt = draft.Now,
            LastActivityAt = draft.Now,
        };
        var session = new LiveSession { Record = record, PriceGroups = grant.PriceGroups, CreditMicros = grant.CreditMicros, LocksAtZero = grant.LocksAtZero };
        draft.State = draft.State with { Open = session };
        draft.Save(record);
        draft.Tell("session.opened", ("session", Text(record.Id)), ("person", Text(record.PersonId)), ("terminal", record.TerminalId));
        return session;
    }

    /// <summary>
    /// Ends the open session: its last pages settle, or, when the panel was never free for it (the session before has not settled yet), it is
    /// settled at once.
    /// </summary>
    public static SessionRecord End(DeviceDraft draft, EndReason reason)
    {
        var open = draft.State.Open!;
        var record = open.Record with { EndedAt = draft.Now, EndReason = reason };
        if (draft.State.Settling is not null)
        {
            record = record with { State = SessionState.Settled, SettledAt = draft.Now };
            draft.State = draft.State with { Open = null };
            draft.EndSpending(open);
            TellSettled(draft, record);
        }
        else
        {
            record = record with { State = SessionState.Settling };
            var unsure = open.StartInferred ? open.InferredReason : !open.Started ? "ended before its start was read" : Overdue(draft, open);
            draft.State = draft.State with
            {
                Open = null,
                Settling = open with { Record = record, Started = true, StartInferred = unsure is not null, InferredReason = unsure },
            };
        }

        draft.Save(record);
        return record;
    }

    /// <summary>Why pages of the open session are not sure when nobody could look whether its time was over; null while it is in time.</summary>
    public static string? Overdue(DeviceDraft draft, LiveSession open) =>
        draft.Now - WalkUpRules.NextTick(open, draft.Context.Options) > OverdueSlack ? "the server was away when the time of the session was over" : null;

    /// <summary>
    /// The border of now is the start of the open session; with <paramref name="inferred"/> its first pages are inferred for that reason, with
    /// <paramref name="until"/> all that a reading sent before then shows first.
    /// </summary>
    public static void Start(DeviceDraft draft, string? inferred, DateTimeOffset? until = null)
    {
        var open = draft.State.Open!;
        var record = open.Record with { State = open.Record is { ProjectRequired: true, ProjectId: null } ? SessionState.AwaitingProject : SessionState.Active };
        draft.State = draft.State with { Open = open with { Record = record, Started = true, StartInferred = inferred is not null, InferredReason = inferred, UnsureUntil = until } };
        draft.Save(record);
    }

    /// <summary>True when the reading shows that nothing of the ended session can come any more.</summary>
    public static bool HasSettled(DeviceState state, MeterReading reading) =>
        state.Settling is { } s
        && reading.Idle != false
        && ReadingRules.IsComplete(state, reading)
        && (state.Last is not { } last || ReadingRules.SameKnown(last.Values, reading.Values))
        && reading.SentAt - Quiet(s) >= TimeSpan.FromMilliseconds(state.LagMs);

    /// <summary>
    /// Since when nothing new can have come of the ended session: its end or the last move of a counter. Where the device was first seen idle later than that, its engine may have run up to
    /// then: a sheet that was under way at the end comes after it, and its counters later still.
    /// </summary>
    private static DateTimeOffset Quiet(LiveSession session)
    {
        var ended = session.Record.EndedAt!.Value;
        var quiet = Later(session.MovedAt, ended);
        return session.IdleSince is { } idle && idle - ended > FirstLook ? Later(idle, quiet) : quiet;
    }

    /// <summary>Closes the settling session and returns its record; <paramref name="inferred"/> says why its end is not sure, null when it is.</summary>
    public static SessionRecord Settle(DeviceDraft draft, string? inferred)
    {
        var settling = draft.State.Settling!;
        var record = settling.Record with { State = SessionState.Settled, SettledAt = draft.Now };
        if (inferred is not null)
        {
            record = record with { InferredReason = record.InferredReason ?? inferred };
        }

        draft.State = draft.State with { Settling = null, LagMs = Learn(draft.State.LagMs, settling) };
        draft.EndSpending(settling);
        draft.Save(record);
        TellSettled(draft, record);
        return record;
    }

    private static int Learn(int lagMs, LiveSession session)
    {
        if (session.IdleSince is not { } idle || session.OwnMovedAt is not { } moved)
        {
            return lagMs;
        }

        // How long after the engine stood still the last counter moved; without such a case the lag is forgotten slowly.
        var seen = (moved - Later(idle, session.Record.EndedAt!.Value)).TotalMilliseconds;
        var wanted = seen > 0 ? (int)(seen * LagMargin) + 500 : 0;
        return Math.Clamp(Math.Max(wanted, lagMs - (lagMs / 50)), ShortestLagMs, LongestLagMs);
    }

    private static void TellSettled(DeviceDraft draft, SessionRecord record) =>
        draft.Tell("session.settled", ("session", Text(record.Id)), ("person", Text(record.PersonId)), ("terminal", record.TerminalId), ("reason", record.EndReason.ToString()));

    private static DateTimeOffset Later(DateTimeOffset? a, DateTimeOffset b) => a is { } x && x > b ? x : b;

    private static string Text(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
