using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Inventory;

namespace CopyTrack.Accounting.Usb;

/// <summary>Supplies of a printer as IPP tells them: <c>printer-supply</c> (PWG 5100.13 §6.5), else the markers of CUPS.</summary>
internal static class IppSupplies
{
    private const int Most = 32;

    public static ImmutableArray<Supply> Of(ImmutableDictionary<string, ImmutableArray<string>> attributes) =>
        attributes.GetValueOrDefault("printer-supply", []) is { Length: > 0 } supplies ? Supplies(supplies, attributes.GetValueOrDefault("printer-supply-description", [])) : Markers(attributes);

    // Each is "index=1;class=supplyThatIsConsumed;type=toner;unit=percent;maxcapacity=100;level=75;colorantname=black;".
    private static ImmutableArray<Supply> Supplies(ImmutableArray<string> supplies, ImmutableArray<string> descriptions) =>
    [
        .. supplies.Take(Most).Select((text, i) =>
        {
            var items = text.Split(';').Select(t => t.Split('=', 2)).Where(t => t.Length == 2).DistinctBy(t => t[0]).ToDictionary(t => t[0].Trim(), t => t[1].Trim(), StringComparer.Ordinal);
            var (level, capacity) = (Number(items.GetValueOrDefault("level")), Number(items.GetValueOrDefault("maxcapacity")));
            var color = items.GetValueOrDefault("colorantname") is { Length: > 0 } name && name is not ("unknown" or "none") ? name : null;
            return Row(i, i < descriptions.Length ? descriptions[i] : null, items.GetValueOrDefault("type"), color, level is { } l && capacity is > 0 and var c && l <= c ? (int)(l * 100 / c) : null);
        }),
    ];

    private static ImmutableArray<Supply> Markers(ImmutableDictionary<string, ImmutableArray<string>> attributes)
    {
        var (names, colors, types, levels) = (attributes.GetValueOrDefault("marker-names", []), attributes.GetValueOrDefault("marker-colors", []), attributes.GetValueOrDefault("marker-types", []), attributes.GetValueOrDefault("marker-levels", []));
        // A level is from 0 to 100; -1 and below are unknown.
        return [.. names.Take(Most).Select((name, i) => Row(i, name, At(types, i), At(colors, i), Number(At(levels, i)) is <= 100 and var level ? (int?)level : null))];
    }

    private static Supply Row(int position, string? description, string? type, string? color, int? percent) => new(
        (position + 1).ToString(CultureInfo.InvariantCulture), description, Word(type ?? ""), color, percent, percent is null ? "unknown" : "exact", percent is null ? null : 100, percent is null ? null : "percent", percent);

    private static string? At(ImmutableArray<string> values, int i) => i < values.Length ? values[i] : null;

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1L << 40 ? number : null;

    private static string Word(string text)
    {
        var word = new string([.. text.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-').Take(40)]);
        return word.Length == 0 ? "other" : word;
    }
}
