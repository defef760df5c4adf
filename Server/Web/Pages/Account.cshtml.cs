using CopyTrack.Identity.SecondStep;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>What everybody who is signed in sees of themselves; local accounts change password and second step here, after they showed their secret again.</summary>
internal sealed class AccountModel(AccountRepository accounts, SecondStepRepository steps, AccountSetUp setUp, WebSessions sessions, TimeProvider time) : PageModel
{
    public WebSession Session => WebSession.Of(HttpContext)!;
    public bool IsLocal => Session.Stored.AccountId is not null;
    public bool IsProven => Session.IsProven(time.GetUtcNow());
    public string How => Session.Stored.Method switch { "negotiate" => Words.Key("by this computer's ticket"), "password" => Words.Key("by the directory's password"), _ => Words.Key("as a local account") };
    public long RecoveryLeft { get; private set; }
    public IReadOnlyList<string>? Codes { get; private set; }
    public string? Told { get; private set; }
    public string? Fault { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken) => RecoveryLeft = IsLocal ? await steps.CountRecoveryAsync(Session.Stored.AccountId!.Value, cancellationToken) : 0;

    /// <summary>Lets another of the caller's roles hold.</summary>
    public async Task<IActionResult> OnPostRoleAsync(string? role, CancellationToken cancellationToken) =>
        await sessions.ChooseAsync(Session, role ?? "", cancellationToken) ? LocalRedirect("/") : NotFound();

    public async Task<IActionResult> OnPostPasswordAsync(string? password, CancellationToken cancellationToken)
    {
        if (await OwnAsync(cancellationToken) is not { } account)
        {
            return NotFound();
        }

        Fault = AccountSetUp.Fault(password ?? "");
        if (Fault is null)
        {
            await accounts.SetPasswordAsync(account, password!, Session.Actor, Session.Stored.Hash, cancellationToken);
            Told = Words.Key("The password is changed.");
        }

        await OnGetAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostRecoveryAsync(CancellationToken cancellationToken)
    {
        if (await OwnAsync(cancellationToken) is not { TotpSecret: not null } account)
        {
            return NotFound();
        }

        Codes = RecoveryCode.Generate();
        await steps.SetRecoveryAsync(account, [.. Codes.Select(c => RecoveryCode.Hash(c)!)], Session.Actor, cancellationToken);
        return Page();
    }

    /// <summary>Begins to set up another authenticator; until it is proven the one there is stays good.</summary>
    public async Task<IActionResult> OnPostAuthenticatorAsync(CancellationToken cancellationToken)
    {
        if (await OwnAsync(cancellationToken) is not { } account)
        {
            return NotFound();
        }

        await setUp.BeginAsync(HttpContext, account, WebSessionStage.Enrolment);
        return LocalRedirect("/Enrol");
    }

    private async Task<AccountRow?> OwnAsync(CancellationToken cancellationToken) =>
        Session.Stored.AccountId is { } id ? await accounts.GetAsync(id, cancellationToken) : null;
}
