using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Sessions;

/// <summary>Carries values read under a new set of base counters over to the set of the epoch that ends.</summary>
internal static class EpochBridge
{
    /// <summary>
    /// The old set as its fingerprint tells it, with the new values where both sets count the same and the old border's values elsewhere;
    /// null when they have nothing in common. The remainder is worked out anew when <paramref name="quiet"/> and all under it has a twin: the
    /// new set's own is that of other parts.
    /// </summary>
    public static (BaseCounterSet Set, ImmutableArray<long?> Values)? Map(
        string oldFingerprint, BaseCounterSet newSet, ImmutableArray<long?> oldValues, ImmutableArray<long?> newValues, bool quiet)
    {
        var oldSet = Parse(oldFingerprint);
        var mapped = oldValues.ToBuilder();
        var common = 0;
        var whole = true;
        foreach (var counter in oldSet.Counters)
        {
            if (Remainder.IsRemainder(counter))
            {
                continue;
            }

            var twin = newSet.Counters.FirstOrDefault(c => c.Role == counter.Role && c.Key == counter.Key && c.Modulus == counter.Modulus && !Remainder.IsRemainder(c));
            if (twin is not null && newValues[twin.Index] is { } value && oldValues[counter.Index] is { } old)
            {
                mapped[counter.Index] = value;
                common++;
                quiet &= value == old;
            }
            else
            {
                whole &= counter.Role == CounterRole.Facet;
            }
        }

        if (common == 0)
        {
            return null;
        }

        var values = mapped.ToImmutable();
        return oldSet.Counters is [.., { } last] && Remainder.IsRemainder(last)
            ? (oldSet, Remainder.Append(oldSet, values.RemoveAt(last.Index), oldValues[last.Index], quiet && whole))
            : (oldSet, values);
    }

    /// <summary>Reads <see cref="BaseCounterSet.Fingerprint"/> back; the OIDs are not part of it.</summary>
    public static BaseCounterSet Parse(string fingerprint)
    {
        var parts = fingerprint.Split('|');
        var slash = parts[0].LastIndexOf('/');
        var counters = ImmutableArray.CreateBuilder<BaseCounter>(parts.Length - 1);
        foreach (var part in parts.AsSpan(1))
        {
            var f = part.Split(':');
            counters.Add(new BaseCounter
            {
                Index = counters.Count,
                Role = Enum.Parse<CounterRole>(f[0]),
                Key = new CounterKey(Enum.Parse<PageFunction>(f[1]), Enum.Parse<PageColor>(f[2]), Enum.Parse<PageSize>(f[3]), Enum.Parse<PageSides>(f[4]), Enum.Parse<CounterUnit>(f[5])),
                Modulus = long.Parse(f[6], System.Globalization.CultureInfo.InvariantCulture),
                Oids = ["0"],
            });
        }

        var set = new BaseCounterSet
        {
            Profile = parts[0][..slash],
            ProfileVersion = int.Parse(parts[0].AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture),
            Counters = counters.DrainToImmutable(),
        };
        // A set that has a remainder ends with it: what extending the rest gives back is the set itself.
        var rest = set with { Counters = set.Counters.RemoveAt(set.Counters.Length - 1) };
        var extended = Remainder.Extend(rest);
        return extended.Fingerprint == fingerprint ? extended : set;
    }
}
