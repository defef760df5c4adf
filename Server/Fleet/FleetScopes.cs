using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Fleet;

/// <summary>From the scope of a token, an account or a group's role to what of the fleet is seen. Denies by default.</summary>
internal sealed class FleetScopes(FleetRepository fleet, OrganisationRepository organisations)
{
    /// <summary>Kinds of scopes that stand for a part of the fleet and for nothing else.</summary>
    public static readonly string[] Kinds = ["dealer", "customer"];

    /// <summary>True for a scope that stands for a part of the fleet and for nothing else.</summary>
    public static bool IsOwn(string? scope) => scope is not null && Array.Exists(Kinds, k => scope.StartsWith(k + "=", StringComparison.Ordinal));

    /// <summary>What is seen; null for nothing: a scope of a department or project, or of what is not there.</summary>
    public async Task<FleetScope?> OfAsync(string? scope, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(scope))
        {
            return new FleetScope(OrganisationRepository.DefaultId);
        }

        return scope.Split('=', 2) switch
        {
            ["organisation", var name] => await organisations.FindAsync(name, cancellationToken) is { } id ? new FleetScope(id) : null,
            ["site", { Length: > 0 } name] => new FleetScope(OrganisationRepository.DefaultId, name),
            [("dealer" or "customer") and var kind, { Length: > 0 } name] => await fleet.ScopeAsync(OrganisationRepository.DefaultId, kind, name, cancellationToken),
            _ => null,
        };
    }
}
