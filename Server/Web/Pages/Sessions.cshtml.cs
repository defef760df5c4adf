using System.Collections.Immutable;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Sessions, open or recent; with the address of a report, the jobs behind a number of it.</summary>
internal sealed class SessionsModel(WebQueries queries, EntryReader entries, JobsReport jobs, ReportService reports, ReportOptions options, TimeProvider time, Words words) : PageModel
{
    private const int RowsOfPage = 100, LongestName = 256;

    private static readonly ImmutableArray<string> s_shown = ["at", "device", "user", "project", "function", "impressions", "color", "large", "duplexSheets", "scans", "faxes", "cost", "cause"];

    /// <summary>Which sessions are listed: open, settled or all.</summary>
    public string State { get; private set; } = "open";
    public string? Device { get; private set; }
    public string? Person { get; private set; }
    public string? From { get; private set; }
    public string? To { get; private set; }
    /// <summary>Address of the first page; null there.</summary>
    public string? First { get; private set; }
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

    public async Task<IActionResult> OnGetAsync(string? state, string? device, string? user, string? from, string? to, string? after, CancellationToken cancellationToken)
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

        await ListAsync(state, device, user, from, to, after, cancellationToken);
        return Page();
    }

    /// <summary>A page of the list; what it is narrowed to stands in the address.</summary>
    private async Task ListAsync(string? state, string? device, string? user, string? from, string? to, string? after, CancellationToken cancellationToken)
    {
        (Device, Person, From, To) = (Text(device), Text(user), Text(from), Text(to));
        // Whoever asks for a device, a person or a time means what is over as well.
        State = state is "open" or "settled" or "all" ? state : Device is null && Person is null && From is null && To is null ? "open" : "all";
        (int lowest, int highest) = State switch { "open" => (0, 3), "settled" => (4, 4), _ => (0, 4) };
        try
        {
            ReportFilter filter = await entries.NarrowAsync(ReportScope.Everything, Device, Person, cancellationToken);
            ReportPeriod? period = From is null && To is null ? null : ReportPeriod.TryParse(From, To, options.TimeZone, time.GetUtcNow(), out string error) ?? throw new ReportRequestException(error);
            SessionPlace? place = EntryPlace.Read(after) is { } read ? new SessionPlace(read.At, read.DeviceId) : null;
            (Sessions, SessionPlace? next) = await queries.SessionPageAsync(new SessionQuestion(lowest, highest, filter.DeviceId, filter.PersonId, period), place, RowsOfPage, cancellationToken);
            Next = next is { } last ? Address(new EntryPlace(last.At, last.Id, 0).ToText()) : null;
            First = place is null ? null : Address(null);
        }
        catch (ReportRequestException e)
        {
            Fault = e.Message;
        }
    }

    private string Address(string? after) => "/Sessions" + QueryString.Create(new[] { ("state", State), ("device", Device), ("user", Person), ("from", From), ("to", To), ("after", after) }
        .Where(m => m.Item2 is not null).Select(m => KeyValuePair.Create(m.Item1, m.Item2)));

    private static string? Text(string? text) => text?.Trim() is { Length: > 0 and <= LongestName } some ? some : null;

    private async Task JobsAsync(string? after, CancellationToken cancellationToken)
    {
        try
        {
            Behind = ReportAddress.Read(m => Request.Query[m]);
            ReportRequest request = Behind.ToRequest(ReportAsker.Of(HttpContext).Scope, options.TimeZone, time.GetUtcNow());
            Report = await reports.BuildAsync(request, cancellationToken);
            (List<ImmutableArray<object?>> rows, EntryPlace? next) = await jobs.PageAsync(request, EntryPlace.Read(after), RowsOfPage, cancellationToken);
            Rows = rows;
            Next = next is { } place ? $"/Sessions?{Behind.ToQuery()}&after={place.ToText()}" : null;
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
}
