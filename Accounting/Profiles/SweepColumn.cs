using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>A column (or any subtree) to read to its end.</summary>
/// <param name="Root">Its name without an index.</param>
/// <param name="Rows">Rows expected: how many are asked for at first.</param>
/// <param name="ValueRoom">Bytes that one value takes, as a rule.</param>
internal sealed record SweepColumn(ObjectIdentifier Root, int Rows, int ValueRoom = 4)
{
    /// <summary>Index of the table's last row where another column has told it: behind it nothing more is asked. Empty = read until the column ends.</summary>
    public uint[] LastIndex { get; init; } = [];

    /// <summary>Rows after which reading stops, whatever follows.</summary>
    public int MaxRows { get; init; } = 2048;

    /// <summary>Bytes that a row takes in a reply.</summary>
    public int RowLength => Root.Length + ValueRoom + 8;
}
