using System.Globalization;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Receipts;

/// <summary>Self-describing media size names (PWG 5101.1 §5): <c>iso_a4_210x297mm</c>, <c>na_ledger_11x17in</c>.</summary>
public static class MediaName
{
    /// <summary>Area in mm² above which paper is large (docs/interfaces.md §4): legal has 76,800.</summary>
    public const double LargeArea = 80_000;

    private const double MillimetresPerInch = 25.4;

    /// <summary>Longest side that is believed: banners are shorter than this.</summary>
    private const double LongestSide = 20_000;

    /// <summary>
    /// Large or normal by the dimensions at the end of the name; Any for null, for names without dimensions in millimetres or inches, and for
    /// dimensions that no paper has. Custom names (<c>custom_…_WxHmm</c>) have a size like all others.
    /// </summary>
    public static PageSize SizeOf(string? name)
    {
        if (name is null || name.LastIndexOf('_') is var cut && cut < 0)
        {
            return PageSize.Any;
        }

        var dimensions = name.AsSpan(cut + 1);
        double unit;
        if (dimensions.EndsWith("mm", StringComparison.Ordinal))
        {
            unit = 1;
        }
        else if (dimensions.EndsWith("in", StringComparison.Ordinal))
        {
            unit = MillimetresPerInch;
        }
        else
        {
            return PageSize.Any;
        }

        dimensions = dimensions[..^2];
        var by = dimensions.IndexOf('x');
        return by > 0 && Side(dimensions[..by]) is { } width && Side(dimensions[(by + 1)..]) is { } height && width * unit <= LongestSide && height * unit <= LongestSide
            ? width * height * unit * unit > LargeArea ? PageSize.Large : PageSize.Normal
            : PageSize.Any;
    }

    private static double? Side(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 10 && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var side) && side > 0 ? side : null;
}
