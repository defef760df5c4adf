using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;

namespace CopyTrack.Server.Api;

/// <summary>What of the fleet a caller by token sees.</summary>
internal static class FleetCallers
{
    /// <summary>The part that the token's scope names; throws <see cref="ApiProblem"/> 403 when it names none that is there.</summary>
    public static async Task<FleetScope> RequireAsync(this FleetScopes scopes, ApiCall call) => await scopes.OfAsync(call.Caller.Scope, call.Aborted)
        ?? throw ApiProblem.Forbidden("The token's scope names no part of the fleet.", "Use a token whose scope names a dealer, a customer or a site that is there.");
}
