using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

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
internal static class ReadingRules
{
    /// <summary>Time by which sysUpTime and our clock may disagree before a restart is assumed.</summary>
    private static readonly TimeSpan BootSlack = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Takes <paramref name="reading"/> into the ledger of <paramref name="draft"/>. With <paramref name="force"/> the border is written even when
    /// nothing moved (login, logout, project). The owner of the interval follows from the state of the draft before the call.
    /// </summary>
    public static ReadingVerdict Take(DeviceDraft draft, MeterReading reading, bool force)
    {
        var set = Remainder.Extend(reading.Set);
        var state = draft.State;
        if (state.UnreachableSince is not null && state.Last is null)
        {
            draft.State = state = state with { UnreachableSince = null };
        }

        if (state.Last is not { } last)
        {
            var values = Remainder.Append(set, reading.Values, null, stable: true);
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

        if (state.Fingerprint != set.Fingerprint)
        {
            return ChangeSet(draft, reading, set, last, boot);
        }

        var replaced = reading.Serial is { Length: > 0 } s && last.Serial is { Length: > 0 } l && s != l;
        var carried = Carry(last.Values, Remainder.Append(set, reading.Values, RemainderOf(set, last), Stable(draft, reading, last)));
        var since = reading.At - last.ConfirmedAt;
        var movement = Plausibility.Compare(set, last.Values, carried, since, reading.PagesPerMinute, out var unwrapped);
        if (!replaced && movement == Movement.Same && boot == last.Boot)
        {
            draft.State = state with { Suspect = null, UnreachableSince = null, Last = last with { SentAt = reading.SentAt, ConfirmedAt = reading.At, UpTime = reading.UpTime ?? last.UpTime, Serial = last.Serial ?? reading.Serial } };
            if (!force)
            {
                return ReadingVerdict.Confirmed;
            }

            draft.Confirm(draft.State.Last!);
            Accept(draft, reading, carried, boot);
            return ReadingVerdict.Border;
        }

        if (!replaced && movement is Movement.Same or Movement.Rose)
        {
            Close(draft, reading, set, last, carried, carried, boot, Owner(draft, last), null);
            return ReadingVerdict.Border;
        }

        if (!Confirms(state.Suspect, reading, set, carried))
        {
            var why = replaced ? $"serial number {last.Serial} became {reading.Serial}" : movement.ToString().ToLowerInvariant();
            var seq = draft.Keep(ReadingStatus.Rejected, reading, carried, boot);
            draft.State = draft.State with { Suspect = new Suspect(seq, reading.SentAt, reading.At, boot, reading.Serial, carried, why) };
            return ReadingVerdict.Unconfirmed;
        }

        switch (movement)
        {
            case Movement.Fell:
            case var _ when replaced:
                Restart(draft, reading, set, last, carried, boot, replaced);
                break;
            case Movement.Jumped:
                Close(draft, reading, set, last, carried, unwrapped, boot, new IntervalOwner.Whole(Cause.Quarantined, Confidence.Estimated),
                    $"confirmed rise above {Plausibility.Possible(since, reading.PagesPerMinute).ToString(CultureInfo.InvariantCulture)} in {since.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s");
                draft.Tell("alert", ("kind", "quarantined"));
                break;
            default:
                Close(draft, reading, set, last, carried, unwrapped, boot, Owner(draft, last), "counter wrapped");
                break;
        }

        return ReadingVerdict.Border;
    }

    /// <summary>The boot a reading belongs to: the border's, the next one, or null when it is older than the border.</summary>
    private static int? BootOf(Border last, MeterReading reading)
    {
        if (reading.UpTime is not { } up || last.UpTime is not { } before || up >= before)
        {
            return last.Boot;
        }

        var started = reading.At - TimeSpan.FromMilliseconds(up * 10.0);
        if (started >= last.SentAt - BootSlack)
        {
            return last.Boot + 1;
        }

        // sysUpTime is 32 bits of hundredths: after 497 days it starts again without a restart.
        return before - up > uint.MaxValue / 2 ? last.Boot : null;
    }

    /// <summary>Counters have followed the sheets for sure: the device says idle and nothing moved for longer than its lag.</summary>
    private static bool Stable(DeviceDraft draft, MeterReading reading, Border last) =>
        reading.Idle != false
        && reading.SentAt - (draft.State.MovedAt ?? last.At) >= TimeSpan.FromMilliseconds(draft.State.LagMs)
        && SameKnown(last.Values, reading.Values);

    private static bool SameKnown(ImmutableArray<long?> a, ImmutableArray<long?> b)
    {
        for (var i = 0; i < b.Length; i++)
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

    private static bool Confirms(Suspect? suspect, MeterReading reading, BaseCounterSet set, ImmutableArray<long?> values)
    {
        if (suspect is null || reading.SentAt < suspect.At || suspect.Values.Length != values.Length || suspect.Serial != (reading.Serial ?? suspect.Serial))
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
            state.UnreachableSince is not null ? Cause.DeviceUnreachable
            : draft.Context.TerminalOffline ? Cause.TerminalOffline
            : silent > (draft.Context.Options.IdlePoll * 2) + TimeSpan.FromSeconds(30) ? Cause.ServerDown
            : Cause.PanelBypass);
    }

    private static void Close(
        DeviceDraft draft, MeterReading reading, BaseCounterSet set, Border last, ImmutableArray<long?> values, ImmutableArray<long?> unwrapped,
        int boot, IntervalOwner owner, string? evidence)
    {
        draft.Confirm(last);
        var session = draft.State.Settling ?? draft.State.Open;
        var moved = IntervalPosting.Moved(set, last.Values, unwrapped).Count > 0;
        var interval = Accept(draft, reading, values, boot);
        if (IntervalPosting.Post(draft, set, last.Values, unwrapped, interval, reading.At, owner, session, evidence ?? (session?.StartInferred == true ? session.InferredReason : null)))
        {
            SessionMoved(draft, reading.At);
        }

        if (moved)
        {
            draft.State = draft.State with { MovedAt = reading.At };
            if (draft.State.Settling is { } settling)
            {
                draft.State = draft.State with { Settling = settling with { MovedAt = reading.At } };
            }
        }
    }

    private static void SessionMoved(DeviceDraft draft, DateTimeOffset at)
    {
        if (draft.State.Settling is { } settling)
        {
            draft.State = draft.State with { Settling = Mark(draft, settling, settling.Record) };
        }
        else if (draft.State.Open is { } open)
        {
            // A long copy run is activity, but a terminal that is away prolongs nothing.
            var record = open.TerminalLostAt is null ? open.Record with { LastActivityAt = at } : open.Record;
            draft.State = draft.State with { Open = Mark(draft, open, record) with { MovedAt = at, StartInferred = false } };
        }
    }

    private static LiveSession Mark(DeviceDraft draft, LiveSession session, SessionRecord record)
    {
        if (session.StartInferred && !record.Inferred)
        {
            record = record with { Inferred = true, InferredReason = session.InferredReason };
            draft.Save(record);
        }

        return session with { Record = record };
    }

    private static long Accept(DeviceDraft draft, MeterReading reading, ImmutableArray<long?> values, int boot)
    {
        var seq = draft.Keep(ReadingStatus.Border, reading, values, boot);
        draft.State = draft.State with
        {
            Suspect = null,
            UnreachableSince = null,
            Last = new Border(seq, reading.SentAt, reading.At, reading.At, boot, reading.UpTime, reading.Serial ?? draft.State.Last?.Serial, values),
        };
        return seq;
    }

    /// <summary>
    /// A confirmed fall or another serial number opens an epoch. Counters that fell are taken from zero when the uptime allows their value (a
    /// zero border is written first), else from where they stand; counters that rose go on from the last border.
    /// </summary>
    private static void Restart(
        DeviceDraft draft, MeterReading reading, BaseCounterSet set, Border last, ImmutableArray<long?> values, int boot, bool replaced)
    {
        draft.Confirm(last);
        values = Remainder.Append(set, Remainder.Strip(set, values), null, stable: true);
        var up = reading.UpTime is { } u ? TimeSpan.FromMilliseconds(u * 10.0) : TimeSpan.Zero;
        var possible = Plausibility.Possible(up, reading.PagesPerMinute);
        var start = values.ToBuilder();
        foreach (var c in set.Counters)
        {
            var (before, now) = (last.Values[c.Index], values[c.Index]);
            if (before is null || now is null)
            {
                continue;
            }

            start[c.Index] = Remainder.IsRemainder(c) ? now
                : !replaced && now >= before ? before
                : !replaced && now <= possible ? 0
                : now;
        }

        var cause = replaced ? Cause.DeviceReplaced : Cause.MeterReset;
        var owner = Owner(draft, last) is IntervalOwner.Session && !replaced
            ? (IntervalOwner)new IntervalOwner.Session(true)
            : new IntervalOwner.Whole(cause, Confidence.Estimated);
        var session = draft.State.Settling ?? draft.State.Open;
        draft.OpenEpoch(set, reading.At, replaced ? "serial number changed" : "counters fell", reading.Serial);
        var first = start.ToImmutable();
        if (IntervalPosting.Moved(set, first, values).Count > 0)
        {
            Accept(draft, reading with { Trigger = ReadingTrigger.Restart }, first, boot);
            var interval = Accept(draft, reading, values, boot);
            IntervalPosting.Post(draft, set, first, values, interval, reading.At, owner, session, "pages since the restart of the counters");
        }
        else
        {
            var interval = Accept(draft, reading, values, boot);
            var counter = set.Counters.First(c => Remainder.IsPosted(set, c));
            draft.Post(new EntryRecord(draft.State.DeviceId, 0, draft.State.Epoch, interval, counter.Index, 0, reading.At, draft.Now, null, null, null,
                cause, Confidence.Estimated, EntrySource.Meter, replaced ? "another serial number" : "counters fell", null), null);
        }

        draft.State = draft.State with { MovedAt = reading.At };
        draft.Tell("alert", ("kind", replaced ? "deviceReplaced" : "meterReset"));
    }

    /// <summary>
    /// Another set of base counters (a new profile or a new version of it): what both sets count alike closes the old epoch, so that no page is
    /// lost at the change; the new epoch starts with the same reading.
    /// </summary>
    private static ReadingVerdict ChangeSet(DeviceDraft draft, MeterReading reading, BaseCounterSet set, Border last, int boot)
    {
        var values = Remainder.Append(set, reading.Values, null, stable: true);
        if (EpochBridge.Map(draft.State.Fingerprint!, set, last.Values, values) is { } bridge)
        {
            if (Plausibility.Compare(bridge.Set, last.Values, bridge.Values, reading.At - last.ConfirmedAt, reading.PagesPerMinute, out _) is Movement.Same or Movement.Rose)
            {
                Close(draft, reading, bridge.Set, last, bridge.Values, bridge.Values, boot, Owner(draft, last), null);
            }
        }

        draft.OpenEpoch(set, reading.At, "other base counters", reading.Serial);
        Accept(draft, reading, values, boot);
        return ReadingVerdict.Border;
    }
}
