using System.Collections.Immutable;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Web.Pages;

namespace CopyTrack.Server.Web.Site;

/// <summary>Cells of the fleet's lists as people read them, on pages and on paper.</summary>
internal static class FleetCellTexts
{
    /// <summary>A cell: what stands for a state, an error or a flag in words, anything else as it is written.</summary>
    public static string Of(Words words, ReportCells cells, ImmutableArray<ReportColumn> columns, ImmutableArray<object?> row, int column) => (columns[column].Name, row[column]) switch
    {
        (_, null) => "",
        ("state", string state) => words[FleetModel.WordOf(state)],
        ("summary", string summary) => words[DeviceTexts.State(summary)],
        ("errors", string errors) => string.Join(", ", errors.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(e => words[DeviceTexts.Error(e)])),
        ("kind", string kind) => words[DeviceTexts.Supply(kind)],
        ("color", string color) => words[DeviceTexts.Colour(color)],
        ("levelKind", string level) => words[DeviceTexts.Level(level, KindOf(columns, row))],
        ("silentReason", string reason) => words[reason],
        ("unit", string unit) => words[DeviceTexts.Unit(unit)],
        ("flags", string flags) => string.Join(", ", flags.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(f => words[FlagOf(f)])),
        (_, var value) => cells.Value(value, columns[column].Kind),
    };

    /// <summary>Text of a remark on a meter read.</summary>
    public static string FlagOf(string flag) => flag switch
    {
        "missing" => Words.Key("nothing was read"),
        "lateFirst" => Words.Key("the first read is late"),
        "earlyLast" => Words.Key("the last read is early"),
        "newEpoch" => Words.Key("counters began anew"),
        "rejectedReads" => Words.Key("reads were put aside"),
        "implausible" => Words.Key("implausible"),
        "offset" => Words.Key("an offset was entered"),
        _ => flag,
    };

    // What a supply is of, where the list says it.
    private static string KindOf(ImmutableArray<ReportColumn> columns, ImmutableArray<object?> row) => ReportView.IndexOf(columns, "kind") is >= 0 and var kind ? row[kind] as string ?? "" : "";
}
