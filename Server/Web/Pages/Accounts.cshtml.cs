using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Local accounts and the roles that groups give; for administrators who showed their secret a moment ago.</summary>
internal sealed class AccountsModel(AccountRepository accounts, SecondStepRepository steps, AccountSetUp setUp, WebOptions options) : PageModel
{
    public IReadOnlyList<AccountRow> Accounts { get; private set; } = [];
    public IReadOnlyList<KeyValuePair<string, WebRole>> Roles => [.. options.Roles.OrderBy(r => r.Key, StringComparer.Ordinal)];
    public long? Own => WebSession.Of(HttpContext)!.Stored.AccountId;
    public string? Code { get; private set; }
    public string? Told { get; private set; }
    public string? Fault { get; private set; }

    private string Actor => WebSession.Of(HttpContext)!.Actor;

    public async Task OnGetAsync(CancellationToken cancellationToken) => Accounts = await accounts.ListAsync(OrganisationRepository.DefaultId, cancellationToken);

    public async Task OnPostInviteAsync(CancellationToken cancellationToken)
    {
        Code = await setUp.InviteAsync(Actor, Api.Roles.Administrator, null, cancellationToken);
        Response.Headers.CacheControl = "no-store";
        await OnGetAsync(cancellationToken);
    }

    public async Task OnPostEnableAsync(long id, bool on, CancellationToken cancellationToken)
    {
        if (await OtherAsync(id, cancellationToken) is { } account)
        {
            if (await accounts.SetEnabledAsync(account, on, Actor, cancellationToken))
            {
                Told = $"{account.Name} is {(on ? "enabled" : "disabled; their sessions have ended")}.";
            }
            else
            {
                Fault = "Nothing changed: it was so already, or nobody else could administer.";
            }
        }

        await OnGetAsync(cancellationToken);
    }

    public async Task OnPostResetAsync(long id, CancellationToken cancellationToken)
    {
        if (await OtherAsync(id, cancellationToken) is { } account)
        {
            await steps.ResetAsync(account, Actor, cancellationToken);
            Told = $"{account.Name} sets a second step up at the next sign-in.";
        }

        await OnGetAsync(cancellationToken);
    }

    /// <summary>Another's account; one's own is changed under "Your account", so that nobody locks themselves out here.</summary>
    private async Task<AccountRow?> OtherAsync(long id, CancellationToken cancellationToken)
    {
        AccountRow? account = id == Own ? null : await accounts.GetAsync(id, cancellationToken);
        Fault = account is { OrgId: OrganisationRepository.DefaultId } ? null : "There is no such account, or it is your own.";
        return Fault is null ? account : null;
    }
}
