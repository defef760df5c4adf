using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Makes the first administrator by the one-time code.</summary>
internal sealed class SetupModel(SignInGate gate) : PageModel
{
    public string Name { get; private set; } = "";

    public string? Fault { get; private set; }

    public async Task<IActionResult> OnPostAsync(string? code, string? name, string? password)
    {
        Name = name ?? "";
        Fault = await gate.SetUpAsync(HttpContext, code ?? "", Name, password ?? "");
        return Fault is null ? LocalRedirect("/") : Page();
    }
}
