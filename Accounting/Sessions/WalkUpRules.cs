using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Sessions;

/// <summary>A login that the identity rules have granted.</summary>
public sealed record LoginGrant(long SessionId, string TerminalId, long PersonId, string Method, string Functions, bool ProjectRequired)
{
    /// <summary>The person's groups that price lists name, `;` between; null for none.</summary>
    public string? PriceGroups { get; init; }

    /// <summary>What is set aside for the session, in millionths of the currency; null without a limit.</summary>
    public long? CreditMicros { get; init; }

    /// <summary>True where the panel is locked as soon as that is used up.</summary>
    public bool LocksAtZero { get; init; }
}

/// <summary>What a granted login came to on the device.</summary>
public abstract record LoginOutcome(DeviceState After)
{
    /// <summary>A new session; <see cref="HandedOver"/> is the one that it ended. The panel waits while <c>After.Settling</c> is there.</summary>
    public sealed record Opened(DeviceState After, LiveSession Session, SessionRecord? HandedOver) : LoginOutcome(After);

    /// <summary>The person's open session again (a bounce of the card, or another method).</summary>
    public sealed record Same(DeviceState After, LiveSession Session) : LoginOutcome(After);

    /// <summary>The person's card ended the session.</summary>
    public sealed record LoggedOut(DeviceState After, SessionRecord Session) : LoginOutcome(After);
}

/// <summary>What a reading came to, and the state after it. <see cref="Started"/>: the open session's start is known now. <see cref="Settled"/>: the one before is closed.</summary>
public sealed record ReadingOutcome(DeviceState After, ReadingVerdict Verdict, bool Started, SessionRecord? Settled);

/// <summary>A session that a rule ended, or null; and the state after.</summary>
public sealed record EndOutcome(DeviceState After, SessionRecord? Ended);

/// <summary>
/// The walk-up session as a pure state machine: state and event in, change and outcome out. No clock, no storage; run again on a newer state
/// after a conflict. States: opening, awaitingProject, active, settling, settled (docs/terminal-protocol.md §5).
/// </summary>
public static class WalkUpRules
{
    /// <summary>A reading for a change of project is this fresh at most; without one the pages before it are not known.</summary>
    private static readonly TimeSpan ProjectReading = TimeSpan.FromSeconds(3);

    /// <summary>A reading that comes this long after the time for settling shows more than the end of the session.</summary>
    private static readonly TimeSpan LateEnd = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A granted login. The person's own card ends their session, except within the bounce time; another method gives it back; another
    /// person's login hands over.
    /// </summary>
    public static (DeviceChange Change, LoginOutcome Outcome) Login(
        DeviceState state, DecisionContext context, LoginGrant grant, Func<LoginOutcome, AttemptRecord?>? attempt = null)
    {
        var draft = new DeviceDraft(state, context);
        LoginOutcome outcome;
        if (state.Open is { } open && open.Record.PersonId == grant.PersonId)
        {
            var byCard = grant.Method.StartsWith("card", StringComparison.Ordinal);
            if (!byCard || context.Now - open.Record.OpenedAt < context.Options.Bounce)
            {
                outcome = new LoginOutcome.Same(state, open);
            }
            else
            {
                var ended = SessionRules.End(draft, EndReason.Card);
                outcome = new LoginOutcome.LoggedOut(draft.State, ended);
            }
        }
        else
        {
            var handedOver = state.Open is null ? null : SessionRules.End(draft, EndReason.Handover);
            var session = SessionRules.Open(draft, grant);
            outcome = new LoginOutcome.Opened(draft.State, session, handedOver);
        }

        draft.Attempt = attempt?.Invoke(outcome);
        var change = draft.ToChange();
        return (change, outcome with { After = draft.State });
    }

    /// <summary>Ends the open session if it is <paramref name="sessionId"/> (null: whichever is open). Nothing happens otherwise.</summary>
    public static (DeviceChange Change, EndOutcome Outcome) End(DeviceState state, DecisionContext context, long? sessionId, EndReason reason)
    {
        if (state.Open is not { } open || (sessionId is { } id && open.Record.Id != id))
        {
            return (new DeviceChange(), new EndOutcome(state, null));
        }

        var draft = new DeviceDraft(state, context);
        var ended = SessionRules.End(draft, reason);
        if (reason == EndReason.Error)
        {
            draft.Tell("alert", ("kind", "panelError"), ("terminal", ended.TerminalId));
        }

        var change = draft.ToChange();
        return (change, new EndOutcome(draft.State, ended));
    }

    /// <summary>
    /// A reading of the device. It closes an interval for whoever owns it; it starts a session that was waiting for its start; it settles
    /// the session before when the counters have come to rest, when its time is over, or when <paramref name="handover"/> says that the next person waits no longer.
    /// </summary>
    public static (DeviceChange Change, ReadingOutcome Outcome) Reading(DeviceState state, DecisionContext context, MeterReading reading, bool handover = false)
    {
        var draft = new DeviceDraft(state, context);
        var waiting = state.Open is { Started: false } o && reading.SentAt >= o.Record.OpenedAt;
        if (state.Settling is { } settling)
        {
            return SettlingReading(draft, NoteIdle(draft, settling, reading), reading, waiting, handover);
        }

        if (state.Open is { Started: true, StartInferred: false } open && SessionRules.Overdue(draft, open) is { } overdue)
        {
            draft.State = draft.State with { Open = draft.State.Open! with { StartInferred = true, InferredReason = overdue } };
        }

        var verdict = ReadingRules.Take(draft, reading, force: waiting || reading.Trigger is ReadingTrigger.Project or ReadingTrigger.Receipt);
        var started = waiting && verdict is ReadingVerdict.Border or ReadingVerdict.Confirmed && waiting;
        if (started)
        {
            SessionRules.Start(draft, ReadingRules.IsComplete(state, reading) ? null : "not all counters were read at the start");
        }

        return Result(draft, verdict, started, null);
    }

    /// <summary>
    /// True when <paramref name="reading"/> of a device whose session settles shows what the last border shows and decides nothing: it need not be kept,
    /// the one that settles confirms the border. False when in doubt.
    /// </summary>
    public static bool SaysNothing(DeviceState state, DecisionContext context, MeterReading reading, bool handover)
    {
        if (handover || state is not { Settling: { } settling, Last: { } last, Suspect: null, UnreachableSince: null } || reading.Token < state.ClaimToken)
        {
            return false;
        }

        var idleIsKnown = reading.Idle is null || reading.Idle == settling.IdleSince is not null;
        return idleIsKnown && reading.SentAt >= last.At && (reading.UpTime ?? 0) >= (last.UpTime ?? 0)
            && reading.SentAt - settling.Record.EndedAt!.Value < context.Options.Settle && !SessionRules.HasSettled(state, reading)
            && Remainder.Extend(reading.Set).Fingerprint == state.Fingerprint
            && reading.Values.AsSpan().SequenceEqual(last.Values.AsSpan()[..reading.Values.Length]) && !reading.Values.Contains(null)
            && (reading.Serial is null || last.Serial is null || reading.Serial == last.Serial);
    }

    /// <summary>
    /// The open session starts without a reading of its own: from the last border, its first pages inferred. A session before it that has not
    /// settled is closed, inferred as well. Nothing happens when it has started.
    /// </summary>
    public static (DeviceChange Change, ReadingOutcome Outcome) StartWithoutReading(DeviceState state, DecisionContext context)
    {
        var draft = new DeviceDraft(state, context);
        if (state.Open is not { Started: false })
        {
            return Result(draft, ReadingVerdict.Confirmed, false, null);
        }

        SessionRecord? settled = null;
        if (state.Settling is not null)
        {
            settled = SessionRules.Settle(draft, "the device could not be read before the next person");
        }

        SessionRules.Start(draft, "no reading at the start", settled is null ? null : LateUntil(draft));
        return Result(draft, ReadingVerdict.Confirmed, true, settled);
    }

    /// <summary>Reads failed since <paramref name="since"/>; remembered once, until a reading comes.</summary>
    public static (DeviceChange Change, DeviceState Outcome) Unreachable(DeviceState state, DecisionContext context, DateTimeOffset since)
    {
        if (state.UnreachableSince is not null)
        {
            return (new DeviceChange(), state);
        }

        var draft = new DeviceDraft(state, context);
        draft.State = draft.State with { UnreachableSince = since };
        draft.Tell("alert", ("kind", "deviceUnreachable"));
        var change = draft.ToChange();
        return (change, draft.State);
    }

    /// <summary>The limits have set money aside for the open session up to <paramref name="ceiling"/> (null: no limit any more). Nothing happens when that is known or the session is gone.</summary>
    public static (DeviceChange Change, DeviceState Outcome) Credit(DeviceState state, DecisionContext context, long sessionId, long? ceiling)
    {
        if (state.Open is not { } open || open.Record.Id != sessionId || open.CreditMicros == ceiling)
        {
            return (new DeviceChange(), state);
        }

        var draft = new DeviceDraft(state, context);
        draft.State = draft.State with { Open = draft.State.Open! with { CreditMicros = ceiling } };
        var change = draft.ToChange();
        return (change, draft.State);
    }

    /// <summary>
    /// A project for the open session; pages until now must have been taken by a reading before. <paramref name="ceiling"/>: up to where the limits of person and project have set
    /// money aside, null without a limit.
    /// </summary>
    public static (DeviceChange Change, EndOutcome Outcome) Project(DeviceState state, DecisionContext context, long sessionId, long projectId, long? ceiling = null)
    {
        if (state.Open is not { } open || open.Record.Id != sessionId)
        {
            return (new DeviceChange(), new EndOutcome(state, null));
        }

        var next = open.Record.State == SessionState.AwaitingProject ? SessionState.Active : open.Record.State;
        var record = open.Record with { ProjectId = projectId, State = next, LastActivityAt = context.Now };
        var draft = new DeviceDraft(state, context);
        open = draft.State.Open!;
        // Pages of the project before may still come: those that show up within the lag can be either's.
        var late = open.Record.ProjectId is { } before && before != projectId
            && (state.Last is not { } last || context.Now - last.ConfirmedAt > ProjectReading
                || (open.OwnMovedAt is { } moved && context.Now - moved < TimeSpan.FromMilliseconds(state.LagMs)));
        draft.State = draft.State with
        {
            Open = late
                ? open with { Record = record, CreditMicros = ceiling, StartInferred = true, InferredReason = "the project changed while counters could still follow", UnsureUntil = LateUntil(draft) }
                : open with { Record = record, CreditMicros = ceiling },
        };
        draft.Save(record);
        var change = draft.ToChange();
        return (change, new EndOutcome(draft.State, null));
    }

    /// <summary>The person touched the panel or a request named the session. Ignored while its terminal is away.</summary>
    public static (DeviceChange Change, EndOutcome Outcome) Activity(DeviceState state, DecisionContext context, long sessionId, DateTimeOffset at)
    {
        if (state.Open is not { TerminalLostAt: null } open || open.Record.Id != sessionId || at <= open.Record.LastActivityAt)
        {
            return (new DeviceChange(), new EndOutcome(state, null));
        }

        var draft = new DeviceDraft(state, context);
        draft.State = draft.State with { Open = draft.State.Open! with { Record = open.Record with { LastActivityAt = at } } };
        var change = draft.ToChange();
        return (change, new EndOutcome(draft.State, null));
    }

    /// <summary>The panel has said that it is unlocked for <c>context.Unlocked</c>; nothing happens when that is known or the session is gone.</summary>
    public static (DeviceChange Change, DeviceState Outcome) Unlocked(DeviceState state, DecisionContext context)
    {
        var draft = new DeviceDraft(state, context);
        var change = draft.ToChange();
        return (change, draft.State);
    }

    /// <summary>The session's terminal is connected (again) or away. With a claiming context the device is taken even when that was known.</summary>
    public static (DeviceChange Change, EndOutcome Outcome) Terminal(DeviceState state, DecisionContext context, string terminalId, bool connected)
    {
        if (state.Open is not { } open || open.Record.TerminalId != terminalId)
        {
            return (new DeviceChange(), new EndOutcome(state, null));
        }

        if (connected == (open.TerminalLostAt is null))
        {
            var known = new DeviceDraft(state, context);
            var claim = known.ToChange();
            return (claim, new EndOutcome(known.State, null));
        }

        var lost = connected ? (DateTimeOffset?)null : context.Now;
        // Coming back is no activity: the session has what was left of its time.
        var record = connected && open.TerminalLostAt > open.Record.LastActivityAt ? open.Record with { LastActivityAt = open.TerminalLostAt.Value } : open.Record;
        var draft = new DeviceDraft(state, context);
        draft.State = draft.State with { Open = draft.State.Open! with { TerminalLostAt = lost, Record = record } };
        var change = draft.ToChange();
        return (change, new EndOutcome(draft.State, null));
    }

    /// <summary>Ends the open session when a time of it is over: idle, terminal away too long, or the longest life.</summary>
    public static (DeviceChange Change, EndOutcome Outcome) Tick(DeviceState state, DecisionContext context) =>
        state.Open is { } open && DueReason(open, context) is { } reason
            ? End(state, context, open.Record.Id, reason)
            : (new DeviceChange(), new EndOutcome(state, null));

    /// <summary>When <see cref="Tick"/> has something to do, as things stand.</summary>
    public static DateTimeOffset NextTick(LiveSession open, SessionOptions options)
    {
        var idle = (open.TerminalLostAt ?? open.Record.LastActivityAt) + options.Idle;
        var max = open.Record.OpenedAt + options.Max;
        return idle < max ? idle : max;
    }

    private static EndReason? DueReason(LiveSession open, DecisionContext context) =>
        open is { LocksAtZero: true, CreditMicros: { } credit } && open.SpentMicros >= credit ? EndReason.Credit
        : context.Now < NextTick(open, context.Options) ? null
        : context.Now >= open.Record.OpenedAt + context.Options.Max ? EndReason.MaxTime
        : open.TerminalLostAt is not null ? EndReason.Lost
        : EndReason.Idle;

    private static (DeviceChange Change, ReadingOutcome Outcome) SettlingReading(
        DeviceDraft draft, LiveSession settling, MeterReading reading, bool waiting, bool handover)
    {
        var sinceEnd = reading.SentAt - settling.Record.EndedAt!.Value;
        var rest = SessionRules.HasSettled(draft.State, reading);
        var over = sinceEnd >= draft.Context.Options.Settle;
        // The same person for the same project again: whichever session gets the last pages, they are theirs.
        var own = waiting && draft.State.Open!.Record is var next && next.PersonId == settling.Record.PersonId && next.ProjectId == settling.Record.ProjectId;
        var force = waiting && (handover || over || own);
        var unsure = rest || own ? null
            : force ? "the next person did not wait for the counters"
            : sinceEnd > draft.Context.Options.Settle + LateEnd ? "the device could not be read at the end of the session"
            : null;
        if (unsure is not null)
        {
            draft.State = draft.State with { Settling = settling with { StartInferred = true, InferredReason = settling.InferredReason ?? unsure } };
        }

        var verdict = ReadingRules.Take(draft, reading, force: rest || over || force || reading.Trigger is ReadingTrigger.Receipt);
        if (verdict is not (ReadingVerdict.Border or ReadingVerdict.Confirmed))
        {
            return Result(draft, verdict, false, null);
        }

        if (!rest && !over && !force)
        {
            return Result(draft, verdict, false, null);
        }

        var doubt = own || rest ? null : "the next person did not wait for the counters";
        var settled = SessionRules.Settle(draft, unsure);
        if (waiting)
        {
            SessionRules.Start(draft, doubt, doubt is null ? null : LateUntil(draft));
        }

        return Result(draft, verdict, waiting, settled);
    }

    /// <summary>When the last pages of what ended now have shown up on the meter.</summary>
    private static DateTimeOffset LateUntil(DeviceDraft draft) => draft.Now + TimeSpan.FromMilliseconds(draft.State.LagMs);

    private static LiveSession NoteIdle(DeviceDraft draft, LiveSession settling, MeterReading reading)
    {
        var since = reading.Idle switch { true => settling.IdleSince ?? reading.At, false => null, null => settling.IdleSince };
        if (since != settling.IdleSince)
        {
            settling = settling with { IdleSince = since };
            draft.State = draft.State with { Settling = settling };
        }

        return settling;
    }

    private static (DeviceChange Change, ReadingOutcome Outcome) Result(DeviceDraft draft, ReadingVerdict verdict, bool started, SessionRecord? settled)
    {
        var change = draft.ToChange();
        return (change, new ReadingOutcome(draft.State, verdict, started, settled));
    }
}
