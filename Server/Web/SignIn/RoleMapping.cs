using CopyTrack.Server.Api;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>From the groups of a person to their role: pure, and deny by default.</summary>
internal static class RoleMapping
{
    /// <summary>
    /// The role of a person in these groups (folded names): the first by <see cref="Roles.All"/> that any group gives, the one without a scope before those with
    /// one, then the scope that comes first by its letters; null when no group gives one.
    /// </summary>
    public static WebRole? Of(IEnumerable<string> groups, WebOptions options) => groups
        .Select(g => options.Roles.GetValueOrDefault(g))
        .OfType<WebRole>()
        .OrderBy(r => Roles.All.IndexOf(r.Name)).ThenBy(r => r.Scope is not null).ThenBy(r => r.Scope, StringComparer.Ordinal)
        .FirstOrDefault();
}
