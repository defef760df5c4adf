using System.Collections.Immutable;
using System.Runtime.InteropServices;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>
/// A profile bound to one device: which objects are read and how the values of the base counters are formed from them. It remembers the last value of
/// each object, and which have ever moved; those that have not are read only in full reads. All that does not belong to the single device is in a plan that
/// devices share, so that ten thousand of these fit in a small memory. Safe for use by many at once.
/// </summary>
public sealed class BoundProfile
{
    // Every so many reads one is full, whatever its reason.
    private const int FullEvery = 20;

    private readonly Lock _lock = new();
    private readonly ReadingPlan _plan;
    private readonly long[] _last;
    private readonly bool[] _active;
    private Dictionary<int, long>? _fallen;
    private PreparedGet? _short;
    private int _reads;
    private long? _rest;

    /// <summary>Binds a device to a plan; <paramref name="values"/> has one for each term of the plan, as they were when the device was looked at.</summary>
    internal BoundProfile(ReadingPlan plan, IEnumerable<long> values)
    {
        _plan = plan;
        _last = [.. values];
        _active = new bool[_last.Length];
        for (var i = 0; i < Set.Counters.Length; i++)
        {
            var (first, count) = plan.TermsOf(i).GetOffsetAndLength(_last.Length);
            for (var t = first; t < first + count; t++)
            {
                _active[t] = _last[t] != 0 || i == plan.TotalAt;
            }
        }

        _rest = Rest([.. Enumerable.Range(0, Set.Counters.Length).Select(i => (long?)Sum(i))]);
    }

    /// <summary>The base counters; the same for as long as the binding lives.</summary>
    public BaseCounterSet Set => _plan.Set;

    /// <summary>Name of the profile.</summary>
    public string Profile => Set.Profile;

    /// <summary>Engine speed when the device tells it.</summary>
    public int? PagesPerMinute => _plan.Objects.PagesPerMinute;

    internal ReadingPlan Plan => _plan;

    /// <summary>True when a read for this reason must look at every object: where a session's pages are settled, and now and then.</summary>
    internal bool WantsFull(ReadingTrigger trigger) =>
        Interlocked.Increment(ref _reads) % FullEvery == 0 || trigger is ReadingTrigger.Settle or ReadingTrigger.Start or ReadingTrigger.Restart
            or ReadingTrigger.Confirm or ReadingTrigger.Handover or ReadingTrigger.Admin;

    /// <summary>Objects to read: status, serial and counters; without those that never moved unless <paramref name="full"/>.</summary>
    internal PreparedGet ToRead(bool full)
    {
        lock (_lock)
        {
            return full ? _plan.Names.All : _short ??= Choose(active: true);
        }
    }

    /// <summary>Objects that have never moved, and so were left out of a short read; null when there are none.</summary>
    internal PreparedGet? Dormant()
    {
        lock (_lock)
        {
            return Choose(active: false) is { Positions.IsEmpty: false } some ? some : null;
        }
    }

    /// <summary>
    /// Values of the base counters from what was read, by position. A counter is null when one of its objects is missing, has another type than a count, or (in a sum) fell and
    /// no second read has confirmed it. <paramref name="restMoved"/> says that the total moved by more than the parts: an object that was left out may have moved.
    /// With <paramref name="again"/> the values are the same as before, with more of them, and confirm nothing.
    /// </summary>
    internal ImmutableArray<long?> Evaluate(ReadOnlySpan<SnmpValue?> read, bool again, out bool restMoved)
    {
        lock (_lock)
        {
            var values = new long?[Set.Counters.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = Evaluate(i, read, again);
            }

            var rest = Rest(values);
            restMoved = rest is not null && _rest is not null && rest != _rest;
            _rest = rest ?? _rest;
            return ImmutableCollectionsMarshal.AsImmutableArray(values);
        }
    }

    private PreparedGet Choose(bool active)
    {
        var chosen = ImmutableArray.CreateBuilder<ushort>(_plan.Names.Names.Length);
        Span<bool> taken = stackalloc bool[_plan.Names.Names.Length];
        for (ushort i = 0; active && i < _plan.FixedCount; i++)
        {
            chosen.Add(i);
            taken[i] = true;
        }

        for (var t = 0; t < _last.Length; t++)
        {
            var position = _plan.Terms[t].Position;
            if (_active[t] == active && !taken[position])
            {
                chosen.Add(position);
                taken[position] = true;
            }
        }

        return active && chosen.Count == taken.Length && IsOrdered(chosen) ? _plan.Names.All : new PreparedGet(_plan.Names, chosen.ToImmutable());
    }

    private static bool IsOrdered(ImmutableArray<ushort>.Builder positions)
    {
        for (var i = 0; i < positions.Count; i++)
        {
            if (positions[i] != i)
            {
                return false;
            }
        }

        return true;
    }

    private long? Rest(ReadOnlySpan<long?> values)
    {
        if (_plan.TotalAt < 0 || values[_plan.TotalAt] is not { } total)
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

    private long Sum(int counter)
    {
        long sum = 0;
        var (first, count) = _plan.TermsOf(counter).GetOffsetAndLength(_last.Length);
        for (var t = first; t < first + count; t++)
        {
            sum += Signed(t, _last[t]);
        }

        return sum;
    }

    private long? Evaluate(int counter, ReadOnlySpan<SnmpValue?> read, bool again)
    {
        long sum = 0;
        var good = true;
        var (first, count) = _plan.TermsOf(counter).GetOffsetAndLength(_last.Length);
        for (var t = first; t < first + count; t++)
        {
            var term = _plan.Terms[t];
            if (read[term.Position] is not { } raw)
            {
                // Left out because it never moved, or lost on the way.
                good &= !_active[t];
                sum += Signed(t, _last[t]);
                continue;
            }

            if (term.Source.ValueOf(raw) is not { } value)
            {
                good = false;
                continue;
            }

            // Alone, a fall is for the ledger to judge; within a sum it would hide behind the other rows, so it counts only when a second read confirms it.
            if (count > 1 && value < _last[t] && (again || !(_fallen is not null && _fallen.TryGetValue(t, out var fallen) && value >= fallen)))
            {
                (_fallen ??= [])[t] = value;
                good = false;
                continue;
            }

            _fallen?.Remove(t);
            _last[t] = value;
            if (value != 0 && !_active[t])
            {
                _active[t] = true;
                _short = null;
            }

            sum += Signed(t, value);
        }

        return good ? sum : null;
    }

    private long Signed(int term, long value) => _plan.Terms[term].Source.Subtracted ? -value : value;
}
