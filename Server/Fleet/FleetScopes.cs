using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Fleet;

/// <summary>From a caller's scope to what of the fleet is seen. Denies by default.</summary>
internal sealed class FleetScopes(FleetRepository fleet)
{
    /// <summary>What is seen; null for nothing: a scope of departments or projects alone, or of dealers and customers of whom none is there.</summary>
    public async Task<FleetScope?> OfAsync(ReportScope scope, CancellationToken cancellationToken)
    {
        if (scope.IsWhole)
        {
            return new FleetScope(scope.OrgId);
        }

        List<long> nodes = [];
        foreach (string text in scope.Fleet.Values)
        {
            if (text.Split('=', 2) is [var kind, var name] && await fleet.NodeIdAsync(scope.OrgId, kind, name, cancellationToken) is { } node)
            {
                nodes.Add(node);
            }
        }

        return scope.Sites.IsEmpty && nodes.Count == 0 ? null : FleetScope.Parts(scope.OrgId, scope.Sites, ValueSet<long>.Of(nodes));
    }
}
