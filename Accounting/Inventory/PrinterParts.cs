using System.Collections.Immutable;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Inventory;

/// <summary>Covers, outputs, colorants and the panel's text as the Printer-MIB (RFC 3805) has them.</summary>
internal sealed class PrinterParts(MibView view)
{
    private const int MaxConsoleLines = 32;

    private readonly TableRows _rows = new(view);

    public ImmutableArray<Cover> Covers() =>
    [
        .. _rows.Indexes(StandardMib.Covers).Select(i => new Cover(TableRows.Name(i), _rows.Text(StandardMib.Covers, 2, i), _rows.Number(StandardMib.Covers, 3, i) switch
        {
            3 => "open", 4 => "closed", 5 => "interlockOpen", 6 => "interlockClosed", _ => "unknown",
        })),
    ];

    public ImmutableArray<Output> Outputs() =>
    [
        .. _rows.Indexes(StandardMib.Output).Select(i =>
        {
            var (remaining, kind) = TableRows.Level(_rows.Number(StandardMib.Output, 5, i));
            return new Output(
                TableRows.Name(i), _rows.Text(StandardMib.Output, 7, i) ?? _rows.Text(StandardMib.Output, 12, i), remaining, kind,
                TableRows.Capacity(_rows.Number(StandardMib.Output, 4, i)), PrinterCodes.SubUnitStatus(_rows.Number(StandardMib.Output, 6, i)));
        }),
    ];

    public ImmutableArray<Colorant> Colorants()
    {
        var colorants = ImmutableArray.CreateBuilder<Colorant>();
        foreach (var row in view.Rows(StandardMib.Colorant))
        {
            if (row.Oid.Length == StandardMib.Colorant.Length + 2 && _rows.Text(row.Value) is { } name)
            {
                colorants.Add(new Colorant(TableRows.Name([row.Oid[row.Oid.Length - 2], row.Oid.Last]), name));
            }
        }

        return colorants.ToImmutable();
    }

    /// <summary>The panel's lines that hold text; of the maker's objects where the standard table is missing.</summary>
    public ImmutableArray<string> Console(IEnumerable<ObjectIdentifier> others)
    {
        var lines = new List<string>();
        foreach (var row in view.Rows(StandardMib.ConsoleText))
        {
            if (_rows.Text(row.Value) is { } line && lines.Count < MaxConsoleLines)
            {
                lines.Add(line);
            }
        }

        return lines.Count > 0 ? [.. lines] : [.. others.Select(o => _rows.Text(view[o])).OfType<string>()];
    }
}
