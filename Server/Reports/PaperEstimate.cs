using System.Globalization;
using CopyTrack.Accounting.Ledger;

namespace CopyTrack.Server.Reports;

/// <summary>Factors of the estimate. A sheet of A4 at 80 g/m² weighs 5 g; the second is of the order that public conversion tables give for paper of fresh fibre, and a site puts its supplier's in its place.</summary>
internal sealed record EstimateOptions(decimal SheetGrams = 5.0m, decimal CarbonPerKilogram = 0.92m);

/// <summary>
/// What pages came to in paper and in carbon dioxide: leaves = sheets + sides about which the device does not tell, one leaf each; a leaf of large paper weighs as much as two.
/// An estimate that shows its own working, not a measurement.
/// </summary>
internal sealed record PaperEstimate(long Leaves, long UnknownSides, decimal LargeShare, decimal Kilograms, decimal Carbon, EstimateOptions Factors)
{
    /// <summary>The estimate of a sum; all 0 for a sum without pages.</summary>
    public static PaperEstimate Of(in PageCounts counts, EstimateOptions factors) => Of(counts.Sheets, counts.UnknownSides, counts.Impressions, counts.Large, factors);

    /// <summary>The same out of single columns; what is unknown is 0.</summary>
    public static PaperEstimate Of(long sheets, long unknownSides, long impressions, long large, EstimateOptions factors)
    {
        long leaves = Math.Max(0, sheets + unknownSides);
        decimal share = impressions <= 0 ? 0 : Math.Clamp((decimal)large / impressions, 0, 1);
        decimal kilograms = Math.Round(leaves * (1 + share) * factors.SheetGrams / 1000m, 3);
        return new PaperEstimate(leaves, Math.Max(0, unknownSides), Math.Round(share, 4), kilograms, Math.Round(kilograms * factors.CarbonPerKilogram, 3), factors);
    }

    /// <summary>The formula with its numbers, for a reader.</summary>
    public string Formula(CultureInfo culture) => string.Create(culture,
        $"{Leaves:N0} × (1 + {LargeShare:0.####}) × {Factors.SheetGrams:0.###} g = {Kilograms:N1} kg; × {Factors.CarbonPerKilogram:0.###} = {Carbon:N1} kg CO₂e");
}
