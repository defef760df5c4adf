using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Web.Charts;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>A report by its address: chart, figures, rows that lead to the jobs behind them, comparison, movers and estimate.</summary>
internal sealed class ReportsModel(ReportViews views, ReportFiles files, SavedReports saved, ReportOptions options, TimeProvider time, Words words) : PageModel
{
    private const int RowsOfPage = 100, MostBars = 12;

    public static ImmutableArray<string> Names { get; } = [.. ReportNames.All.Where(n => n != "jobs")];

    /// <summary>What a report can be narrowed to by a name that is typed.</summary>
    public static ImmutableArray<string> Narrowing { get; } = ["site", "device", "department", "costCentre", "user", "project"];

    /// <summary>Functions to choose from.</summary>
    public static ImmutableArray<string> Functions { get; } = ["copy", "print", "scan", "fax", "other", "total"];

    public ReportAddress Address { get; private set; } = ReportAddress.Parse("");
    public ReportView? View { get; private set; }
    public string? Fault { get; private set; }

    /// <summary>When the view was made: a view that takes long is shown again for a while.</summary>
    public DateTimeOffset MadeAt { get; private set; }

    /// <summary>True when it is old enough to say so.</summary>
    public bool IsOlder => time.GetUtcNow() - MadeAt > TimeSpan.FromSeconds(5);
    public string? Sort { get; private set; }
    public int Number { get; private set; } = 1;
    public ReportCells Cells { get; } = new(new ReportWords(words), options.TimeZone);
    public string Currency => options.Currency;
    public string? PdfOff => files.PdfOff;

    /// <summary>Positions of the columns that are seen, of those that there are.</summary>
    public ImmutableArray<int> Columns { get; private set; } = [];
    public ImmutableArray<int> AllColumns { get; private set; } = [];

    /// <summary>True when all columns are asked for.</summary>
    public bool WantsAll => Request.Query[MainColumns.Member] == MainColumns.All;

    /// <summary>True when some columns are seen only when all are asked for.</summary>
    public bool Folds { get; private set; }

    /// <summary>True when another period to compare with is chosen, or about to be.</summary>
    public bool ChoosesPeriod { get; private set; }

    /// <summary>Where the numbers lead.</summary>
    public ReportLinks Links { get; private set; } = null!;

    /// <summary>Figures that stand above the table where the report has them.</summary>
    public static ImmutableArray<string> Figures { get; } = ["impressions", "color", "duplexSheets", "duplexShare", "scans", "faxes", "cost", "impressionsChange", "metered", "attributed", "unexplained"];

    public IReadOnlyList<Bar> Bars { get; private set; } = [];
    public Chart? Chart { get; private set; }
    public int Pages => View is null ? 1 : Math.Max(1, (View.Count + RowsOfPage - 1) / RowsOfPage);

    public async Task OnGetAsync(string? sort, int number, CancellationToken cancellationToken)
    {
        (Sort, Number) = (sort is { Length: <= 40 } ? sort : null, Math.Clamp(number, 1, 100_000));
        try
        {
            Address = ReportAddress.Read(m => Request.Query[m]);
            Address = Names.Contains(Address.Name) ? Address.With(("name", Address.Name)) : Address.With(("name", "users"));
            if (Address["from"] is not null || Address["to"] is not null)
            {
                Address = Address.With(("period", null));
            }

            // Limits of another period count where one was chosen; a form tells them with every choice.
            if (Address["compare"] is "before" or "year" || (Address["compare"] is null && Request.Query.ContainsKey("compare")))
            {
                Address = Address.With(("compareFrom", null), ("compareTo", null));
            }

            ChoosesPeriod = Address["compare"] == "period" || Address["compareFrom"] is not null || Address["compareTo"] is not null;
            if (Address["compareFrom"] is null && Address["compareTo"] is null && ChoosesPeriod)
            {
                // Chosen in the form, its days not yet.
                Address = Address.With(("compare", null));
            }

            (View, MadeAt) = await views.ShowAsync(Address, ReportAsker.Of(HttpContext).Scope, Sort, (Number - 1) * RowsOfPage, RowsOfPage, cancellationToken);
        }
        catch (ReportRequestException e)
        {
            Fault = e.Message;
            return;
        }

        AllColumns = ReportCells.Shown(View.Report.Columns);
        ReportView view = View;
        ImmutableArray<int> main = MainColumns.Of(view.Report.Columns, AllColumns, Sort, i => view.Totals[i] is null or 0L && view.Rows.All(r => r[i] is null or 0L));
        (Folds, Columns) = (main.Length < AllColumns.Length, WantsAll ? AllColumns : main);
        Links = new ReportLinks(Address, View.Report, options.TimeZone, WebCaller.Of(HttpContext) is { OrgId: OrganisationRepository.DefaultId } caller && caller.May(Access.Administration));
        Draw(View);
    }

    /// <summary>Keeps the report under a name.</summary>
    public async Task<IActionResult> OnPostSaveAsync(string? query, string? title, bool shared, CancellationToken cancellationToken)
    {
        try
        {
            ReportAsker asker = ReportAsker.Of(HttpContext);
            await saved.KeepAsync(asker.Scope.OrgId, asker.Actor, title ?? "", ReportAddress.Parse(query ?? ""), shared, cancellationToken);
            this.Tell(words["The report is kept."]);
            return RedirectToPage("/SavedReports");
        }
        catch (ReportRequestException e)
        {
            this.TellFault(words[e.Message]);
            return Redirect("/Reports?" + SafeQuery(query));
        }
    }

    /// <summary>This page with some members otherwise.</summary>
    public string With(params (string Member, string? Text)[] changes) => "/Reports?" + Address.With(changes).ToQuery() + Wide(WantsAll);

    public string Sorted(string column) => $"/Reports?{Address.ToQuery()}&sort={Uri.EscapeDataString(column)}{Wide(WantsAll)}";

    /// <summary>This page with all columns, or with the main ones.</summary>
    public string WithColumns(bool all) => $"/Reports?{Address.ToQuery()}{(Sort is null ? "" : $"&sort={Uri.EscapeDataString(Sort)}")}{Wide(all)}";

    public string AtPage(int number) => string.Create(CultureInfo.InvariantCulture, $"/Reports?{Address.ToQuery()}{(Sort is null ? "" : $"&sort={Uri.EscapeDataString(Sort)}")}{Wide(WantsAll)}&number={number}");

    public string File(string format) => $"/Reports/{Address.Name}.{format}?{Address.With(("name", null)).ToQuery()}";

    public string Title(string word) => ReportHeadings.Title(word, new ReportWords(words));

    public string Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.TimeZone).DateTime).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Wide(bool all) => all ? $"&{MainColumns.Member}={MainColumns.All}" : "";

    private static string SafeQuery(string? query)
    {
        try
        {
            return ReportAddress.Parse(query ?? "").ToQuery();
        }
        catch (ReportRequestException)
        {
            return "";
        }
    }

    private void Draw(ReportView view)
    {
        int measure = view.Index(view.Measure), before = view.Index("impressionsBefore");
        if (measure < 0)
        {
            return;
        }

        if (view.Report.Name is "months" or "hours" && Address["by"] is null && view.Rows.Length is > 1 and <= 60)
        {
            Chart = new Chart
            {
                Title = Cells.Title(Address), Along = Title(view.Report.Name[..^1]), Labels = [.. view.Rows.Select(r => Cells.RowName(view.Report, r))],
                Series =
                [
                    SeriesOf(words["Pages"], measure, ChartForm.Columns),
                    .. before < 0 ? ImmutableArray<ChartSeries>.Empty : [SeriesOf(words["Pages before"], before, ChartForm.Dashed)],
                ],
            };
            return;
        }

        Bars = [.. view.Rows.OrderByDescending(r => r[measure] as long? ?? 0).Take(MostBars).Where(r => r[measure] is > 0L)
            .Select(r => new Bar(Cells.RowName(view.Report, r), (long)r[measure]!, Cells.Value(r[measure], ColumnKind.Count), Links.Of(r).Of(view.Report.Columns[measure], r[measure])))];

        ChartSeries SeriesOf(string title, int column, ChartForm form) => new(title, [.. view.Rows.Select(r => (double?)(r[column] as long?))], form)
        {
            Links = [.. view.Rows.Select(r => Links.Of(r).Of(view.Report.Columns[column], r[column]))],
        };
    }
}
