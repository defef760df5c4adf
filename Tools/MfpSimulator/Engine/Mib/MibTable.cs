namespace CopyTrack.MfpSimulator.Mib;

/// <summary>A recording made ready to be served: names in one flat array, whole variable bindings encoded beforehand. Shared by all devices of a model; what lives is named by a slot.</summary>
internal sealed class MibTable
{
    private readonly uint[] names;
    private readonly int[] starts;
    private readonly byte[][] bindings;
    private readonly byte[][] encodedNames;
    private readonly byte[] tags;
    private readonly int[] slots;

    /// <summary><paramref name="slotOf"/> gives the slot of each live row by name.</summary>
    public MibTable(Recording recording, IReadOnlyDictionary<string, int> slotOf)
    {
        var rows = recording.Rows;
        starts = new int[rows.Count + 1];
        for (var i = 0; i < rows.Count; i++) starts[i + 1] = starts[i] + rows[i].Name.Length;
        names = [.. rows.SelectMany(r => r.Name)];
        tags = [.. rows.Select(r => r.Tag)];
        slots = [.. rows.Select(r => slotOf.GetValueOrDefault(r.OidText, -1))];
        encodedNames = [.. rows.Select(r => Tlv(MibRow.ObjectIdentifier, Oid.Encode(r.Name)))];
        bindings = [.. rows.Select((r, i) => Tlv(0x30, [.. encodedNames[i], .. Tlv(r.Tag, r.Content)]))];
    }

    /// <summary>Number of rows.</summary>
    public int Count => bindings.Length;

    /// <summary>The sub-identifiers of a row.</summary>
    public ReadOnlySpan<uint> Name(int row) => names.AsSpan(starts[row], starts[row + 1] - starts[row]);

    /// <summary>The name of a row with tag and length.</summary>
    public ReadOnlySpan<byte> EncodedName(int row) => encodedNames[row];

    /// <summary>The recorded variable binding of a row, encoded.</summary>
    public ReadOnlySpan<byte> Binding(int row) => bindings[row];

    /// <summary>BER tag of a row's value.</summary>
    public byte Tag(int row) => tags[row];

    /// <summary>The live slot of a row, -1 where it never changes.</summary>
    public int Slot(int row) => slots[row];

    /// <summary>The first row whose name is not below <paramref name="name"/>; <see cref="Count"/> at the end.</summary>
    public int LowerBound(ReadOnlySpan<uint> name)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Name(middle).SequenceCompareTo(name) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>The row with exactly this name, or -1.</summary>
    public int Find(ReadOnlySpan<uint> name)
    {
        var row = LowerBound(name);
        return row < Count && Name(row).SequenceEqual(name) ? row : -1;
    }

    /// <summary>The first row after <paramref name="name"/>; <see cref="Count"/> at the end.</summary>
    public int After(ReadOnlySpan<uint> name)
    {
        var row = LowerBound(name);
        return row < Count && Name(row).SequenceEqual(name) ? row + 1 : row;
    }

    private static byte[] Tlv(byte tag, byte[] content) => content.Length switch
    {
        < 0x80 => [tag, (byte)content.Length, .. content],
        < 0x100 => [tag, 0x81, (byte)content.Length, .. content],
        _ => [tag, 0x82, (byte)(content.Length >> 8), (byte)content.Length, .. content],
    };
}
