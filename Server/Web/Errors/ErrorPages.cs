using System.Diagnostics.CodeAnalysis;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Web.Errors;

/// <summary>
/// Shows a page where an answer to a browser would be an error without text: what happened, and what to do next. A fault of ours is logged with the number that the
/// page shows; nothing of it reaches the browser.
/// </summary>
internal sealed class ErrorPages(RequestDelegate next, ILogger<ErrorPages> logger)
{
    /// <summary>Route of the page.</summary>
    public const string Route = "Error/{code:int}";

    /// <summary>Runs the request and shows the page when nothing else was shown.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsForBrowsers(context.Request.Path))
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // The boundary of a request: whatever went wrong must not end in an empty page.
            logger.PageFailed(context.TraceIdentifier, e);
            context.Response.Clear();
            context.Response.StatusCode = e is StorageUnavailableException ? StatusCodes.Status503ServiceUnavailable
                : e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
            await ShowAsync(context);
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400 and < 600, ContentLength: null } && string.IsNullOrEmpty(context.Response.ContentType))
        {
            await ShowAsync(context);
        }
    }

    /// <summary>Machines get their own form of errors.</summary>
    private static bool IsForBrowsers(PathString path) => !path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && !path.StartsWithSegments("/scim", StringComparison.OrdinalIgnoreCase)
        && !path.StartsWithSegments("/soap", StringComparison.OrdinalIgnoreCase) && !path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
        && !path.StartsWithSegments("/.well-known", StringComparison.OrdinalIgnoreCase) && !path.StartsWithSegments("/assets", StringComparison.OrdinalIgnoreCase)
        && !path.StartsWithSegments("/panel", StringComparison.OrdinalIgnoreCase) && path != "/metrics";

    [SuppressMessage("Performance", "CA1826", Justification = "the endpoints are no list")]
    private static async Task ShowAsync(HttpContext context)
    {
        RouteEndpoint? page = context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .FirstOrDefault(e => e.RoutePattern.RawText?.Trim('/') == Route);
        if (page?.RequestDelegate is not { } show || HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        int code = context.Response.StatusCode;
        WebServices.SetHeaders(context);
        context.SetEndpoint(page);
        context.Request.RouteValues.Clear();
        foreach ((string name, object? value) in page.RoutePattern.RequiredValues)
        {
            context.Request.RouteValues[name] = value;
        }

        context.Request.RouteValues["code"] = code;
        // The page is shown, whatever was sent: a form that can't be read must not fail again here.
        context.Request.Method = HttpMethods.Get;
        context.Request.ContentType = null;
        await show(context);
    }
}
