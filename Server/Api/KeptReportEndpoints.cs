using System.Globalization;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;

namespace CopyTrack.Server.Api;

/// <summary>
/// Reports that a token keeps, and when they are mailed. What belongs to others is not there, unless it is shared; administrators of everything see all schedules and may end any. A
/// schedule is made with what its token sees on the day it runs, and with nothing once the token is revoked or expired.
/// </summary>
internal sealed class KeptReportEndpoints(SavedReports saved, ReportSchedules schedules, TokenRepository tokens, ReportOptions options, TimeProvider time)
{
    private static readonly ApiAccess Own = Access.Reports;

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "GET", Path = "/saved-reports", Summary = "Reports that the token keeps, and those that others share.", Access = Own, Handle = ListAsync, Answer = "SavedReportPage" },
        new() { Method = "GET", Path = "/saved-reports/{name}", Summary = "A report that the token keeps.", Access = Own, Handle = async c => ApiResults.Ok(Shape(await OneAsync(c), c.Caller)), Answer = "SavedReport" },
        new() { Method = "PUT", Path = "/saved-reports/{name}", Summary = "Keeps a report under a name, in place of the token's report of that name.", Access = Own, Handle = KeepAsync, Body = "SavedReportInput", Answer = "SavedReport" },
        new() { Method = "DELETE", Path = "/saved-reports/{name}", Summary = "Forgets a report that the token keeps, with its schedules.", Access = Own, Handle = ForgetAsync },
        new() { Method = "GET", Path = "/report-schedules", Summary = "When reports are mailed: the token's schedules; all for administrators of everything.", Access = Own, Handle = SchedulesAsync, Answer = "ReportSchedulePage", Parameters = ApiParameter.Page },
        new() { Method = "POST", Path = "/report-schedules", Summary = "Has a report mailed by a cron text.", Access = Own, Handle = AddAsync, Body = "ReportScheduleInput", Answer = "ReportSchedule" },
        new() { Method = "PUT", Path = "/report-schedules/{id}", Summary = "Changes a schedule of the token: absent members stay.", Access = Own, Handle = ChangeAsync, Body = "ReportScheduleInput", Answer = "ReportSchedule" },
        new() { Method = "DELETE", Path = "/report-schedules/{id}", Summary = "Ends a schedule with its runs.", Access = Own, Handle = EndAsync },
        new() { Method = "GET", Path = "/report-deliveries", Summary = "Runs of schedules, newest first, with what became of each.", Access = Own, Handle = RunsAsync, Answer = "ReportDeliveryPage", Parameters = ApiParameter.Page },
        new() { Method = "POST", Path = "/report-deliveries/{id}/send", Summary = "Makes a run once more that failed, is in doubt or was missed.", Access = Own, Handle = AgainAsync, Answer = "ReportDeliverySent" },
    ];

    private static object Shape(SavedReport r, ApiCaller caller) => new { id = Id(r.Id), name = r.Name, address = r.Address, shared = r.Shared, own = r.Owner == caller.Actor, createdAt = r.CreatedAt, updatedAt = r.UpdatedAt };

    private static object Shape(ReportSchedule s) => new
    {
        id = Id(s.Id), report = Id(s.ReportId), reportName = s.ReportName, owner = s.Owner, timing = s.Timing, zone = s.Zone, recipients = Parts(s.Recipients), formats = Parts(s.Formats),
        language = s.Language, enabled = s.Enabled, nextDue = s.NextDue, createdAt = s.CreatedAt,
    };

    private async Task<IResult> ListAsync(ApiCall call) => ApiResults.Ok(new
    {
        items = (await saved.ListAsync(call.Caller.OrgId, call.Caller.Actor, call.Aborted)).Where(r => call.Caller.Scope.MayBeTold(ReportAddress.Parse(r.Address))).Select(r => Shape(r, call.Caller)), next = (string?)null,
    });

    private async Task<IResult> KeepAsync(ApiCall call)
    {
        ReportInput input = await ApiJson.ReadAsync<ReportInput>(call.Context);
        return await TakenAsync(async () =>
        {
            ReportAddress address = ReportAddress.Parse(input.Address ?? "");
            if (!ReportNames.All.Contains(address.Name))
            {
                throw new ReportRequestException($"There is no report '{ApiProblem.Shorten(address.Name)}'; there are {string.Join(", ", ReportNames.All)}.");
            }

            // Throws for a period or an hour that can't be; names are looked up when it is made.
            address.ToRequest(call.Caller.Scope, options.TimeZone, time.GetUtcNow());
            bool isNew = await FindAsync(call) is null;
            SavedReport kept = await saved.KeepAsync(call.Caller.OrgId, call.Caller.Actor, call.Route("name"), address.With(("name", address.Name)), input.Shared ?? false, call.Aborted);
            return ApiResults.Ok(Shape(kept, call.Caller), isNew ? 201 : 200);
        });
    }

    private async Task<IResult> ForgetAsync(ApiCall call)
    {
        SavedReport report = await OneAsync(call);
        return await saved.DeleteAsync(call.Caller.OrgId, call.Caller.Actor, report.Id, call.Aborted) ? ApiResults.None() : throw ApiProblem.NotFound("saved report", call.Route("name"));
    }

    private async Task<IResult> SchedulesAsync(ApiCall call)
    {
        SchedulePlace? after = Cursor.Read(call.Query("cursor"), 2) is [var name, var id] ? new(name, Cursor.Number(id)) : null;
        int limit = Math.Min(call.Limit, 200);
        ReportSchedule[] rows = await schedules.ListAsync(call.Caller.OrgId, OwnerFor(call.Caller), after, limit + 1, call.Aborted);
        return ApiResults.Ok(Page<object>.Of(rows, limit, s => Cursor.Of(SchedulePlace.Of(s).NameFolded, Id(s.Id)), Shape));
    }

    private async Task<IResult> AddAsync(ApiCall call)
    {
        ScheduleInput input = await ApiJson.ReadAsync<ScheduleInput>(call.Context);
        if (!TryId(input.Report, out long report) || await saved.GetAsync(call.Caller.OrgId, call.Caller.Actor, report, call.Aborted) is not { } kept
            || !call.Caller.Scope.MayBeTold(ReportAddress.Parse(kept.Address)) || await tokens.GetAsync(call.Caller.TokenId, call.Aborted) is not { } token)
        {
            throw ApiProblem.NotFound("saved report", input.Report ?? "");
        }

        return await TakenAsync(async () =>
        {
            ReportSchedule wanted = input.Over(new ReportSchedule
            {
                // As roles are written in settings, which is how the run finds out whether its owner still has it.
                Owner = call.Caller.Actor, Role = ScopeText.Whatever(token.Role, token.Scope), Zone = options.TimeZone.Id,
            });
            ReportSchedule added = await schedules.AddAsync(kept, wanted, call.Aborted);
            return ApiResults.Ok(Shape(added with { ReportName = kept.Name }), 201);
        });
    }

    private async Task<IResult> ChangeAsync(ApiCall call)
    {
        ScheduleInput input = await ApiJson.ReadAsync<ScheduleInput>(call.Context);
        if (input.Report is not null)
        {
            throw ApiProblem.BadRequest("A schedule stays with its report.", "Leave 'report' out, or make another schedule.");
        }

        return await TakenAsync(async () => TryId(call.Route("id"), out long id)
            && await schedules.ChangeAsync(call.Caller.OrgId, call.Caller.Actor, id, input.Over, call.Aborted) is { } changed
                ? ApiResults.Ok(Shape(changed)) : throw ApiProblem.NotFound("schedule", call.Route("id")));
    }

    private async Task<IResult> EndAsync(ApiCall call) =>
        TryId(call.Route("id"), out long id) && await schedules.DeleteAsync(call.Caller.OrgId, OwnerFor(call.Caller), id, call.Caller.Actor, call.Aborted)
            ? ApiResults.None() : throw ApiProblem.NotFound("schedule", call.Route("id"));

    private async Task<IResult> RunsAsync(ApiCall call)
    {
        (DateTimeOffset before, long beforeId) = Cursor.Read(call.Query("cursor"), 2) is [var at, var last]
            ? (Data.Instant.FromMicros(Math.Clamp(Cursor.Number(at), 0, 253_402_300_799_999_999)), Cursor.Number(last)) : (DateTimeOffset.MaxValue, long.MaxValue);
        int limit = Math.Min(call.Limit, 200);
        ReportDelivery[] runs = await schedules.RunsAsync(call.Caller.OrgId, OwnerFor(call.Caller), before, limit + 1, call.Aborted, beforeId);
        return ApiResults.Ok(Page<object>.Of(runs, limit, r => Cursor.Of(Id(Data.Instant.ToMicros(r.DueAt)), Id(r.Id)), r => new
        {
            id = Id(r.Id), schedule = Id(r.ScheduleId), reportName = r.ReportName, owner = r.Owner, dueAt = r.DueAt, state = Words.Camel(r.Status.ToString()), attempts = r.Attempts,
            nextTryAt = r.Status == DeliveryState.Waiting ? r.NextTry : (DateTimeOffset?)null, sentAt = r.SentAt, message = r.Message,
        }));
    }

    private async Task<IResult> AgainAsync(ApiCall call) =>
        TryId(call.Route("id"), out long id) && await schedules.AgainAsync(call.Caller.OrgId, OwnerFor(call.Caller), id, call.Caller.Actor, call.Aborted)
            ? ApiResults.Ok(new { id = Id(id) }, 202) : throw ApiProblem.NotFound("run that can be made again", call.Route("id"));

    private async Task<SavedReport> OneAsync(ApiCall call) => await FindAsync(call) ?? throw ApiProblem.NotFound("saved report", call.Route("name"));

    private async Task<SavedReport?> FindAsync(ApiCall call)
    {
        string folded = Data.NameFolding.Fold(call.Route("name").Trim());
        return (await saved.ListAsync(call.Caller.OrgId, call.Caller.Actor, call.Aborted)).FirstOrDefault(r => r.Owner == call.Caller.Actor && r.NameFolded == folded);
    }

    /// <summary>Whose schedules a caller sees and may end: all for administrators of everything.</summary>
    private static string? OwnerFor(ApiCaller caller) => caller.May(Access.Administration) ? null : caller.Actor;

    private static async Task<IResult> TakenAsync(Func<Task<IResult>> take)
    {
        try
        {
            return await take();
        }
        catch (ReportRequestException e)
        {
            throw ApiProblem.BadRequest(e.Message, "Correct the member that is named and send the body again.");
        }
    }

    private static bool TryId(string? text, out long id) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    private static string[] Parts(string text) => text.Split(';', StringSplitOptions.RemoveEmptyEntries);

    private static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

    private sealed record ReportInput
    {
        public string? Address { get; init; }
        public bool? Shared { get; init; }
    }

    private sealed record ScheduleInput
    {
        public string? Report { get; init; }
        public string? Timing { get; init; }
        public string? Zone { get; init; }
        public IReadOnlyList<string>? Recipients { get; init; }
        public IReadOnlyList<string>? Formats { get; init; }
        public string? Language { get; init; }
        public bool? Enabled { get; init; }

        /// <summary>A schedule with what the body says.</summary>
        public ReportSchedule Over(ReportSchedule s) => s with
        {
            Timing = Timing ?? s.Timing, Zone = Zone ?? s.Zone, Recipients = Recipients is null ? s.Recipients : string.Join(';', Recipients), Formats = Formats is null ? s.Formats : string.Join(';', Formats),
            Language = Language is null ? s.Language : Language is "en" or "de" ? Language : throw new ReportRequestException("'language' is en or de."), Enabled = Enabled ?? s.Enabled,
        };
    }
}
