using System.Globalization;
using CopyTrack.Server.Api;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Kept reports, when they are mailed, and what became of each mail.</summary>
internal sealed class SavedReportsModel(SavedReports saved, ReportSchedules schedules, AuditNames names, ReportOptions options, Words words) : PageModel
{
    private const int Runs = 50, Rows = TableQuery.PageSize;

    public SavedReport[] Reports { get; private set; } = [];
    public IReadOnlyList<ReportSchedule> Schedules { get; private set; } = [];

    /// <summary>Where the next page of schedules begins; null on the last.</summary>
    public string? NextSchedules { get; private set; }

    public TableQuery ReportQuery => TableQuery.Of(Request, "r");
    public TableQuery ScheduleQuery => TableQuery.Of(Request, "s");
    public ReportDelivery[] Deliveries { get; private set; } = [];
    public ReportCells Cells { get; } = new(new ReportWords(words), options.TimeZone);
    public string Zone => options.TimeZone.Id;
    public bool HasServer => options.Mail.Server is not null;
    private ReportAsker Asker => ReportAsker.Of(HttpContext);

    /// <summary>What owners of schedules are called today.</summary>
    public IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();

    /// <summary>Whose schedules are shown and may be ended: all to administrators of everything.</summary>
    private string? OwnerFor => WebCaller.Of(HttpContext).May(Access.Administration) ? null : Asker.Actor;

    public bool IsOwn(SavedReport report) => report.Owner == Asker.Actor;

    public bool IsOwn(ReportSchedule schedule) => schedule.Owner == Asker.Actor;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        ReportAsker asker = Asker;
        Reports = [.. (await saved.ListAsync(asker.Scope.OrgId, asker.Actor, cancellationToken)).Where(r => asker.MaySee(ReportAddress.Parse(r.Address)))];
        ReportSchedule[] rows = await schedules.ListAsync(asker.Scope.OrgId, OwnerFor, PlaceOf(ScheduleQuery.After), Rows + 1, cancellationToken);
        Schedules = [.. rows.Take(Rows)];
        NextSchedules = rows.Length > Rows ? FormattableString.Invariant($"{Schedules[^1].Id}.{SchedulePlace.Of(Schedules[^1]).NameFolded}") : null;
        Deliveries = await schedules.RunsAsync(asker.Scope.OrgId, OwnerFor, DateTimeOffset.MaxValue, Runs, cancellationToken);
        Names = await names.OfAsync(asker.Scope.OrgId, Schedules.Select(s => s.Owner), cancellationToken);
    }

    public async Task<IActionResult> OnPostDeleteAsync(long id, CancellationToken cancellationToken) =>
        Told(await saved.DeleteAsync(Asker.Scope.OrgId, Asker.Actor, id, cancellationToken) ? words["The report and its schedules are deleted."] : null);

    public async Task<IActionResult> OnPostUnscheduleAsync(long id, CancellationToken cancellationToken) =>
        Told(await schedules.DeleteAsync(Asker.Scope.OrgId, OwnerFor, id, Asker.Actor, cancellationToken) ? words["It is mailed no more."] : null);

    public async Task<IActionResult> OnPostAgainAsync(long id, CancellationToken cancellationToken) =>
        Told(await schedules.AgainAsync(Asker.Scope.OrgId, OwnerFor, id, Asker.Actor, cancellationToken) ? words["It is made once more within a minute."] : null);

    /// <summary>Adds a schedule. <paramref name="when"/>: monthly, weekly, daily, or a cron text in <paramref name="cron"/>.</summary>
    public async Task<IActionResult> OnPostScheduleAsync(long report, string? when, string? clock, string? cron, string? to, string[]? formats, CancellationToken cancellationToken)
    {
        ReportAsker asker = Asker;
        if (await saved.GetAsync(asker.Scope.OrgId, asker.Actor, report, cancellationToken) is not { } kept || !asker.MaySee(ReportAddress.Parse(kept.Address)))
        {
            return Told(null);
        }

        try
        {
            TimeOnly at = TimeOnly.TryParseExact(clock, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly read) ? read : new TimeOnly(8, 0);
            string timing = when switch
            {
                "monthly" => FormattableString.Invariant($"{at.Minute} {at.Hour} 1 * *"),
                "weekly" => FormattableString.Invariant($"{at.Minute} {at.Hour} * * 1"),
                "daily" => FormattableString.Invariant($"{at.Minute} {at.Hour} * * *"),
                _ => cron ?? "",
            };
            await schedules.AddAsync(kept, new ReportSchedule
            {
                Owner = asker.Actor, Role = ReportAsker.RoleOf(HttpContext), Timing = timing, Zone = options.TimeZone.Id, Recipients = to ?? "", Formats = string.Join(';', formats ?? []), Language = words.Language,
            }, cancellationToken);
            return Told(words["It is mailed from now on."]);
        }
        catch (ReportRequestException e)
        {
            this.TellFault(words[e.Message]);
            return RedirectToPage();
        }
    }

    /// <summary>Changes a schedule of the asker; without <paramref name="enabled"/> it rests.</summary>
    public async Task<IActionResult> OnPostChangeAsync(long id, string? timing, string? to, string[]? formats, bool enabled, CancellationToken cancellationToken)
    {
        try
        {
            ReportAsker asker = Asker;
            ReportSchedule? changed = await schedules.ChangeAsync(
                asker.Scope.OrgId, asker.Actor, id, s => s with { Timing = timing ?? s.Timing, Recipients = to ?? "", Formats = string.Join(';', formats ?? []), Enabled = enabled }, cancellationToken);
            return Told(changed is null ? null : words["The schedule is changed."]);
        }
        catch (ReportRequestException e)
        {
            this.TellFault(words[e.Message]);
            return RedirectToPage();
        }
    }

    /// <summary>What became of a run, in a word.</summary>
    public string State(ReportDelivery run) => run.Status switch
    {
        DeliveryState.Waiting => words["waits"],
        DeliveryState.Working or DeliveryState.Sending => words["is being made"],
        DeliveryState.Sent => words["mailed"],
        DeliveryState.Failed => words["given up"],
        DeliveryState.Doubtful => words["in doubt"],
        _ => words["missed"],
    };

    private static SchedulePlace? PlaceOf(string after) =>
        after.Split('.', 2) is [var id, var name] && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? new(name, number) : null;

    private RedirectToPageResult Told(string? text)
    {
        if (text is null)
        {
            this.TellFault(words["There is no such thing of yours."]);
        }
        else
        {
            this.Tell(text);
        }

        return RedirectToPage();
    }
}
