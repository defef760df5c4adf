using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Sessions, open or recent; with the address of a report, the jobs behind a number of it.</summary>
internal sealed class SessionsModel(WebQueries queries, JobsReport jobs, ReportService reports, ReportOptions options, TimeProvider time, Words words) : PageModel
{
    private const int RowsOfPage = 100;

    private static readonly ImmutableArray<string> s_shown = ["at", "device", "user", "project", "function", "impressions", "color", "large", "duplexSheets", "scans", "faxes", "cost", "cause", "session"];

    public bool AllStates { get; private set; }
    public SessionView[] Sessions { get; private set; } = [];
    public ReportAddress? Behind { get; private set; }
    public Report Report { get; private set; } = null!;
    public IReadOnlyList<ImmutableArray<object?>> Rows { get; private set; } = [];
    public ImmutableArray<int> Columns { get; } = [.. s_shown.Select(c => ReportView.IndexOf(JobsReport.Columns, c))];
    public ImmutableArray<object?> Totals { get; private set; } = [];
    public string? Fault { get; private set; }
    public string? Next { get; private set; }
    public ReportCells Cells { get; } = new(new ReportWords(words), options.TimeZone);
    public string Currency => options.Currency;

    /// <summary>Whether the asker sees the sessions themselves, which are those of the whole default organisation.</summary>
    public bool MaySeeAll => WebCaller.Of(HttpContext) is { OrgId: OrganisationRepository.DefaultId } caller && caller.May(Access.Administration);

    public async Task<IActionResult> OnGetAsync(string? state, string? after, CancellationToken cancellationToken)
    {
        if (Request.Query["name"] == "jobs")
        {
            await JobsAsync(after, cancellationToken);
            return Page();
        }

        if (!MaySeeAll)
        {
            return Forbid();
        }

        AllStates = state == "all";
        Sessions = await queries.SessionsAsync(AllStates ? 4 : 3, 200, cancellationToken);
        return Page();
    }

    private async Task JobsAsync(string? after, CancellationToken cancellationToken)
    {
        try
        {
            Behind = ReportAddress.Read(m => Request.Query[m]);
            ReportRequest request = Behind.ToRequest(ReportAsker.Of(HttpContext).Scope, options.TimeZone, time.GetUtcNow());
            Report = await reports.BuildAsync(request, cancellationToken);
            (List<ImmutableArray<object?>> rows, EntryPlace? next) = await jobs.PageAsync(request, Place(after), RowsOfPage, cancellationToken);
            Rows = rows;
            Next = next is { } place ? string.Create(CultureInfo.InvariantCulture, $"/Sessions?{Behind.ToQuery()}&after={place.At.ToMicros()}.{place.DeviceId}") : null;
            // One dimension that always is: the sum of months is the number that was followed.
            Report sum = await reports.BuildAsync(request with { Name = "months" }, cancellationToken);
            Totals = sum.Totals();
            SumColumns = sum.Columns;
        }
        catch (ReportRequestException e)
        {
            (Fault, Rows, Next) = (e.Message, [], null);
        }
    }

    public ImmutableArray<ReportColumn> SumColumns { get; private set; } = [];

    /// <summary>The sum of a column over all pages; empty where there is none.</summary>
    public string Sum(int column) => !Totals.IsDefaultOrEmpty && ReportView.IndexOf(SumColumns, JobsReport.Columns[column].Name) is >= 0 and var i && SumColumns[i].Kind is ColumnKind.Count or ColumnKind.Money
        ? Cells.Value(Totals[ReportView.IndexOf(SumColumns, JobsReport.Columns[column].Name)], JobsReport.Columns[column].Kind) : "";

    private static EntryPlace? Place(string? after) => after?.Split('.') is [var at, var device] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long micros)
        && long.TryParse(device, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? new EntryPlace(Instant.FromMicros(Math.Clamp(micros, 0, 253_402_300_799_999_999)), id, long.MaxValue) : null;
}
