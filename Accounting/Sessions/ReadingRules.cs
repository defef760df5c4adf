using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;

namespace CopyTrack.Accounting.Sessions;

/// <summary>What a reading came to.</summary>
public enum ReadingVerdict
{
    /// <summary>It is a border now.</summary>
    Border,

    /// <summary>Nothing moved: the last border was confirmed.</summary>
    Confirmed,

    /// <summary>It came out of order or under a lost claim; kept as evidence at most.</summary>
    Evidence,

    /// <summary>It fell or jumped: read again to confirm.</summary>
    Unconfirmed,
}

/// <summary>
/// From a reading to a border: order, restarts, falls and jumps, wraps, resets, replaced devices and changed profiles, and the posting of the
/// interval that the border closes.
/// </summary>
internal static partial class ReadingRules
{
    /// <summary>Time by which sysUpTime and our clock may disagree before a restart is assumed.</summary>
    private static readonly TimeSpan BootSlack = TimeSpan.FromSeconds(30);

    /// <summary>How long a network card may answer from its cache.</summary>
    private static readonly TimeSpan LongestCache = TimeSpan.FromSeconds(90);

    /// <summary>A device that does not say whether it works must stand still this long before its total is taken apart: a jam or a pause looks like rest.</summary>
    private static readonly TimeSpan SilentSlack = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Takes <paramref name="reading"/> into the ledger of <paramref name="draft"/>. With <paramref name="force"/> the border is written even when
    /// nothing moved (login, logout, project). The owner of the interval follows from the state of the draft before the call.
    /// </summary>
    public static ReadingVerdict Take(DeviceDraft draft, MeterReading reading, bool force)
    {
        var set = Remainder.Extend(reading.Set);
        TellUnclaimed(draft);
        var state = draft.State;
        if (state.UnreachableSince is not null && state.Last is null)
        {
            draft.State = state = state with { UnreachableSince = null };
        }

        if (state.Last is not { } last)
        {
            var values = Remainder.Append(set, reading.Values, null, stable: reading.Idle == true);
            draft.OpenEpoch(set, reading.At, "first reading", reading.Serial);
            Accept(draft, reading, values, boot: 1);
            return ReadingVerdict.Border;
        }

        var bootOf = BootOf(last, reading);
        if (reading.Token < state.ClaimToken || reading.SentAt < last.At || bootOf is not { } boot)
        {
            draft.Keep(ReadingStatus.Evidence, reading, Remainder.Append(set, reading.Values, null, stable: false), last.Boot);
            return ReadingVerdict.Evidence;
        }

        var serial = string.IsNullOrEmpty(reading.Serial) ? SuspectedSerial(state, reading, set, last) : reading.Serial;
        var replaced = serial is not null && last.Serial is { Length: > 0 } known && serial != known;
        if (state.Fingerprint != set.Fingerprint)
        {
            return ChangeSet(draft, reading, set, last, boot, replaced);
        }

        var carried = Carry(last.Values, Remainder.Append(set, reading.Values, RemainderOf(set, last), Stable(draft, reading, last)));
        var since = reading.At - last.ConfirmedAt;
        var movement = Plausibility.Compare(set, last.Values, carried, since, reading.PagesPerMinute, out var unwrapped);
        if (!replaced && movement == Movement.Same && boot == last.Boot)
        {
            draft.State = state with { Suspect = null, UnreachableSince = null, Last = last with { SentAt = reading.SentAt, ConfirmedAt = reading.At, UpTime = reading.UpTime ?? last.UpTime, Serial = last.Serial ?? serial } };
            LagRules.Expire(draft, set, reading.At);
            if (force)
            {
                draft.Confirm(draft.State.Last!);
                Accept(draft, reading, carried, boot);
            }

            BecomeSure(draft, reading);
            return force ? ReadingVerdict.Border : ReadingVerdict.Confirmed;
        }

        if (!replaced && movement is Movement.Same or Movement.Rose)
        {
            Close(draft, reading, set, last, carried, carried, boot, Owner(draft, last), null);
            BecomeSure(draft, reading);
            return ReadingVerdict.Border;
        }

        if (!Confirms(state.Suspect, reading, serial, set, carried, null))
        {
            return Doubt(draft, reading, serial, carried, boot, replaced ? $"serial number {last.Serial} became {serial}" : Name(movement), null);
        }

        switch (movement)
        {
            case Movement.Fell:
            case var _ when replaced:
                Restart(draft, reading with { Serial = serial }, set, last, carried, boot, replaced);
                break;
            case Movement.Jumped:
                CloseQuarantined(draft, reading, set, last, carried, unwrapped, boot, since);
                break;
            default:
                Close(draft, reading, set, last, carried, unwrapped, boot, Owner(draft, last), "counter wrapped");
                break;
        }

        BecomeSure(draft, reading);
        return ReadingVerdict.Border;
    }

    /// <summary>
    /// A reading without a serial number after one that named another: it is the other device's when its values go on from there and are not
    /// those of the last border. Null: it says nothing.
    /// </summary>
    private static string? SuspectedSerial(DeviceState state, MeterReading reading, BaseCounterSet set, Border last)
    {
        if (state.Suspect is not { Serial: { Length: > 0 } serial, Set: null } suspect || serial == last.Serial || state.Fingerprint != set.Fingerprint
            || SameKnown(last.Values, reading.Values))
        {
            return null;
        }

        var values = Carry(suspect.Values, Remainder.Append(set, reading.Values, RemainderOf(set, last), stable: false));
        return Plausibility.Compare(set, suspect.Values, values, reading.At - suspect.At, reading.PagesPerMinute, out _) is Movement.Same or Movement.Rose ? serial : null;
    }

    /// <summary>Copies for which no receipt came in time were made past the panel.</summary>
    private static void TellUnclaimed(DeviceDraft draft)
    {
        if (draft.State.Unclaimed is { } unclaimed && draft.Now - unclaimed.Since > ReceiptRules.AlarmAfter)
        {
            draft.State = draft.State with { Unclaimed = null };
            draft.Tell("alert", ("kind", "panelBypass"), ("impressions", unclaimed.Pages.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static ReadingVerdict Doubt(DeviceDraft draft, MeterReading reading, string? serial, ImmutableArray<long?> values, int boot, string why, string? fingerprint)
    {
        var seq = draft.Keep(ReadingStatus.Rejected, reading, values, boot);
        draft.State = draft.State with { Suspect = new Suspect(seq, reading.SentAt, reading.At, boot, serial, values, why, fingerprint) };
        return ReadingVerdict.Unconfirmed;
    }

    private static string Name(Movement movement) => movement.ToString().ToLowerInvariant();

    /// <summary>The boot a reading belongs to: the border's, the next one, or null when it is older than the border.</summary>
    private static int? BootOf(Border last, MeterReading reading)
    {
        if (reading.UpTime is not { } up || last.UpTime is not { } before || up >= before)
        {
            return last.Boot;
        }

        // sysUpTime is 32 bits of hundredths: after 497 days it starts again without a restart.
        var wrapped = (1L << 32) - before + up;
        var elapsed = (reading.At - last.SentAt).TotalMilliseconds / 10;
        if (Math.Abs(wrapped - elapsed) <= Math.Max(BootSlack.TotalMilliseconds / 10, elapsed / 10))
        {
            return last.Boot;
        }

        // A cached answer may be older than the border, but not for long: after that the clock of the device itself is another one.
        return reading.At - TimeSpan.FromMilliseconds(up * 10.0) >= last.SentAt - BootSlack || reading.SentAt - last.ConfirmedAt > LongestCache ? last.Boot + 1 : null;
    }

    /// <summary>Counters have followed the sheets for sure: the device stands still and nothing moved for longer than its lag.</summary>
    private static bool Stable(DeviceDraft draft, MeterReading reading, Border last) => Quiet(draft, reading, last) && SameKnown(last.Values, reading.Values);

    private static bool Quiet(DeviceDraft draft, MeterReading reading, Border last) =>
        reading.Idle != false
        && reading.SentAt - (draft.State.MovedAt ?? last.At) >= (reading.Idle is null && SilentSlack > Lag(draft) ? SilentSlack : Lag(draft));

    private static TimeSpan Lag(DeviceDraft draft) => TimeSpan.FromMilliseconds(draft.State.LagMs);

    /// <summary>True when the values that both know are the same.</summary>
    public static bool SameKnown(ImmutableArray<long?> a, ImmutableArray<long?> b)
    {
        for (var i = 0; i < b.Length && i < a.Length; i++)
        {
            if (b[i] is not null && a[i] is not null && a[i] != b[i])
            {
                return false;
            }
        }

        return true;
    }

    private static ImmutableArray<long?> Carry(ImmutableArray<long?> last, ImmutableArray<long?> now)
    {
        if (!now.Contains(null))
        {
            return now;
        }

        var builder = now.ToBuilder();
        for (var i = 0; i < builder.Count; i++)
        {
            builder[i] ??= last[i];
        }

        return builder.ToImmutable();
    }

    private static long? RemainderOf(BaseCounterSet set, Border last) =>
        set.Counters is [.., { } c] && Remainder.IsRemainder(c) ? last.Values[c.Index] : null;

    private static bool Confirms(Suspect? suspect, MeterReading reading, string? serial, BaseCounterSet set, ImmutableArray<long?> values, string? fingerprint)
    {
        if (suspect is null || reading.SentAt < suspect.At || suspect.Set != fingerprint || suspect.Values.Length != values.Length
            || (suspect.Serial is not null && serial is not null && suspect.Serial != serial))
        {
            return false;
        }

        return Plausibility.Compare(set, suspect.Values, values, reading.At - suspect.At, reading.PagesPerMinute, out _) is Movement.Same or Movement.Rose;
    }

    /// <summary>Who owns the interval between the last border and now, from the state before the reading.</summary>
    internal static IntervalOwner Owner(DeviceDraft draft, Border last)
    {
        var state = draft.State;
        if (state.Settling is { } settling)
        {
            return new IntervalOwner.Session(settling.StartInferred);
        }

        if (state.Open is { Started: true } open)
        {
            return new IntervalOwner.Session(open.StartInferred);
        }

        var silent = draft.Now - last.ConfirmedAt;
        return new IntervalOwner.NoOne(
            draft.Context.MeteredOnly ? Cause.MeteredOnly
            : state.UnreachableSince is not null ? Cause.DeviceUnreachable
            : draft.Context.TerminalOffline ? Cause.TerminalOffline
            : silent > (draft.Context.Options.IdlePoll * 2) + TimeSpan.FromSeconds(30) ? Cause.ServerDown
            : Cause.PanelBypass);
    }

    private static void Close(
        DeviceDraft draft, MeterReading reading, BaseCounterSet set, Border last, ImmutableArray<long?> values, ImmutableArray<long?> unwrapped,
        int boot, IntervalOwner owner, string? evidence)
    {
        draft.Confirm(last);
        LagRules.Expire(draft, set, reading.At);
        var session = draft.State.Settling ?? draft.State.Open;
        var interval = Accept(draft, reading, values, boot);
        var posted = IntervalPosting.Post(draft, set, last.Values, unwrapped, interval, reading.At, owner, session, evidence);
        // A total whose parts are posted moves nothing in the ledger, yet the parts may still follow it.
        Note(draft, reading.At, posted with { Moved = posted.Moved || set.Counters.Any(c => !Remainder.IsRemainder(c) && last.Values[c.Index] != values[c.Index]) });
    }

    private static void CloseQuarantined(
        DeviceDraft draft, MeterReading reading, BaseCounterSet set, Border last, ImmutableArray<long?> values, ImmutableArray<long?> unwrapped, int boot, TimeSpan since)
    {
        var possible = Plausibility.Possible(since, reading.PagesPerMinute).ToString(CultureInfo.InvariantCulture);
        Close(draft, reading, set, last, values, unwrapped, boot, new IntervalOwner.Whole(Cause.Quarantined, Confidence.Estimated),
            $"confirmed rise above {possible} in {since.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s");
        draft.Tell("alert", ("kind", "quarantined"));
    }

    /// <summary>Notes in the state what was posted at <paramref name="at"/>: movement for settling, activity and certainty of the session.</summary>
    private static void Note(DeviceDraft draft, DateTimeOffset at, Posting posted)
    {
        if (posted.Moved)
        {
            draft.State = draft.State with { MovedAt = at };
        }

        if (draft.State.Settling is { } settling)
        {
            draft.State = draft.State with
            {
                Settling = Mark(draft, settling, settling.Record, posted) with
                {
                    MovedAt = posted.Moved ? at : settling.MovedAt,
                    OwnMovedAt = posted.ToSession ? at : settling.OwnMovedAt,
                },
            };
        }
        else if (posted.ToSession && draft.State.Open is { } open)
        {
            // A long copy run is activity, but a terminal that is away prolongs nothing.
            var active = open.TerminalLostAt is null && at > open.Record.LastActivityAt;
            draft.State = draft.State with { Open = Mark(draft, open, active ? open.Record with { LastActivityAt = at } : open.Record, posted) with { MovedAt = at, OwnMovedAt = at } };
        }
    }

    private static LiveSession Mark(DeviceDraft draft, LiveSession session, SessionRecord record, Posting posted)
    {
        if (posted.Unsure && !record.Inferred)
        {
            record = record with { Inferred = true, InferredReason = session.InferredReason ?? "the device counts no functions" };
            draft.Save(record);
        }

        return session with { Record = record };
    }

    /// <summary>False when the device left out a counter that it gave before: what is carried on for it proves nothing.</summary>
    public static bool IsComplete(DeviceState state, MeterReading reading)
    {
        for (var i = 0; i < reading.Values.Length; i++)
        {
            if (reading.Values[i] is null && state.Last is { } last && i < last.Values.Length && last.Values[i] is not null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>From a border that was read in the session (and late enough for the pages of the one before) all pages are its own.</summary>
    private static void BecomeSure(DeviceDraft draft, MeterReading reading)
    {
        if (draft.State.Settling is { StartInferred: true } settling && Sure(draft, settling, reading))
        {
            draft.State = draft.State with { Settling = settling with { StartInferred = false, InferredReason = null, UnsureUntil = null } };
        }
        else if (draft.State is { Settling: null, Open: { Started: true, StartInferred: true } open } && Sure(draft, open, reading))
        {
            draft.State = draft.State with { Open = open with { StartInferred = false, InferredReason = null, UnsureUntil = null } };
        }
    }

    private static bool Sure(DeviceDraft draft, LiveSession session, MeterReading reading) =>
        reading.SentAt >= session.Record.OpenedAt && IsComplete(draft.State, reading) && (session.UnsureUntil is not { } until || reading.SentAt >= until);

    private static long Accept(DeviceDraft draft, MeterReading reading, ImmutableArray<long?> values, int boot)
    {
        var seq = draft.Keep(ReadingStatus.Border, reading, values, boot);
        draft.State = draft.State with
        {
            Suspect = null,
            UnreachableSince = null,
            Last = new Border(seq, reading.SentAt, reading.At, reading.At, boot, reading.UpTime ?? draft.State.Last?.UpTime,
                string.IsNullOrEmpty(reading.Serial) ? draft.State.Last?.Serial : reading.Serial, values),
        };
        return seq;
    }
}
