using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>Size class of paper by its area: over 80,000 mm² is large (A3, 11x17, both B4), legal and folio are normal.</summary>
internal static class PaperSizes
{
    private const double MillimetresPerUnit = 0.00254;

    /// <summary>Class of a row of the maker's size table, sides in ten-thousandths of an inch; Any where the device gives no dimensions.</summary>
    public static PageSize Classify(MibView view, ProfileSizes sizes, uint row, double largeArea)
    {
        var name = DeviceText.Read(view[sizes.Name.Append(row)]) ?? "";
        if (name.StartsWith("Banner", StringComparison.OrdinalIgnoreCase))
        {
            // Rows of banners give their sides in another scale (seen: CS 4053ci), but are longer than A3 on every model.
            return PageSize.Large;
        }

        var length = view[sizes.Length.Append(row)]?.AsInteger ?? 0;
        var width = view[sizes.Width.Append(row)]?.AsInteger ?? 0;
        return length <= 0 || width <= 0 ? PageSize.Any
            : length * MillimetresPerUnit * width * MillimetresPerUnit > largeArea ? PageSize.Large
            : PageSize.Normal;
    }
}
