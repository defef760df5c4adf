using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace CopyTrack.Accounting.Meters;

/// <summary>How the ledger uses a counter.</summary>
public enum CounterRole
{
    /// <summary>A cell of the partition: the parts of a device are disjoint and together are its pages (or its scans, or its fax pages sent).</summary>
    Part,

    /// <summary>Looks at pages that the parts already count from another side (sheets, large, duplex).</summary>
    Facet,

    /// <summary>The engine's total; what the parts do not explain of it becomes the counter <see cref="PageFunction.Other"/>.</summary>
    Total,
}

/// <summary>One series of the ledger. <see cref="Modulus"/> is where the device wraps to zero (2^31, 2^32), 0 where a fall can't be a wrap.</summary>
public sealed record BaseCounter
{
    /// <summary>Position in its set and in every vector of values read under it.</summary>
    public required int Index { get; init; }

    /// <summary>Meaning and unit of the values.</summary>
    public required CounterKey Key { get; init; }

    /// <summary>How the ledger uses it.</summary>
    public required CounterRole Role { get; init; }

    /// <summary>Where the counter wraps; 0 = a fall is never a wrap (sums of several rows).</summary>
    public long Modulus { get; init; }

    /// <summary>
    /// The OIDs that are read and added for one value, in dotted form; <c>-</c> before one that is subtracted, <c>#</c> and two hexadecimal digits behind one whose
    /// octet string holds the count as a record of that kind.
    /// </summary>
    public required ImmutableArray<string> Oids { get; init; }
}

/// <summary>The base counters of one device under one profile: what an epoch pins. Equal sets have the same <see cref="Fingerprint"/>.</summary>
public sealed record BaseCounterSet
{
    // Every reading asks for it, and a set lives through many. Beside the object, because a copy of a record takes its fields along.
    private static readonly ConditionalWeakTable<BaseCounterSet, string> s_fingerprints = [];

    /// <summary>Name of the profile that chose the counters.</summary>
    public required string Profile { get; init; }

    /// <summary>Version of that profile; a new one opens a new epoch.</summary>
    public required int ProfileVersion { get; init; }

    /// <summary>Counters in index order.</summary>
    public required ImmutableArray<BaseCounter> Counters { get; init; }

    /// <summary>Text that is equal exactly for sets that mean the same: profile, version, and each counter's role, key and modulus (not its OIDs, which may grow by rows that move for the first time).</summary>
    public string Fingerprint => s_fingerprints.GetValue(this, static set => string.Join('|', set.Counters.Select(c =>
        $"{c.Role}:{c.Key.Function}:{c.Key.Color}:{c.Key.Size}:{c.Key.Sides}:{c.Key.Unit}:{c.Modulus}").Prepend($"{set.Profile}/{set.ProfileVersion}")));
}
