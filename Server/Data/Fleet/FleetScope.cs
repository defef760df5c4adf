namespace CopyTrack.Server.Data.Fleet;

/// <summary>What of a fleet somebody sees: all of an organisation, one site, or what belongs to a dealer or a customer.</summary>
/// <param name="OrgId">The organisation.</param>
/// <param name="Site">Name of a site; null for all.</param>
/// <param name="NodeId">A dealer or customer, with everything below it; null for all.</param>
public sealed record FleetScope(long OrgId, string? Site = null, long? NodeId = null)
{
    /// <summary>True when it is a whole organisation.</summary>
    public bool IsWhole => Site is null && NodeId is null;
}
