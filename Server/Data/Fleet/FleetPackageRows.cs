namespace CopyTrack.Server.Data.Fleet;

/// <summary>A package on the shelf.</summary>
public sealed record FleetPackageRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required string Product { get; init; }
    public required string Version { get; init; }
    public required long VersionNumber { get; init; }
    public required string Platform { get; init; }
    /// <summary>SHA-256 of the archive.</summary>
    public required string Hash { get; init; }
    public required long Size { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
    /// <summary>1: the archive is there whole.</summary>
    public long Whole { get; init; }
    public DateTimeOffset? HaltedAt { get; init; }
    public string? HaltedReason { get; init; }
    /// <summary>Agents that run it.</summary>
    public long Done { get; init; }
    /// <summary>Agents that rolled it back or refused it.</summary>
    public long Failed { get; init; }
}

/// <summary>A stage of a package.</summary>
public record FleetRolloutRow
{
    public required long PackageId { get; init; }
    /// <summary>0: everyone.</summary>
    public required long NodeId { get; init; }
    public string? Node { get; init; }
    public string? Kind { get; init; }
    /// <summary>Per cent of the agents.</summary>
    public required long Share { get; init; }
    /// <summary>Hours without a failure until the next step; null: it is raised by hand.</summary>
    public long? RaiseHours { get; init; }
    /// <summary>When the share was set or raised, or its time began anew.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>A stage whose next step is due, with what it is a stage of.</summary>
public sealed record FleetDueStageRow : FleetRolloutRow
{
    public required long OrgId { get; init; }
    public required string Version { get; init; }
    public required string Platform { get; init; }
    public required string Hash { get; init; }
}

/// <summary>How an agent stands, for the decision about a stage.</summary>
public sealed record FleetStandingRow
{
    public required long AgentId { get; init; }
    public required string Version { get; init; }
    public required string State { get; init; }
    public required string About { get; init; }
    public required DateTimeOffset ReportedAt { get; init; }
}

/// <summary>A package that an agent may get.</summary>
public sealed record FleetOfferRow
{
    public required long Id { get; init; }
    public required string Hash { get; init; }
    public required long Share { get; init; }
}

/// <summary>How an agent stands about updates.</summary>
public sealed record FleetAgentUpdateRow
{
    public required string Agent { get; init; }
    public required string Site { get; init; }
    public required string Version { get; init; }
    public required string Platform { get; init; }
    public required string Mode { get; init; }
    public required string State { get; init; }
    /// <summary>The version that the state is about; <c>-</c> for none.</summary>
    public required string About { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset ReportedAt { get; init; }
}
