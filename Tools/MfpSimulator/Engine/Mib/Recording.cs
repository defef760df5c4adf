namespace CopyTrack.MfpSimulator.Mib;

/// <summary>The objects of one recorded or built-in device in OID order, with look-ups by name.</summary>
internal sealed class Recording
{
    private readonly Dictionary<string, MibRow> byName;

    /// <summary>Sorts the rows; of two with one name the first stays.</summary>
    public Recording(IEnumerable<MibRow> rows)
    {
        byName = [];
        foreach (var row in rows) byName.TryAdd(row.OidText, row);
        Rows = [.. byName.Values.OrderBy(r => r.Name, Comparer<uint[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))];
    }

    /// <summary>All rows, sorted.</summary>
    public IReadOnlyList<MibRow> Rows { get; }

    /// <summary>Reads the lines of a <c>.snmprec</c> text. Throws <see cref="FormatException"/> with the line's number when one can't be read.</summary>
    public static Recording Parse(IEnumerable<string> lines)
    {
        List<MibRow> rows = [];
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            try
            {
                if (MibRow.ParseLine(line) is { } row) rows.Add(row);
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                throw new FormatException($"Line {number}: {e.Message}", e);
            }
        }

        return new(rows);
    }

    /// <summary>The row with this name, or null.</summary>
    public MibRow? Find(string oid) => byName.GetValueOrDefault(oid);

    /// <summary>The text of a row, or null.</summary>
    public string? Text(string oid) => Find(oid) is { Tag: MibRow.OctetString } row ? row.Text.Trim() : null;

    /// <summary>All rows below a prefix with the sub-identifiers after it.</summary>
    public IEnumerable<(uint[] Index, MibRow Row)> Below(string prefix)
    {
        var parts = Oid.Parse(prefix);
        foreach (var row in Rows)
            if (row.Name.Length > parts.Length && row.Name.AsSpan().StartsWith(parts))
                yield return (row.Name[parts.Length..], row);
    }
}
