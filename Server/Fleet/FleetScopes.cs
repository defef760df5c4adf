using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Fleet;

/// <summary>From a caller's scope to what of the fleet is seen. Denies by default.</summary>
internal sealed class FleetScopes(FleetRepository fleet)
{
    /// <summary>What is seen; null for nothing: a scope of a department or project, or a dealer or customer that is not there.</summary>
    public async Task<FleetScope?> OfAsync(ReportScope scope, CancellationToken cancellationToken) => scope switch
    {
        { OnlyPeople: true } => null,
        { Fleet: { } text } => text.Split('=', 2) is [var kind, var name] ? await fleet.ScopeAsync(scope.OrgId, kind, name, cancellationToken) : null,
        _ => new FleetScope(scope.OrgId, scope.Site),
    };
}
