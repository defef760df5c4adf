using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Sign-in of a web account.</summary>
internal sealed class SignInModel(SignInGate gate) : PageModel
{
    public string Name { get; private set; } = "";

    public string? Fault { get; private set; }

    public async Task<IActionResult> OnPostAsync(string? name, string? password, string? returnUrl)
    {
        Name = name ?? "";
        Fault = await gate.SignInAsync(HttpContext, Name, password ?? "");
        if (Fault is not null)
        {
            Response.StatusCode = 403;
            return Page();
        }

        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
    }
}
