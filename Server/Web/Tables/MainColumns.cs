using System.Collections.Frozen;
using System.Collections.Immutable;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Web.Tables;

/// <summary>Which columns of a wide table are seen before anybody asks for all: nobody should scroll sideways to see who copied how much. Files have all of them always.</summary>
internal static class MainColumns
{
    /// <summary>Member of an address that asks for all of them, and its value.</summary>
    public const string Member = "columns", All = "all";

    /// <summary>A table of so many columns fits as it is.</summary>
    private const int Fits = 10;

    /// <summary>A table of more columns stands closer together.</summary>
    public const int Loose = 8;

    // What divides or explains another number further, or is looked up once.
    private static readonly FrozenSet<string> s_behind = new[]
    {
        "normal", "sheets", "simplexSheets", "duplexSheets",
        "agent", "firstSeenAt", "inventoryAt", "silentSince", "hostName", "macAddress", "firmware", "firstAt", "lastAt", "firstOffset", "lastOffset",
        "monoFirst", "monoLast", "colorFirst", "colorLast", "scansFirst", "scansLast", "faxesFirst", "faxesLast",
        "monoFirstOffset", "monoLastOffset", "colorFirstOffset", "colorLastOffset", "scansFirstOffset", "scansLastOffset", "faxesFirstOffset", "faxesLastOffset",
    }.ToFrozenSet();

    // What stands there only where there is something of it; what is unknown is never folded away.
    private static readonly FrozenSet<string> s_seldom = new[] { "unknownColor", "unknownSize", "unknownSides", "large", "scans", "faxes", "scansDelta", "faxesDelta", "flags", "errors", "silentReason" }.ToFrozenSet();

    // Whoever compares asks how pages and cost changed.
    private static readonly FrozenSet<string> s_behindChanges = new[] { "mono", "color", "unknownColor", "unknownSize", "unknownSides", "large", "duplexShare", "scans", "faxes" }.ToFrozenSet();

    /// <summary>
    /// Positions out of <paramref name="shown"/> that are seen at first: all of a table that fits, and the column it is sorted by in any case. <paramref name="isEmpty"/> says of a position
    /// that nothing but zeros, or nothing at all, stands there.
    /// </summary>
    public static ImmutableArray<int> Of(ImmutableArray<ReportColumn> columns, ImmutableArray<int> shown, string? sort, Func<int, bool> isEmpty)
    {
        bool compares = columns.Any(c => c.Name == "impressionsBefore");
        return shown.Length <= Fits ? shown : [.. shown.Where(i => columns[i].Name == sort || !IsBehind(columns[i].Name, i))];

        bool IsBehind(string name, int at) => s_behind.Contains(name) || (s_seldom.Contains(name) && isEmpty(at)) || (compares && s_behindChanges.Contains(name));
    }
}
