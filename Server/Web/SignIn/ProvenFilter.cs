using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>Lets only sessions that showed their secret a moment ago through; others confirm first. With <paramref name="changesOnly"/> looking is free, and choosing among one's own roles.</summary>
internal sealed class ProvenFilter(bool changesOnly) : IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        HttpContext http = context.HttpContext;
        bool free = changesOnly && (HttpMethods.IsGet(http.Request.Method) || context.HandlerMethod?.Name == "Role");
        if (free || WebSession.Of(http)?.IsProven(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()) == true)
        {
            return next();
        }

        context.Result = new LocalRedirectResult("/Confirm" + QueryString.Create("returnUrl", http.Request.Path));
        return Task.CompletedTask;
    }
}
