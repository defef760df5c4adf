using System.Collections.Immutable;

namespace CopyTrack.Accounting.Snmp;

/// <summary>
/// Names of objects as requests carry them, encoded once for as many devices as ask for them. Immutable. A request is put together by copying, and a reply that
/// holds the names in the order in which they were asked for is recognised without reading them.
/// </summary>
public sealed class PreparedNames
{
    // Tag and length of the Null that stands in place of a value.
    private const int NullLength = 2;

    private readonly byte[] _octets;
    private readonly int[] _ends;
    private readonly ushort[] _nameLengths;

    /// <summary>Prepares these names. Throws <see cref="ArgumentException"/> for one that can't be sent, and when they are more than 65,535.</summary>
    public PreparedNames(ImmutableArray<ObjectIdentifier> names)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(names.Length, ushort.MaxValue);
        Names = names;
        var varBinds = names.Select(n => new VarBind(n)).ToArray();
        _octets = new byte[varBinds.Sum(BerSize.VarBind)];
        _ends = new int[names.Length];
        _nameLengths = new ushort[names.Length];
        var writer = new BerWriter(_octets);
        for (var i = 0; i < varBinds.Length; i++)
        {
            PduCodec.Write(ref writer, varBinds[i]);
            _ends[i] = writer.Written;
            _nameLengths[i] = (ushort)BerSize.Oid(names[i]);
        }

        All = new PreparedGet(this, [.. Enumerable.Range(0, names.Length).Select(i => (ushort)i)]);
    }

    /// <summary>The names, in order.</summary>
    public ImmutableArray<ObjectIdentifier> Names { get; }

    /// <summary>A request for all of them.</summary>
    public PreparedGet All { get; }

    /// <summary>The variable as a request carries it: name and Null.</summary>
    internal ReadOnlySpan<byte> Request(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return _octets.AsSpan(start, _ends[index] - start);
    }

    /// <summary>The content octets of the name.</summary>
    internal ReadOnlySpan<byte> Name(int index) => _octets.AsSpan(_ends[index] - NullLength - _nameLengths[index], _nameLengths[index]);
}
