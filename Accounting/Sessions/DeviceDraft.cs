using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;

namespace CopyTrack.Accounting.Sessions;

/// <summary>What a decision is made under: the time, the policies, and the site's way of counting days and money.</summary>
public sealed record DecisionContext(DateTimeOffset Now, SessionOptions Options, TimeZoneInfo Zone, PriceList Prices)
{
    /// <summary>True while a terminal of the device that may work offline is away: unattended copies are then provisional, without an alarm.</summary>
    public bool TerminalOffline { get; init; }

    /// <summary>Price lists over <see cref="Prices"/>; null where there are none.</summary>
    public PriceBook? Book { get; init; }

    /// <summary>Groups that price lists name, `;` between, of the people whose entries may be posted anew outside a session that runs; null where lists name none.</summary>
    public IReadOnlyDictionary<long, string>? PriceGroups { get; init; }

    /// <summary>The groups of <see cref="PriceGroups"/> for an entry of this person; null for none and no one.</summary>
    public string? GroupsOf(long? person) => person is { } id && PriceGroups?.TryGetValue(id, out var groups) == true ? groups : null;

    /// <summary>Prices for pages of an interval that ended at <paramref name="at"/>; see <see cref="PriceBook.For"/>.</summary>
    public PriceList PricesFor(DateTimeOffset at, long device, string? groups) => Book?.For(at, device, groups) ?? Prices;

    /// <summary>False while copy tracking is not licensed: copies are then booked as notLicensed, to no one.</summary>
    public bool Licensed { get; init; } = true;

    /// <summary>True for a device where nobody can log in, because an agent only meters it: what is made at its panel is nobody's fault, and no alarm.</summary>
    public bool MeteredOnly { get; init; }

    /// <summary>The node that decides; takes the claim with what it writes when set.</summary>
    public string? Node { get; init; }

    /// <summary>The session whose panel has said that it is unlocked, if it said so since the last decision.</summary>
    public long? Unlocked { get; init; }
}

/// <summary>A change in the making: starts from a state, gathers what the rules do, ends as a <see cref="DeviceChange"/>.</summary>
internal sealed class DeviceDraft
{
    private readonly DeviceState before;
    private readonly List<SessionRecord> sessions = [];
    private readonly List<ReadingRecord> readings = [];
    private readonly List<EpochRecord> epochs = [];
    private readonly List<EntryRecord> entries = [];
    private readonly List<UsageRecord> usage = [];
    private readonly List<DeviceEvent> events = [];
    private readonly List<(long, DateTimeOffset, DateTimeOffset)> confirmed = [];
    private readonly List<SessionSpending> spending = [];

    public DeviceDraft(DeviceState state, DecisionContext context)
    {
        before = state;
        Context = context;
        State = context.Node is { } node && state.ClaimOwner != node ? state with { ClaimOwner = node, ClaimToken = state.ClaimToken + 1 } : state;
        if (context.Unlocked is { } unlocked && State.Open is { UnlockedAt: null } open && open.Record.Id == unlocked)
        {
            State = State with { Open = open with { UnlockedAt = context.Now } };
        }
    }

    public DeviceState State { get; set; }

    public DecisionContext Context { get; }

    public AttemptRecord? Attempt { get; set; }

    public bool Changed => !ReferenceEquals(State, before) || entries.Count > 0;

    public DateTimeOffset Now => Context.Now;

    public DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Context.Zone).DateTime);

    /// <summary>Hour of the local day, 0 to 23.</summary>
    public int Hour(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Context.Zone).Hour;

    public long Keep(ReadingStatus status, MeterReading reading, ImmutableArray<long?> values, int boot, ReadingTrigger? trigger = null)
    {
        var seq = State.ReadingSeq + 1;
        State = State with { ReadingSeq = seq };
        readings.Add(new ReadingRecord(State.DeviceId, seq, State.Epoch, status, trigger ?? reading.Trigger, reading.At, reading.At, boot,
            reading.UpTime, reading.Token, reading.Serial, values));
        return seq;
    }

    public void Confirm(Border border)
    {
        if (border.ConfirmedAt > border.At)
        {
            confirmed.Add((border.Seq, border.At, border.ConfirmedAt));
        }
    }

    public void OpenEpoch(BaseCounterSet set, DateTimeOffset at, string reason, string? serial)
    {
        if (State.Fingerprint is { } ended)
        {
            LagRules.ExpireAll(this, EpochBridge.Parse(ended));
        }

        State = State with { Epoch = State.Epoch + 1, Fingerprint = set.Fingerprint };
        epochs.Add(new EpochRecord(State.DeviceId, State.Epoch, at, reason, serial, set));
    }

    public void Post(EntryRecord entry, UsageRecord? counted)
    {
        State = State with { EntrySeq = State.EntrySeq + 1 };
        entries.Add(entry with { Seq = State.EntrySeq });
        if (counted is not null)
        {
            usage.Add(counted);
        }
    }

    public void Save(SessionRecord record)
    {
        sessions.RemoveAll(s => s.Id == record.Id);
        sessions.Add(record);
    }

    /// <summary>Adds to what a session that is not settled has spent; any other session is left.</summary>
    public void Spend(long? sessionId, long micros)
    {
        if (micros == 0 || sessionId is not { } id)
        {
            return;
        }

        if (State.Open is { } open && open.Record.Id == id)
        {
            State = State with { Open = open with { SpentMicros = open.SpentMicros + micros } };
            Told(State.Open, ended: false);
        }
        else if (State.Settling is { } settling && settling.Record.Id == id)
        {
            State = State with { Settling = settling with { SpentMicros = settling.SpentMicros + micros } };
            Told(State.Settling, ended: false);
        }
    }

    /// <summary>The session spends nothing more.</summary>
    public void EndSpending(LiveSession session) => Told(session, ended: true);

    private void Told(LiveSession session, bool ended)
    {
        if (session.CreditMicros is not null)
        {
            spending.Add(new SessionSpending(session.Record.Id, session.SpentMicros, ended));
        }
    }

    public void Tell(string topic, params (string Key, string? Value)[] data) =>
        events.Add(new DeviceEvent(topic, State.DeviceId, Now,
            data.Where(d => d.Value is not null).ToImmutableDictionary(d => d.Key, d => d.Value!)));

    /// <summary>An answer to an attempt is kept with the state, so that a resend finds it even when nothing else changed.</summary>
    public DeviceChange ToChange()
    {
        if (!Changed && sessions.Count == 0 && Attempt is null)
        {
            return new DeviceChange();
        }

        State = State with { Version = before.Version + 1 };
        return new DeviceChange
        {
            State = State,
            Sessions = [.. sessions],
            Readings = [.. readings],
            Confirmed = [.. confirmed],
            Epochs = [.. epochs],
            Entries = [.. entries],
            Usage = [.. usage],
            Events = [.. events],
            Attempt = Attempt,
            Spending = [.. spending],
            ClaimFor = Context.Node,
        };
    }
}
