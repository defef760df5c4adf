using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Sign-in by name and password, of local accounts and of people of a directory alike.</summary>
internal sealed class SignInModel(PasswordSignIn passwords, AccountSetUp setUp, WebSessions sessions, NegotiateEndpoint negotiate, AccountRepository accounts, WebOptions options) : PageModel
{
    public string Name { get; private set; } = "";
    public Said? Fault { get; private set; }
    public string ReturnUrl { get; private set; } = "/";
    public bool IsFirst { get; private set; }
    public bool ByTicket => negotiate.IsOn;
    public string TicketPath => NegotiateEndpoint.Path + QueryString.Create("returnUrl", ReturnUrl);

    public async Task OnGetAsync(string? returnUrl, CancellationToken cancellationToken)
    {
        ReturnUrl = LocalPath.Of(returnUrl);
        IsFirst = options.Roles.IsEmpty && !await accounts.HasAdministratorAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(string? name, string? password, string? returnUrl)
    {
        (Name, ReturnUrl) = (name ?? "", LocalPath.Of(returnUrl));
        switch (await passwords.CheckAsync(HttpContext, Name, password ?? ""))
        {
            case SignInOutcome.Local local:
                await setUp.BeginAsync(HttpContext, local.Account, local.Stage);
                return LocalRedirect(local.Stage switch
                {
                    WebSessionStage.SecondStep => "/SecondStep" + QueryString.Create("returnUrl", ReturnUrl),
                    WebSessionStage.Enrolment => "/Enrol",
                    _ => ReturnUrl,
                });
            case SignInOutcome.Person person:
                await sessions.BeginAsync(HttpContext, new SessionStart(null, person.PersonId, person.Method, WebSessionStage.SignedIn, Proven: true));
                return LocalRedirect(ReturnUrl);
            case SignInOutcome.Refused refused:
                Fault = refused.Text;
                Response.StatusCode = StatusCodes.Status403Forbidden;
                return Page();
            default:
                throw new InvalidOperationException("a sign-in result without a case");
        }
    }
}
