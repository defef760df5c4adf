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

    /// <summary>In forms for another role: the scopes as they are.</summary>
    public const string Same = "same";

    /// <summary>How many scopes the form of a new account takes; more are added to the account.</summary>
    public const int AtOnce = 3;

    /// <summary>Makes the code of an account of a role and its scopes; none for a scope that names nothing.</summary>
    public async Task OnPostInviteAsync(string? role, string?[] kind, string?[] name, CancellationToken cancellationToken)
    {
        string?[] scopes = [.. kind.Take(AtOnce).Select((k, i) => TextOf(k, i < name.Length ? name[i] : null))];
        if (await ChosenAsync(role, scopes.OfType<string>(), cancellationToken) is { } chosen)
        {
            Code = await setUp.InviteAsync(Actor, chosen.Name, chosen.Scope, cancellationToken);
        }

        await OnGetAsync(cancellationToken);
    }

    public async Task OnPostRoleAsync(long id, string? role, string? kind, string? name, CancellationToken cancellationToken)
    {
        if (await OtherAsync(id, cancellationToken) is { } account
            && await ChosenAsync(role, kind == Same ? ScopeText.Lines(account.Scope) : TextOf(kind, name) is { } scope ? [scope] : [], cancellationToken) is { } chosen)
        {
            await PutAsync(account, chosen, cancellationToken);
        }

        await OnGetAsync(cancellationToken);
    }

    /// <summary>Gives an account one more scope; not one that sees everything already.</summary>
    public async Task OnPostGrantAsync(long id, string? kind, string? name, CancellationToken cancellationToken)
    {
        if (await OtherAsync(id, cancellationToken) is { } account)
        {
            if (account.Scope is null || TextOf(kind, name) is not { } scope)
            {
                Fault = account.Scope is null ? words["{0} sees everything already; give another role with a scope to narrow it.", account.Name] : words["Choose what the scope is of."];
            }
            else if (await ChosenAsync(account.Role, [.. ScopeText.Lines(account.Scope), scope], cancellationToken) is { } chosen)
            {
                await PutAsync(account, chosen, cancellationToken);
            }
        }

        await OnGetAsync(cancellationToken);
    }

    /// <summary>Takes one of an account's scopes; never the last one, without which it would see everything.</summary>
    public async Task OnPostWithdrawAsync(long id, string? scope, CancellationToken cancellationToken)
    {
        if (await OtherAsync(id, cancellationToken) is { } account)
        {
            IReadOnlyList<string> left = [.. ScopeText.Lines(account.Scope).Where(l => l != scope)];
            if (left.Count == 0)
            {
                Fault = words["The last scope stays: without one the account would see everything. Disable it, or give another role."];
            }
            else
            {
                await PutAsync(account, new WebRole(account.Role, ScopeText.Join(left)), cancellationToken);
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

    private async Task PutAsync(AccountRow account, WebRole chosen, CancellationToken cancellationToken)
    {
        bool changed = await accounts.SetRoleAsync(account, chosen.Name, chosen.Scope, Actor, cancellationToken);
        Told = !changed ? null : chosen.Name != account.Role ? words["{0} has another role; their sessions have ended.", account.Name] : words["What {0} sees has changed; their sessions have ended.", account.Name];
        Fault = changed ? null : await accounts.GetAsync(account.Id, cancellationToken) is { } now && (now.Role, now.Scope) != (account.Role, account.Scope) ? words["Nothing changed: somebody else has just changed what {0} sees.", account.Name]
            : words["Nothing changed: it was so already, or nobody else could administer."];
    }

    /// <summary>A scope of a form as it is kept; null for everything, which a name of something never is: without its kind it is no scope.</summary>
    private static string? TextOf(string? kind, string? name) => string.IsNullOrEmpty(kind) && string.IsNullOrWhiteSpace(name) ? null : $"{kind}={(name ?? "").Trim()}";

    /// <summary>The role of a form, with the scopes as they are kept; null, with the fault, for what can't be.</summary>
    private async Task<WebRole?> ChosenAsync(string? role, IEnumerable<string> wanted, CancellationToken cancellationToken)
    {
        string[] scopes = [.. wanted];
        bool known = true;
        foreach (string scope in scopes)
        {
            known = known && ScopeText.Split(scope) is { } split && split.Kind switch
            {
                "dealer" or "customer" => await fleet.NodeIdAsync(OrganisationRepository.DefaultId, split.Kind, split.Name, cancellationToken) is not null,
                "organisation" => await organisations.FindAsync(split.Name, cancellationToken) is not null,
                _ => true,
            };
        }

        Fault = role is null || role == Api.Roles.Monitor || !Api.Roles.All.Contains(role) ? words["Choose a role."] : !known ? words["The scope names nothing that exists."]
            : ScopeText.GoTogether(scopes) ? null : words["These scopes do not go together: sites, departments and projects do, and dealers with customers; an organisation stands alone."];
        return Fault is null ? new WebRole(role!, ScopeText.Join(scopes)) : null;
    }

    /// <summary>Another's account; one's own is changed under "Your account", so that nobody locks themselves out here.</summary>
    private async Task<AccountRow?> OtherAsync(long id, CancellationToken cancellationToken)
    {
        AccountRow? account = id == Own ? null : await accounts.GetAsync(id, cancellationToken);
        Fault = account is { OrgId: OrganisationRepository.DefaultId } ? null : words["There is no such account, or it is your own."];
        return Fault is null ? account : null;
    }
}
