using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Local accounts and the roles that groups give; for administrators who showed their secret a moment ago.</summary>
internal sealed class AccountsModel(AccountRepository accounts, SecondStepRepository steps, AccountSetUp setUp, FleetRepository fleet, OrganisationRepository organisations, WebOptions options, Words words) : PageModel
{
    public IReadOnlyList<AccountRow> Accounts { get; private set; } = [];
    public IReadOnlyList<(string Group, bool Provisioned, WebRole Role)> Roles =>
        [.. options.Roles.Select(r => (r.Key, false, r.Value)).Concat(options.ProvisionedRoles.Select(r => (r.Key, true, r.Value))).OrderBy(r => r.Key, StringComparer.Ordinal)];
    public long? Own => WebSession.Of(HttpContext)!.Stored.AccountId;
    public string? Code { get; private set; }
    public string? Told { get; private set; }
    public string? Fault { get; private set; }

    private string Actor => WebSession.Of(HttpContext)!.Actor;

    public async Task OnGetAsync(CancellationToken cancellationToken) => Accounts = await accounts.ListAsync(OrganisationRepository.DefaultId, cancellationToken);

    /// <summary>Makes the code of an account of a role and a scope; none for a scope that names nothing.</summary>
    public async Task OnPostInviteAsync(string? role, string? kind, string? name, CancellationToken cancellationToken)
    {
        if (await ScopeAsync(role, kind, name, cancellationToken) is { } chosen)
        {
            Code = await setUp.InviteAsync(Actor, chosen.Name, chosen.Scope, cancellationToken);
            Response.Headers.CacheControl = "no-store";
        }

        await OnGetAsync(cancellationToken);
    }

    public async Task OnPostRoleAsync(long id, string? role, string? kind, string? name, CancellationToken cancellationToken)
    {
        if (await OtherAsync(id, cancellationToken) is { } account && await ScopeAsync(role, kind, name, cancellationToken) is { } chosen)
        {
            if (await accounts.SetRoleAsync(account, chosen.Name, chosen.Scope, Actor, cancellationToken))
            {
                Told = words["{0} has another role; their sessions have ended.", account.Name];
            }
            else
            {
                Fault = words["Nothing changed: it was so already, or nobody else could administer."];
            }
        }

        await OnGetAsync(cancellationToken);
    }

    public async Task OnPostEnableAsync(long id, bool on, CancellationToken cancellationToken)
    {
        if (await OtherAsync(id, cancellationToken) is { } account)
        {
            if (await accounts.SetEnabledAsync(account, on, Actor, cancellationToken))
            {
                Told = on ? words["{0} is enabled.", account.Name] : words["{0} is disabled; their sessions have ended.", account.Name];
            }
            else
            {
                Fault = words["Nothing changed: it was so already, or nobody else could administer."];
            }
        }

        await OnGetAsync(cancellationToken);
    }

    public async Task OnPostResetAsync(long id, CancellationToken cancellationToken)
    {
        if (await OtherAsync(id, cancellationToken) is { } account)
        {
            await steps.ResetAsync(account, Actor, cancellationToken);
            Told = words["{0} sets a second step up at the next sign-in.", account.Name];
        }

        await OnGetAsync(cancellationToken);
    }

    /// <summary>The role of a form, with the scope as it is kept; null, with the fault, for what can't be.</summary>
    private async Task<WebRole?> ScopeAsync(string? role, string? kind, string? name, CancellationToken cancellationToken)
    {
        string? scope = string.IsNullOrEmpty(kind) ? null : $"{kind}={(name ?? "").Trim()}";
        bool known = scope is null || (ScopeText.Split(scope) is { } split && split.Kind switch
        {
            "dealer" or "customer" => await fleet.ScopeAsync(OrganisationRepository.DefaultId, split.Kind, split.Name, cancellationToken) is not null,
            "organisation" => await organisations.FindAsync(split.Name, cancellationToken) is not null,
            _ => true,
        });
        Fault = role is null || role == Api.Roles.Monitor || !Api.Roles.All.Contains(role) ? words["Choose a role."] : known ? null : words["The scope names nothing that exists."];
        return Fault is null ? new WebRole(role!, scope) : null;
    }

    /// <summary>Another's account; one's own is changed under "Your account", so that nobody locks themselves out here.</summary>
    private async Task<AccountRow?> OtherAsync(long id, CancellationToken cancellationToken)
    {
        AccountRow? account = id == Own ? null : await accounts.GetAsync(id, cancellationToken);
        Fault = account is { OrgId: OrganisationRepository.DefaultId } ? null : words["There is no such account, or it is your own."];
        return Fault is null ? account : null;
    }
}
