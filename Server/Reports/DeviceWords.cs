using System.Collections.Frozen;

namespace CopyTrack.Server.Reports;

/// <summary>What the words of inventories mean to people, as keys of the words: one table for pages, mails and lists. A word that nobody has put here is shown as plain words.</summary>
internal static class DeviceWords
{
    private static readonly FrozenDictionary<string, string> s_states = Table(
        ("ready", "ready"), ("printing", "printing"), ("asleep", "asleep"), ("warmingUp", "warming up"), ("testing", "testing itself"), ("warning", "needs attention"), ("stopped", "stopped"),
        ("offline", "offline"), ("unknown", "unknown"));

    private static readonly FrozenDictionary<string, string> s_errors = Table(
        ("lowPaper", "paper is low"), ("noPaper", "paper is out"), ("lowToner", "toner is low"), ("noToner", "toner is out"), ("doorOpen", "a door is open"), ("jammed", "paper jam"),
        ("offline", "offline"), ("serviceRequested", "service is needed"), ("inputTrayMissing", "a tray is missing"), ("outputTrayMissing", "an output tray is missing"),
        ("markerSupplyMissing", "a supply is missing"), ("outputNearFull", "an output is nearly full"), ("outputFull", "an output is full"), ("inputTrayEmpty", "a tray is empty"),
        ("overduePreventMaint", "maintenance is overdue"));

    private static readonly FrozenDictionary<string, string> s_supplies = Table(
        ("toner", "toner"), ("wasteToner", "waste toner"), ("ink", "ink"), ("inkRibbon", "ink ribbon"), ("wasteInk", "waste ink"), ("drum", "drum"), ("developer", "developer"),
        ("fuserOil", "fuser oil"), ("solidWax", "solid ink"), ("ribbonWax", "ribbon wax"), ("wasteWax", "waste wax"), ("fuser", "fuser"), ("coronaWire", "corona wire"),
        ("fuserOilWick", "fuser oil wick"), ("cleanerUnit", "cleaning unit"), ("fuserCleaningPad", "fuser cleaning pad"), ("transferUnit", "transfer unit"), ("fuserOiler", "fuser oiler"),
        ("water", "water"), ("wasteWater", "waste water"), ("wastePaper", "waste paper"), ("bindingSupply", "binding supply"), ("bandingSupply", "banding supply"),
        ("stitchingWire", "stitching wire"), ("shrinkWrap", "shrink wrap"), ("paperWrap", "paper wrap"), ("staples", "staples"), ("inserts", "inserts"), ("covers", "cover sheets"),
        ("feedKit", "feed rollers"), ("laserUnit", "laser unit"), ("unknown", "unknown"), ("other", "other"));

    private static readonly FrozenDictionary<string, string> s_colours = Table(("black", "black"), ("cyan", "cyan"), ("magenta", "magenta"), ("yellow", "yellow"));

    private static readonly FrozenDictionary<string, string> s_units = Table(
        ("impressions", "pages"), ("sheets", "sheets"), ("hours", "hours"), ("items", "pieces"), ("percent", "%"), ("tenthsOfGrams", "tenths of a gram"),
        ("tenthsOfMilliliters", "tenths of a millilitre"), ("feet", "feet"), ("meters", "metres"), ("tenThousandthsOfInches", "ten-thousandths of an inch"), ("micrometers", "micrometres"),
        ("thousandthsOfOunces", "thousandths of an ounce"), ("hundredthsOfFluidOunces", "hundredths of a fluid ounce"), ("other", "units"), ("scans", "scans"), ("equivalents", "equivalents"));

    private static readonly FrozenDictionary<string, string> s_levels = Table(
        ("exact", "exact"), ("coarse", "in steps"), ("someLeft", "some left"), ("unlimited", "no limit"), ("unknown", "unknown"));

    private static readonly FrozenDictionary<string, string> s_parts = Table(
        ("idle", "ready"), ("standby", "on stand-by"), ("active", "at work"), ("busy", "busy"), ("broken", "broken"), ("unavailable", "not available"), ("offline", "offline"),
        ("warning", "needs attention"), ("critical", "critical"), ("unknown", "unknown"));

    private static readonly FrozenDictionary<string, string> s_covers = Table(
        ("open", "open"), ("interlockOpen", "open"), ("closed", "closed"), ("interlockClosed", "closed"), ("unknown", "unknown"));

    private static readonly FrozenDictionary<string, string> s_severities = Table(("critical", "critical"), ("warning", "warning"), ("other", "note"));

    private static readonly FrozenDictionary<string, string> s_groups = Table(
        ("hostResourcesMib", "device"), ("hostResourcesDevice", "device"), ("general", "device"), ("cover", "covers"), ("localization", "language"), ("input", "trays"), ("output", "outputs"),
        ("marker", "print engine"), ("supplies", "supplies"), ("colorant", "colours"), ("mediaPath", "paper path"), ("channel", "connection"), ("interpreter", "page language"),
        ("console", "panel"), ("consoleLights", "panel"), ("alert", "alerts"), ("finisher", "finisher"), ("other", "other"));

    /// <summary>What the device does.</summary>
    public static string State(string word) => Of(s_states, word);

    /// <summary>What is wrong with it.</summary>
    public static string Error(string word) => Of(s_errors, word);

    /// <summary>Kind of a supply.</summary>
    public static string Supply(string kind) => Of(s_supplies, kind);

    /// <summary>A colour as profiles name it; others as the device says them.</summary>
    public static string Colour(string? name) => name is null ? "" : s_colours.GetValueOrDefault(name, name);

    /// <summary>Unit of a level or a counter, as it stands behind a number.</summary>
    public static string Unit(string? unit) => unit is null ? "" : Of(s_units, unit);

    /// <summary>How a level is told.</summary>
    public static string Level(string kind) => Of(s_levels, kind);

    /// <summary>State of a tray or an output.</summary>
    public static string Part(string? word) => word is null ? "" : Of(s_parts, word);

    /// <summary>State of a cover.</summary>
    public static string Cover(string word) => Of(s_covers, word);

    /// <summary>Weight of an alert.</summary>
    public static string Severity(string word) => Of(s_severities, word);

    /// <summary>Part of the device that an alert is about.</summary>
    public static string Group(string? word) => word is null ? "" : Of(s_groups, word);

    /// <summary>A supply without a name of its own, in the reader's language: "black toner", "Toner, Schwarz".</summary>
    public static string SupplyName(IReportWords words, string kind, string? color) => string.IsNullOrEmpty(color) ? words[Supply(kind)]
        : words.Language == "en" ? $"{words[Colour(color)]} {words[Supply(kind)]}" : $"{words[Supply(kind)]}, {words[Colour(color)]}";

    /// <summary>What a supply or a tray is called: a name that is made of our words, as "black toner", in the reader's language; a name of the device's own as it is.</summary>
    public static string Name(IReportWords words, string name) => name.Split(' ') switch
    {
        [var kind] when s_supplies.ContainsKey(kind) => SupplyName(words, kind, null),
        [var color, var kind] when s_supplies.ContainsKey(kind) && s_colours.ContainsKey(color) => SupplyName(words, kind, color),
        _ => name,
    };

    /// <summary>What a device tells of its errors, a word or several with blanks between, in the reader's language.</summary>
    public static string Told(IReportWords words, string told) =>
        string.Join(", ", told.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => words[s_errors.GetValueOrDefault(w) ?? State(w)]));

    private static string Of(FrozenDictionary<string, string> table, string word) =>
        table.GetValueOrDefault(word) ?? string.Concat(word.Select(c => char.IsAsciiLetterUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString()));

    private static FrozenDictionary<string, string> Table(params (string Word, string Text)[] words) => words.ToFrozenDictionary(w => w.Word, w => w.Text, StringComparer.Ordinal);
}
