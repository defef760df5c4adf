using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>The second step of a local account's sign-in; only a session that showed its password gets here.</summary>
internal sealed class SecondStepModel(WebSessions sessions, SecondStep second) : PageModel
{
    public Said? Fault { get; private set; }
    public string ReturnUrl { get; private set; } = "/";

    public async Task<IActionResult> OnGetAsync(string? returnUrl)
    {
        ReturnUrl = LocalPath.Of(returnUrl);
        return await PendingAsync() is null ? LocalRedirect("/SignIn") : Page();
    }

    public async Task<IActionResult> OnPostAsync(string? code, string? returnUrl)
    {
        ReturnUrl = LocalPath.Of(returnUrl);
        if (await PendingAsync() is not { } pending)
        {
            return LocalRedirect("/SignIn");
        }

        Fault = await second.SignInAsync(HttpContext, pending, code ?? "");
        if (Fault is null)
        {
            return LocalRedirect(ReturnUrl);
        }

        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Page();
    }

    private async Task<WebSessionView?> PendingAsync() => await sessions.FindAsync(HttpContext) is { Stage: WebSessionStage.SecondStep, AccountId: not null } pending ? pending : null;
}
