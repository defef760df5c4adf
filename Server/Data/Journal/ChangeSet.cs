using System.Runtime.InteropServices;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Server.Data.Journal;

/// <summary>The rows that a transaction writes for one or more changes: each session once in its last form, roll-ups added up and in order of their keys.</summary>
internal sealed class ChangeSet
{
    /// <summary>What is added later than that after its time is late.</summary>
    private static readonly TimeSpan s_late = TimeSpan.FromHours(1);

    private readonly Dictionary<long, (long OrgId, SessionRecord Session)> _sessions = [];
    private readonly Dictionary<DayKey, Amount> _days = [];
    private readonly Dictionary<MonthKey, Amount> _months = [];
    private readonly Dictionary<DeviceMonthKey, Amount> _deviceMonths = [];
    private readonly Dictionary<HourKey, Amount> _hours = [];

    /// <summary>Last state of each device that changed.</summary>
    public Dictionary<long, DeviceState> States { get; } = [];

    /// <summary>Nodes that take or prolong the claim on a device.</summary>
    public SortedDictionary<long, string> Claims { get; } = [];

    public List<ReadingRecord> Readings { get; } = [];

    /// <summary>Readings whose values were seen to hold longer, by when they were taken.</summary>
    public Dictionary<(long DeviceId, long Seq), (DateTimeOffset At, DateTimeOffset ConfirmedAt)> Confirmed { get; } = [];

    public List<EpochRecord> Epochs { get; } = [];

    public List<(long OrgId, EntryRecord Entry)> Entries { get; } = [];

    /// <summary>What the roll-ups grow by, in the order of their keys; each look sorts anew.</summary>
    public List<KeyValuePair<DayKey, Amount>> Days => Sorted(_days);

    /// <inheritdoc cref="Days"/>
    public List<KeyValuePair<MonthKey, Amount>> Months => Sorted(_months);

    /// <inheritdoc cref="Days"/>
    public List<KeyValuePair<DeviceMonthKey, Amount>> DeviceMonths => Sorted(_deviceMonths);

    /// <inheritdoc cref="Days"/>
    public List<KeyValuePair<HourKey, Amount>> Hours => Sorted(_hours);

    public List<DeviceEvent> Events { get; } = [];

    public List<(long DeviceId, AttemptRecord Attempt)> Attempts { get; } = [];

    public List<OfflineUploadRecord> Uploads { get; } = [];

    public List<BookedReceipt> Receipts { get; } = [];

    /// <summary>What sessions with a limit have spent, by session.</summary>
    public SortedDictionary<long, long> Spent { get; } = [];

    /// <summary>Sessions that have settled and jobs whose receipts are booked: nothing is set aside for them any more.</summary>
    public SortedSet<string> EndedHolds { get; } = new(StringComparer.Ordinal);

    /// <summary>Days of organisations that something is added to long after its time, by device: what is kept of them beside the roll-ups does not hold.</summary>
    public SortedSet<(long OrgId, int Day, long DeviceId)> Late { get; } = [];

    /// <summary>Sessions that are no longer open before open ones, so that the index of open sessions never sees two of a device.</summary>
    public IEnumerable<(long OrgId, SessionRecord Session)> Sessions => _sessions.Values.OrderBy(s => s.Session.State <= SessionState.Active);

    /// <summary>Number of the month of a day: year * 12 + (month - 1).</summary>
    public static int MonthOf(DateOnly day) => (day.Year * 12) + day.Month - 1;

    /// <summary>Adds a change of a device. A change without a state is none.</summary>
    public void Add(long orgId, long deviceId, DeviceChange change)
    {
        if (change.State is null)
        {
            return;
        }

        States[deviceId] = change.State;
        if (change.ClaimFor is { } node)
        {
            Claims[deviceId] = node;
        }

        foreach (var session in change.Sessions)
        {
            _sessions[session.Id] = (orgId, session);
        }

        Readings.AddRange(change.Readings);
        foreach (var (seq, at, confirmedAt) in change.Confirmed)
        {
            Confirmed[(deviceId, seq)] = (at, confirmedAt);
        }

        Epochs.AddRange(change.Epochs);
        foreach (var entry in change.Entries)
        {
            Entries.Add((orgId, entry));
        }

        // Without entries nobody knows of when it is.
        var isLate = change.Entries.IsEmpty || change.Entries.Any(e => e.PostedAt - e.At > s_late);
        foreach (var usage in change.Usage)
        {
            Add(orgId, usage);
            if (isLate)
            {
                Late.Add((orgId, usage.Day.DayNumber, deviceId));
            }
        }

        Events.AddRange(change.Events);
        Uploads.AddRange(change.Uploads);
        Receipts.AddRange(change.Receipts);
        AddHolds(deviceId, change);
        if (change.Attempt is { } attempt)
        {
            Attempts.Add((deviceId, attempt));
        }
    }

    private void AddHolds(long deviceId, DeviceChange change)
    {
        foreach (var spending in change.Spending)
        {
            Spent[spending.SessionId] = spending.SpentMicros;
            if (spending.Ended)
            {
                Spent.Remove(spending.SessionId);
                EndedHolds.Add(HoldKeys.Session(spending.SessionId));
            }
        }

        foreach (var receipt in change.Receipts)
        {
            if (receipt.JobId is { } job)
            {
                EndedHolds.Add(HoldKeys.Job(deviceId, job));
            }
        }
    }

    private void Add(long orgId, UsageRecord usage)
    {
        var amount = new Amount(usage.Jobs, usage.Counts);
        var day = new DayKey(orgId, usage.Day.DayNumber, usage.DeviceId, usage.PersonId ?? 0, usage.ProjectId ?? 0, (short)usage.Function, (short)usage.Cause);
        Grow(_days, day, amount);
        var deviceMonth = new DeviceMonthKey(orgId, MonthOf(usage.Day), usage.DeviceId, (short)usage.Function, (short)usage.Cause);
        Grow(_deviceMonths, deviceMonth, amount);
        var hour = new HourKey(orgId, deviceMonth.Month, usage.DeviceId, (short)usage.Hour, deviceMonth.Function, deviceMonth.Cause);
        Grow(_hours, hour, amount);
        if (usage.PersonId is { } person)
        {
            var month = new MonthKey(orgId, MonthOf(usage.Day), person, usage.ProjectId ?? 0);
            Grow(_months, month, amount);
        }
    }

    private static void Grow<TKey>(Dictionary<TKey, Amount> rows, TKey key, Amount amount)
        where TKey : struct
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, key, out _);
        sum += amount;
    }

    private static List<KeyValuePair<TKey, Amount>> Sorted<TKey>(Dictionary<TKey, Amount> rows)
        where TKey : struct, IComparable<TKey>
    {
        var sorted = rows.ToList();
        sorted.Sort(static (a, b) => a.Key.CompareTo(b.Key));
        return sorted;
    }
}
