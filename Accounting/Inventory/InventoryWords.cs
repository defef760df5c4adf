using System.Collections.Immutable;

namespace CopyTrack.Accounting.Inventory;

/// <summary>
/// All words that an inventory may hold where the Printer-MIB has a number, so that whoever shows them to people can have a text for each. Colours may be others too: a device names its own.
/// </summary>
public static class InventoryWords
{
    /// <summary>What a device does: <see cref="DeviceStatus.Summary"/>.</summary>
    public static ImmutableArray<string> States { get; } = ["ready", "printing", "asleep", "warmingUp", "testing", "warning", "stopped", "offline", "unknown"];

    /// <summary>What is wrong with it (RFC 2790, hrPrinterDetectedErrorState), in the order of the bits.</summary>
    public static ImmutableArray<string> Errors { get; } =
    [
        "lowPaper", "noPaper", "lowToner", "noToner", "doorOpen", "jammed", "offline", "serviceRequested", "inputTrayMissing", "outputTrayMissing",
        "markerSupplyMissing", "outputNearFull", "outputFull", "inputTrayEmpty", "overduePreventMaint",
    ];

    /// <summary>Kinds of supplies; the last two are of makers' profiles.</summary>
    public static ImmutableArray<string> Supplies { get; } =
    [
        "toner", "wasteToner", "ink", "inkRibbon", "wasteInk", "drum", "developer", "fuserOil", "solidWax", "ribbonWax", "wasteWax", "fuser", "coronaWire", "fuserOilWick", "cleanerUnit",
        "fuserCleaningPad", "transferUnit", "fuserOiler", "water", "wasteWater", "wastePaper", "bindingSupply", "bandingSupply", "stitchingWire", "shrinkWrap", "paperWrap", "staples", "inserts",
        "covers", "unknown", "other", "feedKit", "laserUnit",
    ];

    /// <summary>Colours that profiles and descriptions are read as.</summary>
    public static ImmutableArray<string> Colors { get; } = ["black", "cyan", "magenta", "yellow"];

    /// <summary>Units of levels (PrtMarkerSuppliesSupplyUnitTC, PrtCapacityUnitTC).</summary>
    public static ImmutableArray<string> Units { get; } =
    [
        "impressions", "sheets", "hours", "items", "percent", "tenthsOfGrams", "tenthsOfMilliliters", "feet", "meters", "tenThousandthsOfInches", "micrometers", "thousandthsOfOunces",
        "hundredthsOfFluidOunces", "other",
    ];

    /// <summary>How a level is told.</summary>
    public static ImmutableArray<string> Levels { get; } = ["exact", "coarse", "someLeft", "unlimited", "unknown"];

    /// <summary>States of trays and outputs (PrtSubUnitStatusTC).</summary>
    public static ImmutableArray<string> Parts { get; } = ["idle", "standby", "active", "busy", "broken", "unavailable", "offline", "warning", "critical", "unknown"];

    /// <summary>States of covers.</summary>
    public static ImmutableArray<string> Covers { get; } = ["open", "closed", "interlockOpen", "interlockClosed", "unknown"];

    /// <summary>Weights of alerts.</summary>
    public static ImmutableArray<string> Severities { get; } = ["critical", "warning", "other"];

    /// <summary>Parts that alerts are about (PrtAlertGroupTC); numbers of groups without a name stay numbers.</summary>
    public static ImmutableArray<string> Groups { get; } =
    [
        "hostResourcesMib", "hostResourcesDevice", "general", "cover", "localization", "input", "output", "marker", "supplies", "colorant", "mediaPath", "channel", "interpreter", "console",
        "consoleLights", "alert", "finisher", "other",
    ];
}
