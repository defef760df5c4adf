using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Sets up the second step of a local account: a picture and a key, then recovery codes, both shown once and never kept by the browser.</summary>
internal sealed class EnrolModel(WebSessions sessions, SecondStep second) : PageModel
{
    public Said? Fault { get; private set; }
    public IReadOnlyList<string>? Codes { get; private set; }
    public QrPicture Picture { get; private set; } = QrPicture.None;
    public string Typed { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync() => await PendingAsync() is { } pending ? Show(pending) : LocalRedirect("/SignIn");

    public async Task<IActionResult> OnPostAsync(string? code)
    {
        if (await PendingAsync() is not { } pending)
        {
            return LocalRedirect("/SignIn");
        }

        (Codes, Fault) = await second.EnrolAsync(HttpContext, pending, code ?? "");
        return Show(pending);
    }

    private PageResult Show(WebSessionView pending)
    {
        if (Codes is null)
        {
            (var uri, Typed) = second.Show(pending);
            Picture = QrPicture.Of(uri);
        }

        return Page();
    }

    private async Task<WebSessionView?> PendingAsync() =>
        await sessions.FindAsync(HttpContext) is { Stage: WebSessionStage.Enrolment, AccountId: not null, TotpSecret: not null } pending ? pending : null;
}
