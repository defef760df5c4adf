using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Sessions;

/// <summary>Where an epoch ends: counters that fell, another device at the address, another set of base counters.</summary>
internal static partial class ReadingRules
{
    /// <summary>
    /// A confirmed fall or another serial number opens an epoch. Counters that fell are taken from zero when the time since then allows their
    /// value (a zero border is written first), else from where they stand; counters that rose go on from the last border as if nothing had been.
    /// </summary>
    private static void Restart(
        DeviceDraft draft, MeterReading reading, BaseCounterSet set, Border last, ImmutableArray<long?> values, int boot, bool replaced)
    {
        draft.Confirm(last);
        values = Remainder.Append(set, Remainder.Strip(set, values), null, stable: reading.Idle != false);
        var possible = Plausibility.SinceZero(SinceRestart(reading, last), reading.PagesPerMinute);
        var start = values.ToBuilder();
        var risen = values.ToBuilder();
        foreach (var c in set.Counters)
        {
            if (replaced || Remainder.IsRemainder(c) || last.Values[c.Index] is not { } before || values[c.Index] is not { } now)
            {
                continue;
            }

            start[c.Index] = now >= before ? before : now <= possible ? 0 : now;
            risen[c.Index] = now >= before ? before : now;
        }

        var cause = replaced ? Cause.DeviceReplaced : Cause.MeterReset;
        var owner = Owner(draft, last);
        var session = draft.State.Settling ?? draft.State.Open;
        draft.OpenEpoch(set, reading.At, replaced ? "serial number changed" : "counters fell", reading.Serial);
        var first = start.ToImmutable();
        var rose = risen.ToImmutable();
        if (IntervalPosting.Moved(set, first, values).Count > 0)
        {
            Accept(draft, reading with { Trigger = ReadingTrigger.Restart }, first, boot);
        }

        var interval = Accept(draft, reading, values, boot);
        var posted = IntervalPosting.Post(draft, set, rose, values, interval, reading.At, owner, session, null);
        // What fell goes from zero to where it stands: from the values with the risen ones already there.
        var fallen = values.Select((v, i) => rose[i] == v ? first[i] : v).ToImmutableArray();
        var fell = IntervalPosting.Moved(set, fallen, values).Count > 0;
        if (fell)
        {
            var since = IntervalPosting.Post(draft, set, fallen, values, interval, reading.At,
                owner is IntervalOwner.Session ? new IntervalOwner.Session(true, Estimated: true) : new IntervalOwner.Whole(cause, Confidence.Estimated),
                draft.State.Settling ?? draft.State.Open, "pages since the restart of the counters");
            posted = new Posting(posted.ToSession || since.ToSession, posted.Unsure || since.Unsure, Moved: true);
        }

        if (!fell || owner is IntervalOwner.Session)
        {
            NoteOfZero(draft, set, interval, reading.At, cause);
        }

        Note(draft, reading.At, posted with { Moved = true });
        draft.Tell("alert", ("kind", replaced ? "deviceReplaced" : "meterReset"));
    }

    /// <summary>Time in which pages can have been made since the counters stood at zero: since the device started, and since they stood elsewhere.</summary>
    private static TimeSpan SinceRestart(MeterReading reading, Border last)
    {
        var seen = reading.At - last.ConfirmedAt;
        return reading.UpTime is { } up && TimeSpan.FromMilliseconds(up * 10.0) is var on && on < seen ? on : seen;
    }

    private static void NoteOfZero(DeviceDraft draft, BaseCounterSet set, long interval, DateTimeOffset at, Cause cause)
    {
        var counter = set.Counters.First(c => Remainder.IsPosted(set, c));
        draft.Post(new EntryRecord(draft.State.DeviceId, 0, draft.State.Epoch, interval, counter.Index, 0, at, draft.Now, null, null, null,
            cause, Confidence.Estimated, EntrySource.Meter, cause == Cause.DeviceReplaced ? "another serial number" : "counters fell", null), null);
    }

    /// <summary>
    /// Another set of base counters (a new profile or a new version of it): what both sets count alike closes the old epoch, so that no page is
    /// lost at the change; the new epoch starts with the same reading. What fell, jumped or names another serial number is confirmed first.
    /// </summary>
    private static ReadingVerdict ChangeSet(DeviceDraft draft, MeterReading reading, BaseCounterSet set, Border last, int boot, bool replaced)
    {
        var quiet = Quiet(draft, reading, last);
        var values = Remainder.Append(set, reading.Values, null, stable: quiet);
        var bridge = EpochBridge.Map(draft.State.Fingerprint!, set, last.Values, values, quiet);
        var since = reading.At - last.ConfirmedAt;
        var unwrapped = bridge?.Values ?? [];
        var movement = bridge is { } b ? Plausibility.Compare(b.Set, last.Values, b.Values, since, reading.PagesPerMinute, out unwrapped) : Movement.Same;
        if ((replaced || movement > Movement.Rose) && !Confirms(draft.State.Suspect, reading, reading.Serial, set, values, set.Fingerprint))
        {
            return Doubt(draft, reading, reading.Serial, values, boot, replaced ? $"serial number {last.Serial} became {reading.Serial}" : Name(movement), set.Fingerprint);
        }

        var fell = replaced || movement == Movement.Fell;
        if (bridge is { } old && !fell)
        {
            if (movement == Movement.Jumped)
            {
                CloseQuarantined(draft, reading, old.Set, last, old.Values, unwrapped, boot, since);
            }
            else
            {
                Close(draft, reading, old.Set, last, old.Values, unwrapped, boot, Owner(draft, last), null);
            }
        }
        else
        {
            draft.Confirm(last);
        }

        draft.OpenEpoch(set, reading.At, replaced ? "serial number changed" : "other base counters", reading.Serial);
        var interval = Accept(draft, reading, values, boot);
        if (fell)
        {
            NoteOfZero(draft, set, interval, reading.At, replaced ? Cause.DeviceReplaced : Cause.MeterReset);
            draft.Tell("alert", ("kind", replaced ? "deviceReplaced" : "meterReset"));
        }

        BecomeSure(draft, reading);
        return ReadingVerdict.Border;
    }
}
