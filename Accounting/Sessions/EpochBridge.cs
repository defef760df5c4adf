using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Sessions;

/// <summary>Carries values read under a new set of base counters over to the set of the epoch that ends.</summary>
internal static class EpochBridge
{
    /// <summary>
    /// The old set as its fingerprint tells it, with the new values where both sets count the same and the old border's values elsewhere;
    /// null when they have nothing in common.
    /// </summary>
    public static (BaseCounterSet Set, ImmutableArray<long?> Values)? Map(
        string oldFingerprint, BaseCounterSet newSet, ImmutableArray<long?> oldValues, ImmutableArray<long?> newValues)
    {
        var oldSet = Parse(oldFingerprint);
        var mapped = oldValues.ToBuilder();
        var common = 0;
        foreach (var counter in oldSet.Counters)
        {
            var twin = newSet.Counters.FirstOrDefault(c => c.Role == counter.Role && c.Key == counter.Key && c.Modulus == counter.Modulus && c.Oids.IsEmpty == counter.Oids.IsEmpty);
            if (twin is not null && newValues[twin.Index] is { } value && oldValues[counter.Index] is not null)
            {
                mapped[counter.Index] = value;
                common++;
            }
        }

        return common == 0 ? null : (oldSet, mapped.ToImmutable());
    }

    /// <summary>Reads <see cref="BaseCounterSet.Fingerprint"/> back; the OIDs are not part of it.</summary>
    private static BaseCounterSet Parse(string fingerprint)
    {
        var parts = fingerprint.Split('|');
        var slash = parts[0].LastIndexOf('/');
        var counters = ImmutableArray.CreateBuilder<BaseCounter>(parts.Length - 1);
        foreach (var part in parts.AsSpan(1))
        {
            var f = part.Split(':');
            var key = new CounterKey(Enum.Parse<PageFunction>(f[1]), Enum.Parse<PageColor>(f[2]), Enum.Parse<PageSize>(f[3]), Enum.Parse<PageSides>(f[4]), Enum.Parse<CounterUnit>(f[5]));
            var computed = key.Function == PageFunction.Other && f[0] == nameof(CounterRole.Part);
            counters.Add(new BaseCounter
            {
                Index = counters.Count,
                Role = Enum.Parse<CounterRole>(f[0]),
                Key = key,
                Modulus = long.Parse(f[6], System.Globalization.CultureInfo.InvariantCulture),
                Oids = computed ? [] : ["0"],
            });
        }

        return new BaseCounterSet
        {
            Profile = parts[0][..slash],
            ProfileVersion = int.Parse(parts[0].AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture),
            Counters = counters.DrainToImmutable(),
        };
    }
}
