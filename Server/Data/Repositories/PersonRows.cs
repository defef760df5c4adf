namespace CopyTrack.Server.Data.Repositories;

/// <summary>A group of a person.</summary>
public sealed record PersonGroupRow
{
    /// <summary>Values of <see cref="Source"/>.</summary>
    public const long ByHand = 0, Directory = 1, Provisioned = 2;


    public required long PersonId { get; init; }
    public required string GroupName { get; init; }
    public required string GroupFolded { get; init; }
    /// <summary>Who put the person into it: an administrator or a file, the directory, or a provisioning client. Each takes out only whom it put in.</summary>
    public long Source { get; init; }
}

/// <summary>A card of a person: the keyed hash of its number, never the number.</summary>
public sealed record CardRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required long PersonId { get; init; }
    public required string KeyId { get; init; }
    public required byte[] Hash { get; init; }
    /// <summary>The last two signs of a number of eight or more, so that people can tell their cards apart.</summary>
    public string? Suffix { get; init; }
    public required string AddedBy { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
}

/// <summary>The PIN of a person: its keyed hash.</summary>
public sealed record PinRow
{
    public required long PersonId { get; init; }
    public required long OrgId { get; init; }
    public required string KeyId { get; init; }
    public required byte[] Hash { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>A row of the audit log. Ids and names of columns only: personal names stand in the person table alone, secrets nowhere.</summary>
public sealed record AuditRow
{
    public required long Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required long OrgId { get; init; }
    public required string Actor { get; init; }
    public required string Action { get; init; }
    public required string Subject { get; init; }
    public string? BeforeValue { get; init; }
    public string? AfterValue { get; init; }
}
