using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>The own jobs behind a number of <see cref="MyModel"/>: of a month, or of a year at a device. Nothing here takes a person from outside.</summary>
internal sealed class MyJobsModel(PersonRepository people, JobsReport jobs, ReportOptions options, TimeProvider time, Words words) : PageModel
{
    private const int RowsOfPage = 100, LongestName = 256;

    private static readonly ImmutableArray<string> s_shown = ["at", "device", "project", "function", "impressions", "color", "duplexSheets", "scans", "faxes", "cost"];

    public ReportPeriod Period { get; private set; } = null!;
    public string? Device { get; private set; }
    public Report Report { get; private set; } = null!;
    public IReadOnlyList<ImmutableArray<object?>> Rows { get; private set; } = [];
    public ImmutableArray<int> Columns { get; } = [.. s_shown.Select(c => ReportView.IndexOf(JobsReport.Columns, c))];
    public string? Next { get; private set; }
    public ReportCells Cells { get; } = new(new ReportWords(words), options.TimeZone);
    public string Currency => options.Currency;

    public async Task<IActionResult> OnGetAsync(string? month, string? device, string? after, CancellationToken cancellationToken)
    {
        if (WebCaller.Of(HttpContext).PersonId is not { } id || await people.GetAsync(id, cancellationToken) is not { } person)
        {
            return NotFound();
        }

        Device = device is { Length: > 0 and <= LongestName } ? device : null;
        Period = PeriodOf(month);
        ReportRequest request = new("jobs", Period, ReportScope.Of(person.OrgId), null, Device, person.UserName);
        try
        {
            Report = await jobs.BuildAsync(request, cancellationToken);
            (List<ImmutableArray<object?>> rows, EntryPlace? next) = await jobs.PageAsync(request, EntryPlace.Read(after), RowsOfPage, cancellationToken);
            (Rows, Next) = (rows, next is { } place ? $"/My/Jobs?month={month}&device={Uri.EscapeDataString(Device ?? "")}&after={place.ToText()}" : null);
        }
        catch (ReportRequestException)
        {
            // Nobody is told here which devices there are: one that does not exist has no jobs.
            Report = await jobs.BuildAsync(request with { Device = null }, cancellationToken);
        }

        return Page();
    }

    private ReportPeriod PeriodOf(string? month)
    {
        if (DateOnly.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly first) && first.Year is >= 1970 and < 9999)
        {
            return ReportSpans.Between(first, first.AddMonths(1).AddDays(-1), options.TimeZone);
        }

        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.TimeZone).DateTime);
        return ReportSpans.Between(new DateOnly(today.Year, today.Month, 1).AddMonths(1 - MyModel.Months), today, options.TimeZone);
    }
}
