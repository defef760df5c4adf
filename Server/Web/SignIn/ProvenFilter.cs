using System.Collections.Frozen;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>
/// Lets only sessions that showed their secret a moment ago through; others confirm first. A form that waits for that is kept in the page that asks, and sent on from there as it was
/// typed; one with a file, or whose answer is a file, is filled in again.
/// </summary>
internal sealed class ProvenFilter : IAsyncPageFilter
{
    /// <summary>Names of the fields that the asking page adds to a form; no form of ours has them.</summary>
    public const string PasswordField = "proof.password", CodeField = "proof.code";

    /// <summary>Everything of the page, looking too.</summary>
    public static readonly ProvenFilter Everything = new(null, null, keeps: false);

    private readonly FrozenSet<string>? _asked;
    private readonly FrozenSet<string>? _free;
    private readonly bool _keeps;

    private ProvenFilter(FrozenSet<string>? asked, FrozenSet<string>? free, bool keeps) => (_asked, _free, _keeps) = (asked, free, keeps);

    /// <summary>All forms of a page but those with these handlers. What was typed is not kept: there are passwords in it.</summary>
    public static ProvenFilter AllBut(params string[] handlers) => new(null, handlers.ToFrozenSet(StringComparer.OrdinalIgnoreCase), keeps: false);

    /// <summary>The forms with these handlers, kept while it is asked; "" is the form without one.</summary>
    public static ProvenFilter Forms(params string[] handlers) => new(handlers.ToFrozenSet(StringComparer.OrdinalIgnoreCase), null, keeps: true);

    /// <summary>The forms with these handlers, which are sent again from their page: their answer is a file.</summary>
    public static ProvenFilter Files(params string[] handlers) => new(handlers.ToFrozenSet(StringComparer.OrdinalIgnoreCase), null, keeps: false);

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        HttpContext http = context.HttpContext;
        WebSession? session = WebSession.Of(http);
        if (IsFree(http.Request.Method, context.HandlerMethod?.Name ?? "") || session?.IsProven(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()) == true)
        {
            await next();
            return;
        }

        if (session is null || !_keeps || !http.Request.HasFormContentType || http.Request.Form.Files.Count > 0)
        {
            context.Result = new LocalRedirectResult("/Confirm" + QueryString.Create("returnUrl", WaitingForm.PageOf(http.Request)));
            return;
        }

        Reauthentication again = http.RequestServices.GetRequiredService<Reauthentication>();
        Said? fault = null;
        if (http.Request.Form.ContainsKey(PasswordField))
        {
            fault = await again.ProveAsync(http, session, http.Request.Form[PasswordField].ToString(), http.Request.Form[CodeField].ToString());
            if (fault is null)
            {
                await next();
                return;
            }
        }

        context.Result = WaitingForm.Ask(context, "_Proof", StatusCodes.Status403Forbidden,
            new ProofPrompt(WaitingForm.Of(http.Request, PasswordField, CodeField), await again.AsksCodeAsync(session, http.RequestAborted), fault));
    }

    private bool IsFree(string method, string handler) => _asked is not null ? HttpMethods.IsGet(method) || !_asked.Contains(handler) : _free is not null && (HttpMethods.IsGet(method) || _free.Contains(handler));
}
