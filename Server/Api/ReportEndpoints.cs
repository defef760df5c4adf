using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;

namespace CopyTrack.Server.Api;

/// <summary>Reports.</summary>
internal sealed class ReportEndpoints(ReportFiles files, ExportGate gate, IReportLanguages languages, CoverageReader coverage, ReportOptions options, TimeProvider time)
{
    private static readonly ApiAccess Read = Access.Reports;
    private static readonly ApiAccess Devices = new(Reach.Devices, Roles.Administrator, Roles.Manager, Roles.Dealer, Roles.Customer);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new()
        {
            Method = "GET", Path = "/reports/{name}", Summary = "A report: users, devices, departments, costCentres, projects, sites, months, hours, functions, jobs, coverage or meters.", Access = Read, Handle = c => ReportAsync(c, c.Route("name")), Answer = "Report",
            Parameters =
            [
                .. ApiParameter.Period, new("period", "string", $"In place of from and to: {string.Join(", ", ReportSpans.Words)}."),
                new("by", "string", $"Splits the rows of those about pages: {string.Join(", ", ReportNames.Splits)}."),
                new("compare", "string", "Sets another period beside this one: before (as long a time before), year (a year ago) or period."),
                new("compareFrom", "string", "First day or time of the period to compare with."), new("compareTo", "string", "Its last day, or a time that no longer belongs to it."),
                new("device", "string", "Only this device."), new("user", "string", "Only this user; (none) for nobody."), new("project", "string", "Only this project; (none) for none."),
                new("department", "string", "Only this department; (none) for none."), new("costCentre", "string", "Only this cost centre; (none) for none."),
                new("site", "string", "Only this site; (none) for none."), new("function", "string", "Only total, copy, print, scan, fax or other."),
                new("cause", "string", "Only this cause; (none) for what belongs to somebody."), new("hour", "integer", "Only this hour of the day, 0 to 23."),
                new("format", "string", "json (default), csv, xlsx or pdf."), new("language", "string", "Language of xlsx and pdf: en (default) or de."),
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
        if (!ReportFiles.Formats.Contains(format))
        {
            throw ApiProblem.BadRequest($"'format' is none of {string.Join(", ", ReportFiles.Formats)}.", "Leave it out for JSON.");
        }

        if (!ReportNames.All.Contains(name))
        {
            throw ApiProblem.NotFound("report", name);
        }

        IDisposable place = await gate.EnterAsync(call.Aborted) ?? throw ApiProblem.TooMany((int)options.Exports.Patience.TotalSeconds);
        try
        {
            ReportAddress address = ReportAddress.Read(m => m == "name" ? name : call.Query(m));
            ReportFile file = await files.OpenAsync(address, call.Caller.Scope, format, languages.Of(call.Query("language")), null, null, call.Aborted);
            return Results.Stream(
                async s =>
                {
                    using (place)
                    {
                        await file.WriteAsync(s, call.Aborted);
                    }
                },
                file.ContentType, format == "json" ? null : file.Name);
        }
        catch (Exception e)
        {
            place.Dispose();
            throw e switch
            {
                ReportRequestException => ApiProblem.BadRequest(e.Message, "Correct the parameter that is named."),
                PdfException => new ApiProblem(503, "unavailable", "Not possible now", e.Message, "Ask for xlsx or csv."),
                _ => e,
            };
        }
    }
}
