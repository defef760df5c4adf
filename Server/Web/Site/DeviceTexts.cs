using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;

namespace CopyTrack.Server.Web.Site;

/// <summary>What the words of inventories and meters mean to people, as keys of translation. A word that nobody has put here is shown as plain words.</summary>
internal static class DeviceTexts
{
    /// <summary>What the device does.</summary>
    public static string State(string word) => word switch
    {
        "ready" => Words.Key("ready"), "printing" => Words.Key("printing"), "asleep" => Words.Key("asleep"), "warmingUp" => Words.Key("warming up"), "testing" => Words.Key("testing itself"),
        "warning" => Words.Key("needs attention"), "stopped" => Words.Key("stopped"), "offline" => Words.Key("offline"), "unknown" => Words.Key("unknown"), _ => Plain(word),
    };

    /// <summary>Class of a state: what stands still is bad.</summary>
    public static string StateClass(string word) => word is "stopped" or "offline" ? "bad" : word == "warning" ? "warn" : "good";

    /// <summary>What is wrong with it (RFC 2790, hrPrinterDetectedErrorState).</summary>
    public static string Error(string word) => word switch
    {
        "lowPaper" => Words.Key("paper is low"), "noPaper" => Words.Key("paper is out"), "lowToner" => Words.Key("toner is low"), "noToner" => Words.Key("toner is out"),
        "doorOpen" => Words.Key("a door is open"), "jammed" => Words.Key("paper jam"), "offline" => Words.Key("offline"), "serviceRequested" => Words.Key("service is needed"),
        "inputTrayMissing" => Words.Key("a tray is missing"), "outputTrayMissing" => Words.Key("an output tray is missing"), "markerSupplyMissing" => Words.Key("a supply is missing"),
        "outputNearFull" => Words.Key("an output is nearly full"), "outputFull" => Words.Key("an output is full"), "inputTrayEmpty" => Words.Key("a tray is empty"),
        "overduePreventMaint" => Words.Key("maintenance is overdue"), _ => Plain(word),
    };

    /// <summary>Kind of a supply.</summary>
    public static string Supply(string kind) => kind switch
    {
        "toner" => Words.Key("toner"), "wasteToner" => Words.Key("waste toner"), "ink" => Words.Key("ink"), "wasteInk" => Words.Key("waste ink"), "drum" => Words.Key("drum"),
        "developer" => Words.Key("developer"), "fuser" => Words.Key("fuser"), "fuserOil" => Words.Key("fuser oil"), "transferUnit" => Words.Key("transfer unit"), "staples" => Words.Key("staples"),
        "cleanerUnit" => Words.Key("cleaning unit"), "coronaWire" => Words.Key("corona wire"), "solidWax" => Words.Key("solid ink"), "inkRibbon" => Words.Key("ink ribbon"),
        "stitchingWire" => Words.Key("stitching wire"), "bindingSupply" => Words.Key("binding supply"), "unknown" => Words.Key("unknown"), "other" => Words.Key("other"), _ => Plain(kind),
    };

    /// <summary>A colour as profiles name it; others as the device says them.</summary>
    public static string Colour(string? name) => name switch
    {
        null => "", "black" => Words.Key("black"), "cyan" => Words.Key("cyan"), "magenta" => Words.Key("magenta"), "yellow" => Words.Key("yellow"), _ => name,
    };

    /// <summary>Unit of what is left, as it stands behind a number.</summary>
    public static string Unit(string? unit) => unit switch
    {
        null => "", "impressions" => Words.Key("pages"), "sheets" => Words.Key("sheets"), "hours" => Words.Key("hours"), "items" => Words.Key("pieces"), "percent" => "%",
        "tenthsOfGrams" => Words.Key("tenths of a gram"), "tenthsOfMilliliters" => Words.Key("tenths of a millilitre"), "feet" => Words.Key("feet"), "meters" => Words.Key("metres"), _ => Plain(unit),
    };

    /// <summary>Weight of an alert.</summary>
    public static string Severity(string word) => word switch { "critical" => Words.Key("critical"), "warning" => Words.Key("warning"), _ => Words.Key("note") };

    /// <summary>Part of the device that an alert is about.</summary>
    public static string Group(string? word) => word switch
    {
        null => "", "cover" => Words.Key("covers"), "input" => Words.Key("trays"), "output" => Words.Key("outputs"), "marker" => Words.Key("print engine"), "supplies" => Words.Key("supplies"),
        "colorant" => Words.Key("colours"), "mediaPath" => Words.Key("paper path"), "console" or "consoleLights" => Words.Key("panel"), "finisher" => Words.Key("finisher"),
        "general" or "hostResourcesMib" or "hostResourcesDevice" => Words.Key("device"), "other" => Words.Key("other"), _ => Plain(word),
    };

    /// <summary>State of a tray or an output.</summary>
    public static string Part(string? word) => word switch
    {
        null => "", "idle" => Words.Key("ready"), "standby" => Words.Key("on stand-by"), "active" => Words.Key("at work"), "busy" => Words.Key("busy"), "broken" => Words.Key("broken"),
        "unavailable" => Words.Key("not available"), "offline" => Words.Key("offline"), "warning" => Words.Key("needs attention"), "critical" => Words.Key("critical"), "unknown" => Words.Key("unknown"), _ => Plain(word),
    };

    /// <summary>State of a cover.</summary>
    public static string Cover(string word) => word switch
    {
        "open" or "interlockOpen" => Words.Key("open"), "closed" or "interlockClosed" => Words.Key("closed"), _ => Words.Key("unknown"),
    };

    /// <summary>What a counter counts, as the words of a list; each a key.</summary>
    public static IEnumerable<string> Counter(PageFunction function, PageColor color, PageSize size, PageSides sides)
    {
        yield return function switch
        {
            PageFunction.Total => Words.Key("all pages"), PageFunction.Copy => Words.Key("copies"), PageFunction.Print => Words.Key("prints"), PageFunction.Scan => Words.Key("scans"),
            PageFunction.Fax => Words.Key("faxes"), _ => Words.Key("other"),
        };
        if (color != PageColor.Any)
        {
            yield return color switch
            {
                PageColor.Mono => Words.Key("black and white"), PageColor.Color => Words.Key("colour"), PageColor.TwoColor => Words.Key("two colours"), _ => Words.Key("one colour"),
            };
        }

        if (size != PageSize.Any)
        {
            yield return size == PageSize.Large ? Words.Key("large") : Words.Key("normal size");
        }

        if (sides != PageSides.Any)
        {
            yield return sides == PageSides.Duplex ? Words.Key("two-sided") : Words.Key("one-sided");
        }
    }

    /// <summary>Unit of a counter.</summary>
    public static string Unit(CounterUnit unit) => unit switch
    {
        CounterUnit.Impressions => Words.Key("pages"), CounterUnit.Sheets => Words.Key("sheets"), CounterUnit.Scans => Words.Key("scans"), _ => Words.Key("equivalents"),
    };

    /// <summary>Why a counter is not used.</summary>
    public static string Why(UnusedReason reason) => reason switch
    {
        UnusedReason.Candidate => Words.Key("not used: meaning not proven by the sums"),
        UnusedReason.ContradictsTotal => Words.Key("not used: put aside, more than the engine has made"),
        UnusedReason.SincePowerOn => Words.Key("not used: since it was switched on"),
        _ => Words.Key("not used: means the same as another"),
    };

    /// <summary>Pages that meters tell apart.</summary>
    public static string Pages(PageFunction function) => function switch
    {
        PageFunction.Copy => Words.Key("copies"), PageFunction.Print => Words.Key("prints"), PageFunction.Fax => Words.Key("received faxes"), _ => Words.Key("all pages"),
    };

    /// <summary>Whether something is told apart.</summary>
    public static string Known(Split split) => split switch { Split.Known => Words.Key("known"), Split.Derived => Words.Key("known (worked out)"), _ => Words.Key("unknown") };

    /// <summary>What changed about a device: a key with two or three places.</summary>
    public static string Change(InventoryChangeKind kind) => kind switch
    {
        InventoryChangeKind.Serial => Words.Key("Another machine: serial number {1} became {2}"),
        InventoryChangeKind.Firmware => Words.Key("Firmware {1} became {2}"),
        _ => Words.Key("{0} was replaced or filled ({1}, then {2})"),
    };

    private static string Plain(string word) => string.Concat(word.Select(c => char.IsAsciiLetterUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString()));
}
