using System.Globalization;
using System.Text.Json.Serialization;

namespace CopyTrack.Accounting.Snmp;

/// <summary>
/// An object identifier: up to 128 arcs of 32 bits (RFC 3416 §4.1), ordered as agents order their objects. The default value has no arcs;
/// it sorts first and can't be sent.
/// </summary>
public readonly struct ObjectIdentifier : IEquatable<ObjectIdentifier>, IComparable<ObjectIdentifier>
{
    /// <summary>The most arcs an object identifier may have.</summary>
    public const int MaxArcs = 128;

    private readonly uint[]? _arcs;

    /// <summary>Copies the arcs. Throws <see cref="ArgumentException"/> when they are more than 128.</summary>
    public ObjectIdentifier(params ReadOnlySpan<uint> arcs)
    {
        if (arcs.Length > MaxArcs)
        {
            throw new ArgumentException($"more than {MaxArcs} arcs", nameof(arcs));
        }

        _arcs = arcs.ToArray();
    }

    /// <summary>Number of arcs.</summary>
    public int Length => _arcs?.Length ?? 0;

    /// <summary>The arcs, first to last.</summary>
    [JsonIgnore]
    public ReadOnlySpan<uint> Arcs => _arcs;

    /// <summary>Arc at a position; throws outside.</summary>
    public uint this[int index] => Arcs[index];

    /// <summary>The last arc; 0 when there is none.</summary>
    public uint Last => Length == 0 ? 0 : _arcs![^1];

    /// <summary>Reads dotted text, a leading dot allowed. Throws <see cref="FormatException"/> when it is none.</summary>
    public static ObjectIdentifier Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var oid) ? oid : throw new FormatException("not an object identifier");

    /// <summary>Reads dotted text, a leading dot allowed: 2 to 128 decimal arcs, the first at most 2 and the second at most 39 under 0 and 1. False when it is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ObjectIdentifier oid)
    {
        oid = default;
        if (text is ['.', .. var rest])
        {
            text = rest;
        }

        Span<uint> arcs = stackalloc uint[MaxArcs];
        var count = 0;
        foreach (var range in text.Split('.'))
        {
            if (count == MaxArcs || !uint.TryParse(text[range], NumberStyles.None, CultureInfo.InvariantCulture, out arcs[count]))
            {
                return false;
            }

            count++;
        }

        if (count < 2 || arcs[0] > 2 || (arcs[0] < 2 && arcs[1] > 39))
        {
            return false;
        }

        oid = new ObjectIdentifier(arcs[..count]);
        return true;
    }

    /// <summary>True when this lies in the subtree of <paramref name="prefix"/>, the prefix itself included.</summary>
    public bool StartsWith(ObjectIdentifier prefix) => Arcs.StartsWith(prefix.Arcs);

    /// <summary>The arcs after a prefix that this starts with: the index of a table's row, for instance. Throws when the prefix is longer.</summary>
    public ReadOnlySpan<uint> After(ObjectIdentifier prefix) => Arcs[prefix.Length..];

    /// <summary>This with arcs behind it.</summary>
    public ObjectIdentifier Append(params ReadOnlySpan<uint> arcs) => new([.. Arcs, .. arcs]);

    /// <summary>Arc by arc; a prefix comes before what it starts.</summary>
    public int CompareTo(ObjectIdentifier other) => Arcs.SequenceCompareTo(other.Arcs);

    /// <inheritdoc/>
    public bool Equals(ObjectIdentifier other) => Arcs.SequenceEqual(other.Arcs);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ObjectIdentifier other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var arc in Arcs)
        {
            hash.Add(arc);
        }

        return hash.ToHashCode();
    }

    /// <summary>Dotted text without a leading dot.</summary>
    public override string ToString()
    {
        var text = new System.Text.StringBuilder(Length * 4);
        foreach (var arc in Arcs)
        {
            if (text.Length > 0)
            {
                text.Append('.');
            }

            text.Append(CultureInfo.InvariantCulture, $"{arc}");
        }

        return text.ToString();
    }

    /// <summary>Equal arcs.</summary>
    public static bool operator ==(ObjectIdentifier left, ObjectIdentifier right) => left.Equals(right);

    /// <summary>Different arcs.</summary>
    public static bool operator !=(ObjectIdentifier left, ObjectIdentifier right) => !left.Equals(right);

    /// <summary>Comes before.</summary>
    public static bool operator <(ObjectIdentifier left, ObjectIdentifier right) => left.CompareTo(right) < 0;

    /// <summary>Comes before or is equal.</summary>
    public static bool operator <=(ObjectIdentifier left, ObjectIdentifier right) => left.CompareTo(right) <= 0;

    /// <summary>Comes after.</summary>
    public static bool operator >(ObjectIdentifier left, ObjectIdentifier right) => left.CompareTo(right) > 0;

    /// <summary>Comes after or is equal.</summary>
    public static bool operator >=(ObjectIdentifier left, ObjectIdentifier right) => left.CompareTo(right) >= 0;
}
