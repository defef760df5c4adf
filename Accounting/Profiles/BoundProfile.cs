using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>
/// A profile bound to one device: which objects are read and how the values of the base counters are formed from them. It remembers the last value of
/// each object, and which have ever moved; those that have not are read only in full reads. Safe for use by many at once.
/// </summary>
public sealed class BoundProfile
{
    // Every so many reads one is full, whatever its reason.
    private const int FullEvery = 20;

    private readonly Lock _lock = new();
    private readonly ImmutableArray<Term[]> _terms;
    private readonly ImmutableArray<ObjectIdentifier> _fixed;
    private readonly int _total;
    private int _reads;
    private long? _rest;

    internal BoundProfile(
        BaseCounterSet set, ImmutableArray<ImmutableArray<(CounterTerm Term, long Value)>> terms, int? pagesPerMinute,
        bool hasUpTime, ObjectIdentifier? printerStatus, ObjectIdentifier? deviceStatus, ObjectIdentifier? serial)
    {
        Set = set;
        PagesPerMinute = pagesPerMinute;
        PrinterStatus = printerStatus;
        DeviceStatus = deviceStatus;
        Serial = serial;
        _total = set.Counters.FirstOrDefault(c => c.Role == CounterRole.Total)?.Index ?? -1;
        _terms = [.. terms.Select((t, i) => t.Select(x => new Term(x.Term, x.Value, x.Value != 0 || i == _total)).ToArray())];
        _fixed = [.. new[] { hasUpTime ? StandardMib.SysUpTime : (ObjectIdentifier?)null, printerStatus, deviceStatus, serial }.OfType<ObjectIdentifier>()];
        _rest = Rest([.. _terms.Select(t => (long?)t.Sum(x => x.Signed(x.Last)))]);
    }

    /// <summary>The base counters; the same for as long as the binding lives.</summary>
    public BaseCounterSet Set { get; }

    /// <summary>Name of the profile.</summary>
    public string Profile => Set.Profile;

    /// <summary>Engine speed when the device tells it.</summary>
    public int? PagesPerMinute { get; }

    internal ObjectIdentifier? PrinterStatus { get; }

    internal ObjectIdentifier? DeviceStatus { get; }

    internal ObjectIdentifier? Serial { get; }

    /// <summary>True when a read for this reason must look at every object: where a session's pages are settled, and now and then.</summary>
    internal bool WantsFull(ReadingTrigger trigger)
    {
        lock (_lock)
        {
            return ++_reads % FullEvery == 0 || trigger is ReadingTrigger.Settle or ReadingTrigger.Start or ReadingTrigger.Restart
                or ReadingTrigger.Confirm or ReadingTrigger.Handover or ReadingTrigger.Admin;
        }
    }

    /// <summary>Objects to read: status, serial and counters; without those that never moved unless <paramref name="full"/>.</summary>
    internal ImmutableArray<ObjectIdentifier> ObjectsToRead(bool full)
    {
        lock (_lock)
        {
            return [.. _fixed, .. _terms.SelectMany(t => t).Where(t => full || t.Active).Select(t => t.Source.Oid).Distinct()];
        }
    }

    /// <summary>Objects that have never moved, and so were left out of a short read.</summary>
    internal ImmutableArray<ObjectIdentifier> Dormant()
    {
        lock (_lock)
        {
            return [.. _terms.SelectMany(t => t).Where(t => !t.Active).Select(t => t.Source.Oid).Distinct()];
        }
    }

    /// <summary>
    /// Values of the base counters from what was read. A counter is null when one of its objects is missing, has another type than a count, or (in a sum) fell and
    /// no second read has confirmed it. <paramref name="restMoved"/> says that the total moved by more than the parts: an object that was left out may have moved.
    /// With <paramref name="again"/> the values are the same as before, with more of them, and confirm nothing.
    /// </summary>
    internal ImmutableArray<long?> Evaluate(IReadOnlyDictionary<ObjectIdentifier, SnmpValue> read, bool again, out bool restMoved)
    {
        lock (_lock)
        {
            var values = _terms.Select(t => Evaluate(t, read, again)).ToImmutableArray();
            var rest = Rest(values);
            restMoved = rest is not null && _rest is not null && rest != _rest;
            _rest = rest ?? _rest;
            return values;
        }
    }

    private long? Rest(ImmutableArray<long?> values)
    {
        if (_total < 0 || values[_total] is not { } total)
        {
            return null;
        }

        foreach (var counter in Set.Counters)
        {
            if (counter.Role == CounterRole.Part && counter.Key.Unit != CounterUnit.Scans)
            {
                if (values[counter.Index] is not { } part)
                {
                    return null;
                }

                total -= part;
            }
        }

        return total;
    }

    private static long? Evaluate(Term[] terms, IReadOnlyDictionary<ObjectIdentifier, SnmpValue> read, bool again)
    {
        long sum = 0;
        var good = true;
        foreach (var term in terms)
        {
            if (!read.TryGetValue(term.Source.Oid, out var raw))
            {
                // Left out because it never moved, or lost on the way.
                good &= !term.Active;
                sum += term.Signed(term.Last);
                continue;
            }

            if (term.Source.ValueOf(raw) is not { } value)
            {
                good = false;
                continue;
            }

            // Alone, a fall is for the ledger to judge; within a sum it would hide behind the other rows, so it counts only when a second read confirms it.
            if (terms.Length > 1 && value < term.Last && (again || !(value >= term.Fallen)))
            {
                term.Fallen = value;
                good = false;
                continue;
            }

            term.Fallen = null;
            term.Last = value;
            term.Active |= value != 0;
            sum += term.Signed(value);
        }

        return good ? sum : null;
    }

    private sealed class Term(CounterTerm source, long last, bool active)
    {
        public CounterTerm Source { get; } = source;

        public long Last { get; set; } = last;

        public long? Fallen { get; set; }

        public bool Active { get; set; } = active;

        public long Signed(long value) => Source.Subtracted ? -value : value;
    }
}
