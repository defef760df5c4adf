using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Makes an administrator by the one-time code.</summary>
internal sealed class SetupModel(AccountSetUp setUp, WebOptions options) : PageModel
{
    public string Name { get; private set; } = "";

    public Said? Fault { get; private set; }

    public async Task<IActionResult> OnPostAsync(string? code, string? name, string? password)
    {
        Name = name ?? "";
        Fault = await setUp.SetUpAsync(HttpContext, code ?? "", Name, password ?? "");
        if (Fault is null)
        {
            return LocalRedirect(options.SecondStep ? "/Enrol" : "/");
        }

        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Page();
    }
}
