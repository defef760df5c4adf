using System.Collections.Frozen;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Web.Site;

/// <summary>What the words of inventories and meters mean to people, as keys of translation. A word that nobody has put here is shown as plain words.</summary>
internal static class DeviceTexts
{
    private static readonly FrozenDictionary<string, CounterKey> s_ledger =
        (from function in Enum.GetValues<PageFunction>()
         from color in Enum.GetValues<PageColor>()
         from size in Enum.GetValues<PageSize>()
         from sides in Enum.GetValues<PageSides>()
         select new CounterKey(function, color, size, sides, CounterUnit.Impressions)).ToFrozenDictionary(CounterText.Of, StringComparer.Ordinal);

    /// <summary>What the device does.</summary>
    public static string State(string word) => DeviceWords.State(word);

    /// <summary>Class of a state: what stands still is bad.</summary>
    public static string StateClass(string word) => word is "stopped" or "offline" ? "bad" : word == "warning" ? "warn" : "good";

    /// <summary>What is wrong with it (RFC 2790, hrPrinterDetectedErrorState).</summary>
    public static string Error(string word) => DeviceWords.Error(word);

    /// <summary>Kind of a supply.</summary>
    public static string Supply(string kind) => DeviceWords.Supply(kind);

    /// <summary>A colour as profiles name it; others as the device says them.</summary>
    public static string Colour(string? name) => DeviceWords.Colour(name);

    /// <summary>Unit of what is left, as it stands behind a number.</summary>
    public static string Unit(string? unit) => DeviceWords.Unit(unit);

    /// <summary>How a level is told.</summary>
    public static string Level(string kind) => DeviceWords.Level(kind);

    /// <summary>How the level of a supply is told: of a waste container that something is left means that it is not full.</summary>
    public static string Level(string kind, string supplyKind) => kind == "someLeft" && supplyKind.StartsWith("waste", StringComparison.Ordinal) ? Words.Key("not full yet") : Level(kind);

    /// <summary>Weight of an alert.</summary>
    public static string Severity(string word) => DeviceWords.Severity(word);

    /// <summary>Part of the device that an alert is about.</summary>
    public static string Group(string? word) => DeviceWords.Group(word);

    /// <summary>State of a tray or an output.</summary>
    public static string Part(string? word) => DeviceWords.Part(word);

    /// <summary>State of a cover.</summary>
    public static string Cover(string word) => DeviceWords.Cover(word);

    /// <summary>What a supply is called: a name that is made of our words in the reader's language, a name of the device's own as it is.</summary>
    public static string Name(Words words, string name) => DeviceWords.Name(new Language.ReportWords(words), name);

    /// <summary>A supply without a name of its own.</summary>
    public static string SupplyName(Words words, string kind, string? color) => DeviceWords.SupplyName(new Language.ReportWords(words), kind, color);

    /// <summary>What a counter counts, as the words of a list; each a key.</summary>
    public static IEnumerable<string> Counter(PageFunction function, PageColor color, PageSize size, PageSides sides)
    {
        yield return function switch
        {
            PageFunction.Total => Words.Key("all pages"), PageFunction.Copy => Words.Key("copies"), PageFunction.Print => Words.Key("prints"), PageFunction.Scan => Words.Key("scans"),
            PageFunction.Fax => Words.Key("faxes"), PageFunction.Other => Words.Key("other"), _ => Words.Key("unknown"),
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
            yield return size == PageSize.Large ? Words.Key("large size") : Words.Key("normal size");
        }

        if (sides != PageSides.Any)
        {
            yield return sides == PageSides.Duplex ? Words.Key("two-sided") : Words.Key("one-sided");
        }
    }

    /// <summary>A counter as the ledger names it (<see cref="CounterText"/>) in the words that stand beside meters: <c>copy color large</c> is <c>copies, colour, large size</c>. Another name as it is.</summary>
    public static string Counter(Words words, string name) =>
        s_ledger.TryGetValue(name, out CounterKey key) ? string.Join(", ", Counter(key.Function, key.Color, key.Size, key.Sides).Select(w => words[w])) : words[name];

    /// <summary>What a page shows before anybody asks for more: of each function and unit the sum, or where there is none what is told apart least.</summary>
    public static IReadOnlyList<T> MainOnes<T>(IEnumerable<T> counters, Func<T, CounterKey> key) =>
    [
        .. counters.GroupBy(c => (key(c).Function, key(c).Unit)).SelectMany(g => g.GroupBy(c => Parts(key(c))).MinBy(p => p.Key)!),
    ];

    private static int Parts(CounterKey key) => (key.Color == PageColor.Any ? 0 : 1) + (key.Size == PageSize.Any ? 0 : 1) + (key.Sides == PageSides.Any ? 0 : 1);

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
        PageFunction.Total => Words.Key("all pages"), PageFunction.Copy => Words.Key("copies"), PageFunction.Print => Words.Key("prints"), PageFunction.Scan => Words.Key("scans"), PageFunction.Fax => Words.Key("received faxes"),
        PageFunction.Other => Words.Key("other"), _ => Words.Key("unknown"),
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
}
