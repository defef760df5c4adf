namespace CopyTrack.MfpSimulator.Meters;

/// <summary>A paper size with its sides in tenths of a millimetre. One instance for each known name.</summary>
public sealed class PaperSize
{
    private static readonly PaperSize[] Known =
    [
        new("A3", 4200, 2970), new("A4", 2970, 2100), new("A5", 2100, 1480), new("A6", 1480, 1050), new("B4", 3640, 2570), new("B5", 2570, 1820),
        new("Ledger", 4318, 2794), new("Legal", 3556, 2159), new("Letter", 2794, 2159), new("Folio", 3300, 2100), new("Statement", 2159, 1397),
    ];

    private PaperSize(string name, int length, int width) => (Name, Length, Width) = (name, length, width);

    /// <summary>All sizes that jobs may name.</summary>
    public static IReadOnlyList<PaperSize> All => Known;

    /// <summary>ISO A4.</summary>
    public static PaperSize A4 { get; } = Known[1];

    /// <summary>ISO A3.</summary>
    public static PaperSize A3 { get; } = Known[0];

    /// <summary>Name as written in scripts: A4, Letter, Ledger...</summary>
    public string Name { get; }

    /// <summary>Longer side in tenths of a millimetre.</summary>
    public int Length { get; }

    /// <summary>Shorter side in tenths of a millimetre.</summary>
    public int Width { get; }

    /// <summary>True for an area over 80,000 mm² (A3, Ledger, B4).</summary>
    public bool IsLarge => (long)Length * Width > 8_000_000;

    /// <summary>True for the sizes that makers count twice where they count large paper twice: A3 and Ledger, not B4.</summary>
    public bool CountsTwice => (long)Length * Width > 11_000_000;

    /// <summary>The size with this name in any case, or null.</summary>
    public static PaperSize? Find(string name) => Known.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The size whose sides are within 2 % of these (tenths of a millimetre, either way round), or null.</summary>
    public static PaperSize? Find(double one, double other) =>
        Known.FirstOrDefault(s => Near(s.Length, Math.Max(one, other)) && Near(s.Width, Math.Min(one, other)));

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static bool Near(int expected, double actual) => Math.Abs(expected - actual) <= expected * 0.02;
}
