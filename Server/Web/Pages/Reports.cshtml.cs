using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Reports with a period, sorted by the query, with a bar for each of the largest rows.</summary>
internal sealed class ReportsModel(ReportService reports, ReportOptions options, TimeProvider time) : PageModel
{
    private const int Shown = 500;

    public static ImmutableArray<string> Names { get; } = ["users", "devices", "departments", "projects", "months", "coverage"];

    public string Name { get; private set; } = "users";
    public string From { get; private set; } = "";
    public string To { get; private set; } = "";
    public string? Fault { get; private set; }
    public bool Cut { get; private set; }
    public string Measure => Name == "coverage" ? "metered" : "impressions";
    public IReadOnlyList<(string Name, bool Right)> Columns { get; private set; } = [];
    public IReadOnlyList<string[]> Rows { get; private set; } = [];
    public string[] Totals { get; private set; } = [];
    public IReadOnlyList<(string Label, int Width, long Value)> Bars { get; private set; } = [];

    /// <summary>An SVG text element, which Razor would take for its own tag.</summary>
    public static IHtmlContent Text(int x, int y, string text)
    {
        TagBuilder element = new("text");
        element.Attributes["x"] = x.ToString(CultureInfo.InvariantCulture);
        element.Attributes["y"] = y.ToString(CultureInfo.InvariantCulture);
        element.InnerHtml.Append(text);
        return element;
    }

    public async Task OnGetAsync(string? name, string? from, string? to, string? sort, CancellationToken cancellationToken)
    {
        Name = name is not null && Names.Contains(name) ? name : "users";
        ReportPeriod? period = ReportPeriod.TryParse(from, to, options.TimeZone, time.GetUtcNow(), out string error);
        Fault = period is null ? error : null;
        period ??= ReportPeriod.ThisMonth(options.TimeZone, time.GetUtcNow());
        (From, To) = period.Days is { } days ? (Day(days.First), Day(days.Last)) : (from ?? "", to ?? "");
        Report report = await reports.BuildAsync(new ReportRequest(Name, period, WebCaller.Of(HttpContext).Scope), cancellationToken);
        List<ImmutableArray<object?>> all = [];
        await foreach (ImmutableArray<object?> row in report.Rows.WithCancellation(cancellationToken))
        {
            all.Add(row);
        }

        int by = report.Columns.ToList().FindIndex(c => c.Name == sort);
        int measure = report.Columns.ToList().FindIndex(c => c.Name == Measure);
        Columns = [.. report.Columns.Select(c => (c.Name, c.Kind is ColumnKind.Count or ColumnKind.Money or ColumnKind.Percent))];
        Cut = all.Count > Shown;
        Rows = [.. Sorted(all, by).Take(Shown).Select(r => r.Select(Cell).ToArray())];
        Totals = [.. report.Totals().Select(Cell)];
        long largest = Math.Max(1, all.Count == 0 ? 1 : all.Max(r => r[measure] as long? ?? 0));
        Bars = [.. all.OrderByDescending(r => r[measure] as long? ?? 0).Take(10).Where(r => r[measure] is > 0L).Select(r =>
            (Cell(r[1] ?? r[0] ?? "none") is { Length: > 26 } long_ ? long_[..25] + "…" : Cell(r[1] ?? r[0] ?? "none"), (int)(600 * (long)r[measure]! / largest), (long)r[measure]!))];
    }

    private static IEnumerable<ImmutableArray<object?>> Sorted(List<ImmutableArray<object?>> rows, int by) => by < 0 ? rows
        : rows.Any(r => r[by] is long or decimal)
            ? rows.OrderByDescending(r => r[by] switch { long n => n, decimal m => m, _ => decimal.MinValue })
            : rows.OrderBy(r => Cell(r[by]), StringComparer.OrdinalIgnoreCase);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Cell(object? value) => value is long n ? n.ToString("N0", CultureInfo.InvariantCulture) : ReportText.Of(value);
}
