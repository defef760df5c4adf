using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>
/// The Imaging System Counter MIB (PWG 5106.3). Its counter tables are indexed by key, kind of work and persistence; what a key means stands in the key table.
/// </summary>
internal static class PwgCounters
{
    private const uint AllWork = 3;
    private const uint Lifetime = 3;

    private static readonly ObjectIdentifier Counters = ObjectIdentifier.Parse("1.3.6.1.4.1.2699.1.3.1");
    private static readonly ObjectIdentifier ServiceTypes = Counters.Append(2, 1, 1, 2);
    private static readonly ObjectIdentifier SubunitTypes = Counters.Append(2, 1, 1, 4);

    // IcSubunitTypeTC: a key of a whole service names no subunit: 1 other, 2 unknown.
    private const long LastOfNoSubunit = 2;

    /// <summary>The object whose successor shows whether a device has the MIB.</summary>
    public static ObjectIdentifier KeyTable { get; } = Counters.Append(2, 1, 1);

    /// <summary>What to read of a device that has it.</summary>
    public static IEnumerable<SweepColumn> Columns { get; } =
    [
        new(ServiceTypes, 8, 1), new(SubunitTypes, 8, 1), .. new uint[] { 7, 8, 9, 10 }.SelectMany(t => new uint[] { 4, 5, 6, 7, 8 }.Select(c => new SweepColumn(Counters.Append(t, 1, 1, c), 8))),
    ];

    /// <summary>The counter's object on this device; null when it has none.</summary>
    public static CounterTerm? Find(MibView view, PwgSource source)
    {
        foreach (var key in view.Rows(ServiceTypes))
        {
            var row = key.Oid.Last;
            if (key.Value.AsInteger == source.Service && view[SubunitTypes.Append(row)]?.AsInteger is null or <= LastOfNoSubunit)
            {
                var term = new CounterTerm(Counters.Append(source.Table, 1, 1, source.Column, row, AllWork, Lifetime), null, false);
                if (term.ValueOf(view[term.Oid]) is not null)
                {
                    return term;
                }
            }
        }

        return null;
    }
}
