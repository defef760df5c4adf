using System.Collections.Immutable;

namespace CopyTrack.Accounting.Snmp;

/// <summary>A request for some of the names that were prepared, by their positions. Immutable.</summary>
public sealed class PreparedGet(PreparedNames names, ImmutableArray<ushort> positions)
{
    /// <summary>What was prepared.</summary>
    public PreparedNames Names { get; } = names;

    /// <summary>Positions of the names that are asked for, in the order in which values come back.</summary>
    public ImmutableArray<ushort> Positions { get; } = positions;

    /// <summary>The names themselves.</summary>
    public ImmutableArray<ObjectIdentifier> ToNames() => [.. Positions.Select(p => Names.Names[p])];

    /// <summary>Octets that these variables take in a request.</summary>
    internal int LengthOf(int start, int count)
    {
        var length = 0;
        foreach (var position in Positions.AsSpan(start, count))
        {
            length += Names.Request(position).Length;
        }

        return length;
    }

    /// <summary>How many variables from there on fit, the first of them in any case; <paramref name="valueRoom"/> is what a value takes beyond its name.</summary>
    internal int Fitting(int start, int budget, int valueRoom)
    {
        var count = 0;
        foreach (var position in Positions.AsSpan(start, Positions.Length - start))
        {
            budget -= Names.Request(position).Length + valueRoom;
            if (budget < 0 && count > 0)
            {
                break;
            }

            count++;
        }

        return count;
    }
}
