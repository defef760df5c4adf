using System.Collections.Immutable;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace CopyTrack.Server.Web.Pages;

/// <summary>
/// One list of the fleet as a table: devices, supplies, agents, meter reads. The same rows as its files, as far as the caller sees. The database finds; what is too long to be sorted here comes
/// in pages by the names of devices.
/// </summary>
internal sealed class FleetListModel(FleetTables tables, FleetScopes scopes, ReportOptions options, Words words, TimeProvider time) : PageModel
{
    /// <summary>So many rows are sorted by any column.</summary>
    private const int MostSorted = 300;

    private const int LongestDate = 40;

    private readonly ReportCells _cells = new(new ReportWords(words), options.TimeZone);

    public string List { get; private set; } = FleetTables.Names[0];
    public TableQuery Query { get; private set; } = null!;
    public ImmutableArray<ReportColumn> Columns { get; private set; } = [];

    /// <summary>Positions of the columns that are seen.</summary>
    public ImmutableArray<int> Shown { get; private set; } = [];

    /// <summary>True when some columns are seen only when all are asked for.</summary>
    public bool Folds { get; private set; }
    public IReadOnlyList<ImmutableArray<object?>> Rows { get; private set; } = [];

    /// <summary>True when all rows that are asked for are here.</summary>
    public bool Whole { get; private set; } = true;

    /// <summary>Where the next page begins; null without one.</summary>
    public string? Next { get; private set; }

    /// <summary>The state of devices that is asked for; null for all.</summary>
    public string? State { get; private set; }
    public string? From { get; private set; }
    public string? To { get; private set; }

    /// <summary>What is wrong with the period, in English.</summary>
    public string? Fault { get; private set; }

    /// <summary>True for a list of devices, in which the database finds; a list of agents is found in here.</summary>
    public bool OfDevices => List != "agents";

    /// <summary>The query of the files.</summary>
    public string? Narrowed => new[] { ("from", From), ("to", To), ("q", OfDevices && Query.Filter.Length > 0 ? Query.Filter : null), ("state", State) }.Where(m => m.Item2 is not null).ToList() is { Count: > 0 } members
        ? QueryString.Create(members.Select(m => new KeyValuePair<string, string?>(m.Item1, m.Item2))).Value : null;

    public async Task OnGetAsync(string? name, string? from, string? to, CancellationToken cancellationToken)
    {
        Query = TableQuery.Of(Request);
        List = FleetTables.Names.Contains(name ?? "") ? name! : List;
        (From, To) = (Short(from), Short(to));
        ReportPeriod? period = ReportPeriod.TryParse(From, To, options.TimeZone, time.GetUtcNow(), out string fault);
        Fault = period is null ? fault : null;
        if (period is null || await scopes.OfAsync(WebCaller.Of(HttpContext).Scope, cancellationToken) is not { } scope)
        {
            return;
        }

        FleetQuestion question = tables.Question(OfDevices ? Query.Filter : null, OfDevices ? Request.Query["state"] : default(string));
        FleetPlace after = FleetPlaces.Of(Query.After);
        State = question.State;
        Columns = FleetTables.ColumnsOf(List);
        // From the beginning as many as can be sorted here, to see whether that is all; behind it a page.
        int most = after == FleetPlace.Start ? MostSorted : TableQuery.PageSize;
        List<FleetCells> rows = [];
        await foreach (FleetCells row in tables.RowsAsync(List, scope, question, period, after, most + 1, cancellationToken))
        {
            rows.Add(row);
            if (rows.Count > most && row.Place is not null && row.Place != rows[^2].Place)
            {
                break;
            }
        }

        Whole = !OfDevices || (after == FleetPlace.Start && rows.Count <= MostSorted);
        int shown = Whole ? rows.Count : Cut(rows);
        Next = shown < rows.Count ? FleetPlaces.KeyOf(rows[shown - 1].Place!) : null;
        Rows = [.. rows.Take(shown).Select(r => r.Cells)];
        ImmutableArray<int> all = [.. Enumerable.Range(0, Columns.Length)];
        ImmutableArray<int> main = MainColumns.Of(Columns, all, Query.Sort, i => Rows.All(r => r[i] is null or 0L or ""));
        (Folds, Shown) = (main.Length < all.Length, Request.Query[MainColumns.Member] == MainColumns.All ? all : main);
    }

    /// <summary>How many rows make a page: all of a device stand on one.</summary>
    private static int Cut(List<FleetCells> rows)
    {
        int at = Math.Min(TableQuery.PageSize, rows.Count);
        while (at < rows.Count && rows[at].Place == rows[at - 1].Place)
        {
            at++;
        }

        return at;
    }

    public string Title(string list) => ReportHeadings.Title(list, new ReportWords(words));

    public string Heading(ReportColumn column) => ReportHeadings.Of(column.Name, new ReportWords(words));

    /// <summary>A cell as people read it: what stands for a state, an error or a flag in words.</summary>
    public string Cell(ImmutableArray<object?> row, int column) => FleetCellTexts.Of(words, _cells, Columns, row, column);

    /// <summary>What a row is found by.</summary>
    public string SearchOf(ImmutableArray<object?> row) => string.Join(' ', Enumerable.Range(0, row.Length).Select(i => Cell(row, i)));

    /// <summary>A device's name that leads to its page.</summary>
    public static IHtmlContent Link(string? device)
    {
        TagBuilder link = new("a");
        link.MergeAttribute("href", "/FleetDevice?name=" + Uri.EscapeDataString(device ?? ""));
        link.InnerHtml.Append(device ?? "");
        return link;
    }

    private static string? Short(string? text) => string.IsNullOrWhiteSpace(text) || text.Length > LongestDate ? null : text;
}
