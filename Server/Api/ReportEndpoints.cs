using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api;

/// <summary>Reports.</summary>
internal sealed class ReportEndpoints(ReportService reports, CoverageReader coverage, ReportOptions options, TimeProvider time)
{
    private static readonly ApiAccess Read = Access.Reports;
    private static readonly ApiAccess Devices = new(Reach.Devices, Roles.Administrator, Roles.Manager, Roles.Dealer, Roles.Customer);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new()
        {
            Method = "GET", Path = "/reports/{name}", Summary = "A report: users, devices, departments, projects, months, jobs, coverage or meters.", Access = Read, Handle = c => ReportAsync(c, c.Route("name")), Answer = "Report",
            Parameters =
            [
                .. ApiParameter.Period, new("by", "string", "Splits the rows of the first five: user, device, department, project, month, day, function or cause."),
                new("device", "string", "Only this device."), new("user", "string", "Only this user."), new("format", "string", "json (default) or csv."),
            ],
        },
        new()
        {
            Method = "GET", Path = "/coverage", Summary = "How much of what the meters counted is attributed and explained.", Access = Devices, Handle = c => ReportAsync(c, "coverage"), Answer = "Report",
            Parameters = [.. ApiParameter.Period, new("device", "string", "Only this device.")],
        },
        new()
        {
            Method = "GET", Path = "/coverage/worst", Summary = "The devices that lose most pages, with what to do about each.", Access = Devices, Handle = WorstAsync, Answer = "WorstDevices",
            Parameters = [.. ApiParameter.Period, new("limit", "integer", "Most devices, 1 to 1000; 100 when absent.")],
        },
    ];

    /// <summary>The period a call names; throws <see cref="ApiProblem"/> for what is none.</summary>
    public static ReportPeriod PeriodOf(ApiCall call, ReportOptions options, TimeProvider time) =>
        ReportPeriod.TryParse(call.Query("from"), call.Query("to"), options.TimeZone, time.GetUtcNow(), out string error)
            ?? throw ApiProblem.BadRequest(error, "Correct the parameter.");

    private async Task<IResult> WorstAsync(ApiCall call)
    {
        ReportPeriod period = PeriodOf(call, options, time);
        var worst = await coverage.WorstAsync(period, call.Caller.Scope, call.Limit, call.Aborted);
        return ApiResults.Ok(new
        {
            from = period.From, to = period.To,
            items = worst.Select(w => new
            {
                device = w.Facts.Name, impressions = w.Facts.Pages, attributed = w.Facts.Attributed, lost = w.Facts.Lost,
                explained = w.Facts.Explained.Where(e => e.Value.Pages != 0).OrderBy(e => e.Key).ToDictionary(e => Words.Of(e.Key)!, e => e.Value.Pages),
                sessions = w.Facts.Sessions, inferredSessions = w.Facts.InferredSessions, accuracyPercent = w.Facts.AccuracyPercent,
                advice = w.Advice.Select(a => new { code = a.Code, text = a.Text }),
            }),
        });
    }

    private async Task<IResult> ReportAsync(ApiCall call, string name)
    {
        string format = call.Query("format") ?? "json";
        if (format is not ("json" or "csv"))
        {
            throw ApiProblem.BadRequest("'format' is neither json nor csv.", "Leave it out for JSON.");
        }

        if (!ReportNames.All.Contains(name))
        {
            throw ApiProblem.NotFound("report", name);
        }

        Report report;
        try
        {
            report = await reports.BuildAsync(new ReportRequest(name, PeriodOf(call, options, time), call.Caller.Scope, call.Query("by"), call.Query("device"), call.Query("user")), call.Aborted);
        }
        catch (ReportRequestException e)
        {
            throw ApiProblem.BadRequest(e.Message, "Correct the parameter that is named.");
        }

        return format == "csv"
            ? Results.Stream(s => ReportCsv.WriteAsync(report, s, call.Aborted), "text/csv; charset=utf-8", $"{name}.csv")
            : Results.Stream(s => ReportJson.WriteAsync(report, s, false, call.Aborted), "application/json");
    }
}
