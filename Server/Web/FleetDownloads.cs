using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;

namespace CopyTrack.Server.Web;

/// <summary><c>GET /Fleet/{name}.{format}</c>: a list of the fleet as a file, as far as the caller's scope goes; <c>from</c> and <c>to</c> for meter reads and alerts, <c>q</c> and <c>state</c> as on its page.</summary>
internal static class FleetDownloads
{
    private const int LongestText = 200;

    /// <summary>Answers 404 for a list or format that there is none of or that the caller sees nothing of, 400 for a period that can't be, 429 when too much is exported already, 503 where no PDF can be made.</summary>
    public static async Task RunAsync(HttpContext context)
    {
        IServiceProvider services = context.RequestServices;
        string name = (string)context.Request.RouteValues["name"]!, format = (string)context.Request.RouteValues["format"]!;
        FleetScope? scope = await services.GetRequiredService<FleetScopes>().OfAsync(WebCaller.Of(context).Scope, context.RequestAborted);
        if (scope is null || !ReportFiles.Formats.Contains(format) || (name != AlertTables.Name && !FleetTables.Names.Contains(name)))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using IDisposable? place = await FileAnswers.EnterAsync(context);
        if (place is null)
        {
            return;
        }

        try
        {
            IReportWords words = services.GetRequiredService<IReportLanguages>().Of(RequestLanguage.Of(context));
            Report list = ListOf(context, services, name, scope, words);
            ReportCells cells = new(words, services.GetRequiredService<ReportOptions>().TimeZone);
            Words reader = services.GetRequiredService<Words>();
            // Alerts are told in the reader's language by whoever makes their list.
            ReportFile file = await services.GetRequiredService<ListFiles>().OpenAsync(list, format, words, name == AlertTables.Name ? null : (row, i) => FleetCellTexts.Of(reader, cells, list.Columns, row, i), context.RequestAborted);
            context.Response.ContentType = file.ContentType;
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"fleet-{file.Name}\"";
            await file.WriteAsync(context.Response.Body, context.RequestAborted);
        }
        catch (ReportRequestException e)
        {
            await FileAnswers.SayAsync(context, StatusCodes.Status400BadRequest, e.Message);
        }
        catch (PdfException e)
        {
            await FileAnswers.SayAsync(context, StatusCodes.Status503ServiceUnavailable, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader went away in the middle of a long file.
        }
    }

    private static Report ListOf(HttpContext context, IServiceProvider services, string name, FleetScope scope, IReportWords words)
    {
        (string? from, string? to) = (context.Request.Query["from"], context.Request.Query["to"]);
        ReportPeriod period = ReportPeriod.TryParse(from, to, services.GetRequiredService<ReportOptions>().TimeZone, services.GetRequiredService<TimeProvider>().GetUtcNow(), out string fault) ?? throw new ReportRequestException(fault);
        FleetTables tables = services.GetRequiredService<FleetTables>();
        return name == AlertTables.Name
            ? services.GetRequiredService<AlertTables>().Build(scope, AlertQuestions.Of(context.Request.Query, string.IsNullOrEmpty(from) && string.IsNullOrEmpty(to) ? null : period), period, words, context.RequestAborted)
            : tables.Build(name, scope, tables.Question(context.Request.Query["q"].ToString() is { Length: <= LongestText } find ? find : null, context.Request.Query["state"]), period, context.RequestAborted)!;
    }
}

/// <summary>What an address asks of the alerts; what it says wrongly narrows nothing.</summary>
internal static class AlertQuestions
{
    private const int LongestSite = 100;

    /// <summary>The question of <c>state</c>, <c>kind</c>, <c>severity</c> and <c>site</c>.</summary>
    public static AlertQuestion Of(IQueryCollection query, ReportPeriod? period) => new(
        query["state"] == "open", AlertTopics.KindOf(query["kind"]), AlertTopics.SeverityOf(query["severity"]), query["site"].ToString() is { Length: > 0 and <= LongestSite } site ? site : null, null, period?.From, period?.To);
}
