using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>The plans in use, by content, so that devices which are read alike share one. A plan that no device uses any more can be collected. Safe for use by many at once.</summary>
internal sealed class ReadingPlans
{
    private const int FirstSweep = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, WeakReference<ReadingPlan>> _plans = [];
    private int _sweepAt = FirstSweep;

    /// <summary>The plan of this content: one that is in use, or a new one.</summary>
    public ReadingPlan Share(BaseCounterSet set, ImmutableArray<ImmutableArray<CounterTerm>> terms, PlannedObjects objects)
    {
        var print = ReadingPlan.PrintOf(set, objects);
        lock (_gate)
        {
            if (_plans.TryGetValue(print, out var kept) && kept.TryGetTarget(out var known))
            {
                return known;
            }

            if (_plans.Count >= _sweepAt)
            {
                foreach (var dead in _plans.Where(p => !p.Value.TryGetTarget(out _)).Select(p => p.Key).ToList())
                {
                    _plans.Remove(dead);
                }

                _sweepAt = Math.Max(FirstSweep, _plans.Count * 2);
            }

            var plan = ReadingPlan.Make(set, terms, objects);
            _plans[print] = new WeakReference<ReadingPlan>(plan);
            return plan;
        }
    }
}
