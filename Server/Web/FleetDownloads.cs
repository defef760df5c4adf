using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.SignIn;

namespace CopyTrack.Server.Web;

/// <summary><c>/Fleet/{name}.csv</c>: a list of the fleet as CSV, as far as the caller's scope goes.</summary>
internal static class FleetDownloads
{
    public static async Task RunAsync(HttpContext context)
    {
        IServiceProvider services = context.RequestServices;
        ReportPeriod? period = ReportPeriod.TryParse(
            context.Request.Query["from"], context.Request.Query["to"], services.GetRequiredService<ReportOptions>().TimeZone, services.GetRequiredService<TimeProvider>().GetUtcNow(), out _);
        FleetScope? scope = await services.GetRequiredService<FleetScopes>().OfAsync(WebCaller.Of(context).Scope, context.RequestAborted);
        string name = (string)context.Request.RouteValues["name"]!;
        if (period is null || scope is null || services.GetRequiredService<FleetTables>().Build(name, scope, period, context.RequestAborted) is not { } table)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"fleet-{table.Name}.csv\"";
        await ReportCsv.WriteAsync(table, context.Response.Body, context.RequestAborted);
    }
}
