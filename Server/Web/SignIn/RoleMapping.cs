using System.Collections.Immutable;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>From the groups of a person, or an account, to their roles: pure, and deny by default.</summary>
internal static class RoleMapping
{
    /// <summary>
    /// The role of a person in these groups: what <c>Web:Roles</c> gives those of a directory or given by hand, and <c>Web:ProvisionedRoles</c> those that a provisioning
    /// client gives, and all of a person whom it made or took over: whoever holds its token can make a group of any name, and say who signs in as that person. The first of
    /// <see cref="All"/>; null when no group gives one.
    /// </summary>
    public static WebRole? Of(IEnumerable<HeldGroup> groups, WebOptions options) => All(groups, options).FirstOrDefault();

    /// <summary>
    /// All roles that the groups give, of which one at a time holds, chosen by whose they are: by <see cref="Roles.All"/>, of each role first the one without a scope, then all scopes together, then each alone.
    /// </summary>
    public static IEnumerable<WebRole> All(IEnumerable<HeldGroup> groups, WebOptions options) => Joined(groups
        .Select(g => (g.Provisioned ? options.ProvisionedRoles : options.Roles).GetValueOrDefault(g.Folded))
        .OfType<WebRole>());

    /// <summary>The roles of whose a session is: of an account those of its scopes, of a person those of their groups.</summary>
    public static ImmutableArray<WebRole> Of(WebSessionView session, WebOptions options) => session.AccountRole is not { } name ? [.. All(session.Groups, options)]
        : OfAccount(name, session.AccountScope);

    /// <summary>
    /// The roles of an account or a token: all scopes together, then each alone. A line that can't be read gives none, and neither do scopes that do not go together, as
    /// <see cref="CallerScopes"/> reads them.
    /// </summary>
    public static ImmutableArray<WebRole> OfAccount(string name, string? scope)
    {
        if (string.IsNullOrEmpty(scope))
        {
            return [new WebRole(name, null)];
        }

        string[] lines = [.. ScopeText.Lines(scope).Select(l => l.TrimEnd('\r')).Where(l => ScopeText.Split(l) is not null)];
        return ScopeText.GoTogether(lines) ? [.. Joined(lines.Select(l => new WebRole(name, l)))] : [];
    }

    /// <summary>The role of those that a text names, which <see cref="WebRole.Text"/> or <see cref="WebRole.Whatever"/> gave; null when none is.</summary>
    public static WebRole? Named(IEnumerable<WebRole> held, string? text)
    {
        ImmutableArray<WebRole> roles = [.. held];
        return roles.FirstOrDefault(r => r.Text == text) ?? roles.FirstOrDefault(r => r.Whatever == text);
    }

    /// <summary>Roles with what they give together; scopes that do not go together stay apart, and a role without a scope is all of it together.</summary>
    private static IEnumerable<WebRole> Joined(IEnumerable<WebRole> given)
    {
        WebRole[] each = [.. given.SelectMany(r => r.Scope is null ? [r] : ScopeText.Lines(r.Scope).Select(l => new WebRole(r.Name, l))).Distinct()];
        IEnumerable<WebRole> together = each.Where(r => r.Scope is not null && !each.Contains(new WebRole(r.Name, null)))
            .GroupBy(r => (r.Name, Family: ScopeText.Family(r.Scope!) ?? r.Scope))
            .Where(g => g.Count() > 1)
            .Select(g => new WebRole(g.Key.Name, ScopeText.Join(g.Select(r => r.Scope!))));
        return each.Concat(together).OrderBy(r => Roles.All.IndexOf(r.Name)).ThenBy(r => r.Scope is not null).ThenBy(r => !r.IsSeveral).ThenBy(r => r.Scope, StringComparer.Ordinal);
    }
}
