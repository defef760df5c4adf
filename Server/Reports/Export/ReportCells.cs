using System.Collections.Immutable;

namespace CopyTrack.Server.Reports.Export;

/// <summary>Cells as people read them in their language.</summary>
internal sealed class ReportCells(IReportWords words, TimeZoneInfo zone)
{
    /// <summary>Columns that are left out where people look: the key stands in the name, one currency in the heading.</summary>
    private static readonly ImmutableHashSet<string> s_leftOut = ["key", "by", "currency", "counters", "splits"];

    /// <summary>Positions of the columns that are shown.</summary>
    public static ImmutableArray<int> Shown(ImmutableArray<ReportColumn> columns) => [.. Enumerable.Range(0, columns.Length).Where(i => !s_leftOut.Contains(columns[i].Name))];

    /// <summary>A cell; "unknown" for a number that nobody told.</summary>
    public string Text(Report report, ImmutableArray<object?> row, int column)
    {
        ReportColumn about = report.Columns[column];
        return about.Name switch
        {
            "name" when report.Name == "users" && row[column] is null && row[0] is string gone => Erased(gone),
            "name" => Name(report.Name is "jobs" ? "" : report.Name, row[0] as string, row[column] as string),
            "byName" when report.By == "user" && row[column] is null && row[column - 1] is string gone => Erased(gone),
            "byName" => Name(report.By + "s", row[column - 1] as string, row[column] as string),
            "function" or "cause" when row[column] is string word => ReportHeadings.Title(word, words),
            "source" or "confidence" when row[column] is string word => ReportHeadings.Title(word, words),
            "unit" when row[column] is string unit => words[DeviceWords.Unit(unit)],
            "user" when row[column] is ErasedPerson gone => Erased(ReportText.Of(gone)),
            "user" or "project" when row[column] is null => words["(none)"],
            _ => Value(row[column], about.Kind),
        };
    }

    /// <summary>A cell of the totals.</summary>
    public string Total(ReportColumn about, object? total) => about.Name == "unit" && total is string unit ? words[DeviceWords.Unit(unit)] : Value(total, about.Kind);

    /// <summary>What a row is about, with what it is split by: <c>Alice · hall</c>.</summary>
    public string RowName(Report report, ImmutableArray<object?> row)
    {
        int name = Math.Max(ReportView.IndexOf(report.Columns, "name"), 0), by = ReportView.IndexOf(report.Columns, "byName");
        string main = Text(report, row, name);
        return by < 0 ? main : $"{main} · {Text(report, row, by)}";
    }

    /// <summary>The period that a report is compared with, in words that say when it is cut.</summary>
    public string Compared(Report report) => report.Before is not { } before ? ""
        : report.BeforeIsCut ? string.Format(words.Culture, words["{0}, as much of it as has passed of this period"], Period(before)) : Period(before);

    /// <summary>Somebody whose name was erased, by the number under which their pages stay.</summary>
    private string Erased(string id) => string.Format(words.Culture, words["Erased person {0}"], id);

    /// <summary>A value by itself.</summary>
    public string Value(object? value, ColumnKind kind) => value switch
    {
        null => kind is ColumnKind.Text or ColumnKind.Time ? "" : words["unknown"],
        long count => count.ToString("N0", words.Culture),
        decimal number => kind == ColumnKind.Percent ? number.ToString("N1", words.Culture) + " %" : number.ToString("N2", words.Culture),
        DateTimeOffset time => TimeZoneInfo.ConvertTime(time, zone).ToString("g", words.Culture),
        string text => text,
        ReportNode.Members members => string.Join("; ", members.Values.Select(m => $"{ReportHeadings.Title(m.Name, words)} {Value(m.Value, ColumnKind.Count)}")),
        _ => ReportText.Of(value),
    };

    /// <summary>The name of a row: a month and an hour in the reader's way, words for functions and causes, and a word for none.</summary>
    public string Name(string report, string? key, string? name) => key is null && name is null ? words["(none)"]
        : report == "months" && DateTime.TryParseExact(key, "yyyy-MM", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out DateTime month) ? month.ToString("MMMM yyyy", words.Culture)
        : report == "hours" ? $"{key}:00–{key}:59"
        : report == "days" && DateOnly.TryParseExact(key, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out DateOnly day) ? $"{day.ToString("ddd", words.Culture)} {day.ToString("d", words.Culture)}"
        : report is "functions" or "causes" ? ReportHeadings.Title(key!, words)
        : name ?? key!;

    /// <summary>The heading of a column; the currency stands with the cost.</summary>
    public string Heading(Report report, int column, string currency) =>
        report.Columns[column].Name is var name && report.Columns[column].Kind == ColumnKind.Money ? $"{ReportHeadings.Of(name, words)} ({currency})"
        : name == "byName" && report.By is { } by ? ReportHeadings.Title(by, words)
        : name == "name" && (report.Name is "coverage" or "meters") ? ReportHeadings.Title("device", words)
        : name == "name" && report.Name.EndsWith('s') ? ReportHeadings.Title(report.Name[..^1], words) : ReportHeadings.Of(name, words);

    /// <summary>The days of a period, the last one included, or its times.</summary>
    public string Period(ReportPeriod period) => period.Days is not { } days ? $"{Value(period.From, ColumnKind.Time)} – {Value(period.To, ColumnKind.Time)}"
        : days.First.Day == 1 && days.Last == days.First.AddMonths(1).AddDays(-1) ? days.First.ToString("MMMM yyyy", words.Culture)
        : days.First == days.Last ? days.First.ToString("d", words.Culture)
        : $"{days.First.ToString("d", words.Culture)} – {days.Last.ToString("d", words.Culture)}";

    /// <summary>Title of a report, with what it is split by.</summary>
    public string Title(ReportAddress address) => ReportHeadings.Title(address.Name, words) + (address["by"] is { } by ? $", {words["by"]} {ReportHeadings.Title(by, words)}" : "");

    /// <summary>What it is narrowed to, name and value each.</summary>
    public ImmutableArray<(string Name, string Value)> Filters(ReportAddress address)
    {
        string[] members = ["device", "user", "project", "department", "costCentre", "site", "function", "cause", "hour"];
        return [.. members.Where(m => address[m] is not null).Select(m => (ReportHeadings.Title(m, words),
            address[m] == ReportRequest.NoOne ? words["(none)"] : m is "function" or "cause" ? ReportHeadings.Title(address[m]!, words) : address[m]!))];
    }
}
