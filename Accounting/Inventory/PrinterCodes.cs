using System.Globalization;

namespace CopyTrack.Accounting.Inventory;

/// <summary>Names for the enumerations of the Printer-MIB (RFC 3805, IANA-PRINTER-MIB).</summary>
internal static class PrinterCodes
{
    private static readonly string[] Colors = ["black", "cyan", "magenta", "yellow"];

    // What a device in another language calls its colours, as far as seen.
    private static readonly (string Word, string Color)[] OtherWords =
    [
        ("schwarz", "black"), ("noir", "black"), ("negro", "black"), ("黑", "black"), ("青", "cyan"), ("洋紅", "magenta"), ("洋红", "magenta"), ("gelb", "yellow"),
        ("jaune", "yellow"), ("amarillo", "yellow"), ("黃", "yellow"), ("黄", "yellow"),
    ];

    private static readonly (string Word, string Kind)[] Words =
    [
        ("waste toner", "wasteToner"), ("waste ink", "wasteInk"), ("maintenance box", "wasteInk"), ("waste", "wasteToner"), ("drum", "drum"), ("photoconduct", "drum"), ("imaging unit", "drum"),
        ("developer", "developer"), ("fuser", "fuser"), ("fusing", "fuser"), ("transfer", "transferUnit"), ("belt", "transferUnit"), ("staple", "staples"),
        ("toner", "toner"), ("ink", "ink"), ("cartridge", "toner"),
    ];

    public static string SupplyKind(long? type, string? description) => type switch
    {
        3 or 21 => "toner", 4 => "wasteToner", 5 or 6 => "ink", 7 => "inkRibbon", 8 => "wasteInk", 9 => "drum", 10 => "developer", 11 => "fuserOil", 12 => "solidWax",
        13 => "ribbonWax", 14 => "wasteWax", 15 => "fuser", 16 => "coronaWire", 17 => "fuserOilWick", 18 => "cleanerUnit", 19 => "fuserCleaningPad", 20 => "transferUnit",
        22 => "fuserOiler", 23 => "water", 24 => "wasteWater", 26 => "wastePaper", 27 => "bindingSupply", 28 => "bandingSupply", 29 => "stitchingWire",
        30 => "shrinkWrap", 31 => "paperWrap", 32 => "staples", 33 => "inserts", 34 => "covers",
        null => Words.FirstOrDefault(w => description?.Contains(w.Word, StringComparison.OrdinalIgnoreCase) == true).Kind ?? "unknown",
        2 => "unknown",
        _ => "other",
    };

    public static string? Color(string? colorant, string? description)
    {
        if (!string.IsNullOrEmpty(colorant))
        {
            return Colors.FirstOrDefault(c => colorant.Contains(c, StringComparison.OrdinalIgnoreCase)) ?? colorant.ToLowerInvariant();
        }

        return description is null ? null
            : Colors.FirstOrDefault(c => description.Contains(c, StringComparison.OrdinalIgnoreCase))
              ?? OtherWords.FirstOrDefault(w => description.Contains(w.Word, StringComparison.OrdinalIgnoreCase)).Color;
    }

    public static string? Unit(long? code) => code switch
    {
        null or 0 or 2 => null, 3 => "tenThousandthsOfInches", 4 => "micrometers", 7 => "impressions", 8 => "sheets", 11 => "hours", 12 => "thousandthsOfOunces",
        13 => "tenthsOfGrams", 14 => "hundredthsOfFluidOunces", 15 => "tenthsOfMilliliters", 16 => "feet", 17 => "meters", 18 => "items", 19 => "percent", _ => "other",
    };

    /// <summary>PrtSubUnitStatusTC: availability in the low bits, then 8 warning, 16 critical, 32 offline.</summary>
    public static string? SubUnitStatus(long? code) => code switch
    {
        null or < 0 => null,
        var c when (c & 32) != 0 => "offline",
        var c when (c & 16) != 0 => "critical",
        var c when (c & 8) != 0 => "warning",
        var c => (c & 7) switch { 0 => "idle", 2 => "standby", 4 => "active", 6 => "busy", 3 => "broken", 5 => "unknown", _ => "unavailable" },
    };

    public static string Severity(long? code) => code switch { 3 => "critical", 4 or 5 => "warning", _ => "other" };

    public static string AlertGroup(long? code) => code switch
    {
        3 => "hostResourcesMib", 4 => "hostResourcesDevice", 5 => "general", 6 => "cover", 7 => "localization", 8 => "input", 9 => "output", 10 => "marker",
        11 => "supplies", 12 => "colorant", 13 => "mediaPath", 14 => "channel", 15 => "interpreter", 16 => "console", 17 => "consoleLights", 18 => "alert",
        30 or 31 or 32 or 33 or 34 => "finisher", null or 0 or 1 => "other", var c => c.Value.ToString(CultureInfo.InvariantCulture),
    };
}
