using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Asks whoever is signed in for their secret again, before security settings.</summary>
internal sealed class ConfirmModel(Reauthentication again) : PageModel
{
    public Said? Fault { get; private set; }
    public string ReturnUrl { get; private set; } = "/";
    public bool AsksCode { get; private set; }

    public async Task OnGetAsync(string? returnUrl, CancellationToken cancellationToken)
    {
        ReturnUrl = LocalPath.Of(returnUrl);
        AsksCode = await again.AsksCodeAsync(WebSession.Of(HttpContext)!, cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(string? password, string? code, string? returnUrl)
    {
        ReturnUrl = LocalPath.Of(returnUrl);
        WebSession session = WebSession.Of(HttpContext)!;
        Fault = await again.ProveAsync(HttpContext, session, password ?? "", code ?? "");
        if (Fault is null)
        {
            return LocalRedirect(ReturnUrl);
        }

        AsksCode = await again.AsksCodeAsync(session, HttpContext.RequestAborted);
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Page();
    }
}
