using CopyTrack.Server.Api;
using CopyTrack.Server.WalkUp;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Terminals: enrolment codes and revocation.</summary>
internal sealed class TerminalsModel(WebQueries queries, ITerminalRevocation revocation, IServiceProvider services) : PageModel
{
    public TerminalView[] Terminals { get; private set; } = [];
    public string? Told { get; private set; }
    public string? Code { get; private set; }
    public string? Fingerprint { get; private set; }
    public bool CanEnrol => services.GetService<IEnrolCodes>() is not null;

    public async Task OnGetAsync(CancellationToken cancellationToken) => Terminals = await queries.TerminalsAsync(cancellationToken);

    public async Task<IActionResult> OnPostRevokeAsync(string id, CancellationToken cancellationToken)
    {
        Told = await revocation.RevokeAsync(id, WebSession.Of(HttpContext)!.Actor, cancellationToken) ? "The terminal is revoked." : "There is no such terminal.";
        await OnGetAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostEnrolAsync(string? name, string? device, CancellationToken cancellationToken)
    {
        EnrolCode? made = services.GetService<IEnrolCodes>() is { } codes && !string.IsNullOrWhiteSpace(name) && !string.IsNullOrWhiteSpace(device)
            ? await codes.MakeAsync(name, device, WebSession.Of(HttpContext)!.Actor, cancellationToken) : null;
        (Told, Code, Fingerprint) = made is null ? ("There is no device of that name.", null, null) : ($"Enrolment code of terminal {made.Terminal}", made.Code, made.CaFingerprint);
        await OnGetAsync(cancellationToken);
        return Page();
    }
}
