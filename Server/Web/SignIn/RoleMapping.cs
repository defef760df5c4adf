using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>From the groups of a person to their role: pure, and deny by default.</summary>
internal static class RoleMapping
{
    /// <summary>
    /// The role of a person in these groups: what <c>Web:Roles</c> gives those of a directory or given by hand, and <c>Web:ProvisionedRoles</c> those that a provisioning
    /// client gives, and all of a person whom it made or took over: whoever holds its token can make a group of any name, and say who signs in as that person. The first by <see cref="Roles.All"/> that any group gives, the one without a scope before those with
    /// one, then the scope that comes first by its letters; null when no group gives one.
    /// </summary>
    public static WebRole? Of(IEnumerable<HeldGroup> groups, WebOptions options) => groups
        .Select(g => (g.Provisioned ? options.ProvisionedRoles : options.Roles).GetValueOrDefault(g.Folded))
        .OfType<WebRole>()
        .OrderBy(r => Roles.All.IndexOf(r.Name)).ThenBy(r => r.Scope is not null).ThenBy(r => r.Scope, StringComparer.Ordinal)
        .FirstOrDefault();
}
