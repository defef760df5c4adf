using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace CopyTrack.Server.Web;

/// <summary>Lets handlers of pages whose answer is a file through the gate of exports: those that are called Export, or end in Csv.</summary>
internal sealed class ExportFilter : IAsyncPageFilter
{
    public static readonly ExportFilter Instance = new();

    /// <summary>Whether a handler answers with a file.</summary>
    public static bool IsExport(string? handler) => handler is not null && (handler.EndsWith("Csv", StringComparison.OrdinalIgnoreCase) || handler.Equals("Export", StringComparison.OrdinalIgnoreCase));

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (!IsExport(context.HandlerMethod?.Name))
        {
            await next();
            return;
        }

        // The handlers write their file themselves, so that the place is held as long as that takes.
        using IDisposable? place = await FileAnswers.EnterAsync(context.HttpContext);
        if (place is null)
        {
            context.Result = new EmptyResult();
            return;
        }

        await next();
    }
}
