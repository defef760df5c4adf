namespace CopyTrack.Server.Data.Fleet;

/// <summary>What of a fleet somebody sees: all of an organisation, or what lies in one of some sites or belongs to one of some dealers or customers.</summary>
public sealed record FleetScope
{
    /// <summary>All of an organisation.</summary>
    public FleetScope(long orgId) => (OrgId, IsWhole) = (orgId, true);

    private FleetScope(long orgId, ValueSet<string> sites, ValueSet<long> nodes) => (OrgId, Sites, Nodes) = (orgId, sites, nodes);

    public long OrgId { get; }

    /// <summary>True when it is a whole organisation.</summary>
    public bool IsWhole { get; }

    /// <summary>Names of sites.</summary>
    public ValueSet<string> Sites { get; } = ValueSet<string>.None;

    /// <summary>Dealers and customers, each with everything below it.</summary>
    public ValueSet<long> Nodes { get; } = ValueSet<long>.None;

    /// <summary>A site that is asked for within what is seen; null for all of it.</summary>
    public string? AskedSite { get; init; }

    /// <summary>Parts of an organisation; nothing of it when both are empty.</summary>
    public static FleetScope Parts(long orgId, ValueSet<string> sites, ValueSet<long> nodes) => new(orgId, sites, nodes);
}
