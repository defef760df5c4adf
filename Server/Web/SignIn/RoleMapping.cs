using System.Collections.Immutable;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>From the groups of a person, or an account, to their roles: pure, and deny by default.</summary>
internal static class RoleMapping
{
    /// <summary>
    /// The role of a person in these groups: what <c>Web:Roles</c> gives those of a directory or given by hand, and <c>Web:ProvisionedRoles</c> those that a provisioning
    /// client gives, and all of a person whom it made or took over: whoever holds its token can make a group of any name, and say who signs in as that person. The first by <see cref="Roles.All"/> that any group gives, the one without a scope before those with
    /// one, then the scope that comes first by its letters; null when no group gives one.
    /// </summary>
    public static WebRole? Of(IEnumerable<HeldGroup> groups, WebOptions options) => All(groups, options).FirstOrDefault();

    /// <summary>All roles that the groups give, the one of <see cref="Of(IEnumerable{HeldGroup}, WebOptions)"/> first. One at a time holds, chosen by whose they are.</summary>
    public static IEnumerable<WebRole> All(IEnumerable<HeldGroup> groups, WebOptions options) => groups
        .Select(g => (g.Provisioned ? options.ProvisionedRoles : options.Roles).GetValueOrDefault(g.Folded))
        .OfType<WebRole>()
        .Distinct()
        .OrderBy(r => Roles.All.IndexOf(r.Name)).ThenBy(r => r.Scope is not null).ThenBy(r => r.Scope, StringComparer.Ordinal);

    /// <summary>The roles of whose a session is: of an account one for each line of its scope, of a person those of their groups.</summary>
    public static ImmutableArray<WebRole> Of(WebSessionView session, WebOptions options) => session.AccountRole is not { } name ? [.. All(session.Groups, options)]
        : OfAccount(name, session.AccountScope);

    /// <summary>The roles of an account: one for each line of its scope.</summary>
    public static ImmutableArray<WebRole> OfAccount(string name, string? scope) =>
        string.IsNullOrEmpty(scope) ? [new WebRole(name, null)] : [.. scope.Split('\n').Select(line => new WebRole(name, line))];
}
