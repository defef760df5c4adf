using System.Globalization;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;

namespace CopyTrack.Server.Web;

/// <summary>What all answers share that are files: a place at the gate of exports, and what is said instead of a file.</summary>
internal static class FileAnswers
{
    /// <summary>A place to be given back by disposing it; null when too much is exported already, which was answered by 429 and when to come again.</summary>
    public static async Task<IDisposable?> EnterAsync(HttpContext context)
    {
        IServiceProvider services = context.RequestServices;
        if (await services.GetRequiredService<ExportGate>().EnterAsync(context.RequestAborted) is { } place)
        {
            return place;
        }

        context.Response.Headers.RetryAfter = ((int)services.GetRequiredService<ReportOptions>().Exports.Patience.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await SayAsync(context, StatusCodes.Status429TooManyRequests, Words.Key("Too many files are exported just now. Try again in a moment."));
        return null;
    }

    /// <summary>Answers with a sentence in the language of the request.</summary>
    public static Task SayAsync(HttpContext context, int status, string english)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(context.RequestServices.GetRequiredService<Words>().Sentence(english), context.RequestAborted);
    }
}
