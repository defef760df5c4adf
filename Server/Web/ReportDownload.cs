using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Web.Language;

namespace CopyTrack.Server.Web;

/// <summary><c>GET /Reports/{name}.{format}</c> with the query of the report's page: the report as a file, streamed.</summary>
internal static class ReportDownload
{
    /// <summary>
    /// Answers 404 for a report or format that there is none of, 400 with a sentence for a filter that can't be, 429 when too much is exported already, 503 with a sentence where no PDF can be made.
    /// </summary>
    public static async Task HandleAsync(HttpContext context)
    {
        IServiceProvider services = context.RequestServices;
        string name = (string)context.Request.RouteValues["name"]!, format = (string)context.Request.RouteValues["format"]!;
        if (!ReportFiles.Formats.Contains(format) || !ReportNames.All.Contains(name))
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
            ReportAddress address = ReportAddress.Read(m => m == "name" ? name : context.Request.Query[m]);
            ReportFile file = await services.GetRequiredService<ReportFiles>().OpenAsync(
                address, ReportAsker.Of(context).Scope, format, services.GetRequiredService<IReportLanguages>().Of(RequestLanguage.Of(context)), null, null, context.RequestAborted);
            context.Response.ContentType = file.ContentType;
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{file.Name}\"";
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
}
