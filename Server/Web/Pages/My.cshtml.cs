using System.Globalization;
using CopyTrack.Accounting.Charging;
using CopyTrack.Server.Api.People;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>What somebody copied by month and device, their cards and PIN, their projects and their limit. Nothing here takes a person's id from outside.</summary>
internal sealed class MyModel(
    PersonRepository people, CardRepository cards, PinRepository pins, ProjectRepository projects, QuotaRepository quotas, UsageReader usage, PersonExport export, IHashKeys keys, ReportOptions options,
    TimeProvider time, Words words) : PageModel
{
    /// <summary>Months that are told, this one among them.</summary>
    public const int Months = 12;

    private const int Found = 20;

    public PersonState Person { get; private set; } = null!;
    public IReadOnlyList<(DateOnly Month, long Pages, long Color, long Cost)> ByMonth { get; private set; } = [];
    public IReadOnlyList<(string Device, long Pages, long Color)> ByDevice { get; private set; } = [];
    public IReadOnlyList<ProjectRow> Favourites { get; private set; } = [];
    public IReadOnlyList<ProjectRow> Projects { get; private set; } = [];
    public string? Find { get; private set; }
    public QuotaRow? Quota { get; private set; }
    public bool IsProven { get; private set; }

    /// <summary>A new PIN, shown this once.</summary>
    public string? Pin { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? find, CancellationToken cancellationToken)
    {
        WebCaller caller = WebCaller.Of(HttpContext);
        if (caller.PersonId is not { } id || await people.GetAsync(id, cancellationToken) is not { } row || await people.FindWholeAsync(row.OrgId, row.UserName, cancellationToken) is not { } person)
        {
            return NotFound();
        }

        Person = person;
        IsProven = WebSession.Of(HttpContext)!.IsProven(time.GetUtcNow());
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.TimeZone).DateTime);
        DateOnly first = new DateOnly(today.Year, today.Month, 1).AddMonths(1 - Months);
        string from = first.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), to = today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        ReportPeriod period = ReportPeriod.TryParse(from, to, options.TimeZone, time.GetUtcNow(), out string fault) ?? throw new InvalidOperationException(fault);
        ReportScope own = ReportScope.Of(row.OrgId);
        ReportFilter mine = new() { PersonId = id };
        List<UsageSum> months = await usage.ReadAsync(period, own, mine, new UsageSplit(true, false, false, true, false, false, false), true, cancellationToken);
        ByMonth = [.. months.GroupBy(MonthOf).OrderByDescending(g => g.Key).Select(g => (g.Key, g.Sum(s => s.Impressions), g.Sum(s => s.Color), g.Sum(s => s.CostMicros)))];
        List<UsageSum> devices = await usage.ReadAsync(period, own, mine, new UsageSplit(true, false, true, false, false, false, false), true, cancellationToken);
        ByDevice = [.. devices.GroupBy(s => s.DeviceName ?? "—").Select(g => (g.Key, g.Sum(s => s.Impressions), g.Sum(s => s.Color))).OrderByDescending(d => d.Item2)];
        Favourites = await projects.FavouritesAsync(id, cancellationToken);
        Find = find is { Length: > 100 } ? find[..100] : find;
        Projects = Find is null ? [] : [.. (await projects.SearchAsync(row.OrgId, id, Find, Found, cancellationToken)).Where(p => Favourites.All(f => f.Id != p.Id))];
        Quota = await quotas.FindAsync(row.OrgId, QuotaKind.Person, id.ToString(CultureInfo.InvariantCulture), today, cancellationToken);
        return Page();
    }

    /// <summary>The own jobs of a month, or at a device.</summary>
    public static string Jobs(DateOnly? month, string? device) =>
        month is { } m ? "/My/Jobs?month=" + m.ToString("yyyy-MM", CultureInfo.InvariantCulture) : "/My/Jobs?device=" + Uri.EscapeDataString(device!);

    public async Task<IActionResult> OnPostLostAsync(long card, CancellationToken cancellationToken)
    {
        if (WebCaller.Of(HttpContext) is not { PersonId: { } id } caller || !await cards.RemoveAsync(OrganisationRepository.DefaultId, id, card, caller.Actor, true, cancellationToken))
        {
            return NotFound();
        }

        this.Tell(words["The card opens nothing any more."]);
        return Redirect("/My");
    }

    /// <summary>Makes a PIN and shows it in this answer and never again; after the secret was shown a moment ago.</summary>
    public async Task<IActionResult> OnPostPinAsync(CancellationToken cancellationToken)
    {
        WebCaller caller = WebCaller.Of(HttpContext);
        if (caller.PersonId is not { } id)
        {
            return NotFound();
        }

        Pin = await pins.GenerateAsync(OrganisationRepository.DefaultId, id, keys.Current, caller.Actor, cancellationToken);
        return await OnGetAsync(null, cancellationToken);
    }

    public async Task<IActionResult> OnPostFavouriteAsync(long project, bool on, CancellationToken cancellationToken)
    {
        if (WebCaller.Of(HttpContext).PersonId is not { } id)
        {
            return NotFound();
        }

        if (!await projects.SetFavouriteAsync(OrganisationRepository.DefaultId, id, project, on, cancellationToken))
        {
            this.TellFault(words["That project can't be a favourite: you may not use it, or you have 20 already."]);
        }

        return Redirect("/My");
    }

    /// <summary>All that is kept of whoever asks, as a file.</summary>
    public async Task<IActionResult> OnPostExportAsync(CancellationToken cancellationToken)
    {
        WebCaller caller = WebCaller.Of(HttpContext);
        if (caller.PersonId is not { } id)
        {
            return NotFound();
        }

        Response.ContentType = "application/zip";
        Response.Headers.ContentDisposition = "attachment; filename=\"my-data.zip\"";
        await export.WriteAsync(OrganisationRepository.DefaultId, id, caller.Actor, () => Response.Body, cancellationToken);
        return new EmptyResult();
    }

    private static DateOnly MonthOf(UsageSum sum)
    {
        DateOnly day = sum.Day > 0 ? DateOnly.FromDayNumber(sum.Day) : new DateOnly(sum.Month / 12, (sum.Month % 12) + 1, 1);
        return new DateOnly(day.Year, day.Month, 1);
    }
}
