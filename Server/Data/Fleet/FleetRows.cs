namespace CopyTrack.Server.Data.Fleet;

/// <summary>A dealer, customer or site.</summary>
public sealed record FleetNodeRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public long? ParentId { get; init; }
    /// <summary>The customer that it is or belongs to; null for a dealer.</summary>
    public long? CustomerId { get; init; }
    public required string Kind { get; init; }
    public required string Name { get; init; }
    public required string NameFolded { get; init; }
    public string? Parent { get; init; }

    /// <summary>Its clocks; null: those of whoever is above it.</summary>
    public string? Zone { get; init; }
}

/// <summary>An agent as stored.</summary>
public sealed record FleetAgentRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required long NodeId { get; init; }
    public required string Name { get; init; }
    public required string NameFolded { get; init; }
    public byte[]? PublicKey { get; init; }
    /// <summary>The key that was revoked, until the agent enrols anew; nothing is checked against it.</summary>
    public byte[]? RevokedKey { get; init; }
    /// <summary>Number of its present key: the agent's numbers begin anew with each.</summary>
    public long Generation { get; init; }
    /// <summary>1 for the agent inside the server.</summary>
    public long Hosted { get; init; }
    /// <summary>Refusals of it that got no row, because too many came in their hour.</summary>
    public long Unwritten { get; init; }
    public byte[]? CodeHash { get; init; }
    public DateTimeOffset? CodeExpiresAt { get; init; }
    public DateTimeOffset? CodeUsedAt { get; init; }
    public DateTimeOffset? EnrolledAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public string? Program { get; init; }
    public string? Address { get; init; }
    /// <summary>When anything of it came last, a repetition too.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }
    /// <summary>When a message came last that was not known yet.</summary>
    public DateTimeOffset? LastNewAt { get; init; }
    /// <summary>How far its clock was off when it sent last, in milliseconds.</summary>
    public long ClockOffMs { get; init; }
    public long AppliedThrough { get; init; }
    public long Repeated { get; init; }
    public long Refused { get; init; }
    public long WantsNumber { get; init; }
    /// <summary><c>readNow</c>, <c>discoverNow</c>, <c>;</c> between.</summary>
    public string? WantsVerbs { get; init; }
    public long? WantsCounterSeconds { get; init; }
    public long? WantsInventorySeconds { get; init; }
    public required string Site { get; init; }
    public long? CustomerId { get; init; }
    public long Devices { get; init; }
    public long Waiting { get; init; }
    public long Missing { get; init; }

    // The generated text would show hashes.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Id = ").Append(Id).Append(", Name = ").Append(Name);
        return true;
    }
}

/// <summary>A message that waits to be applied; without a body it was refused.</summary>
public sealed record FleetMessageRow
{
    /// <summary>Of the key that signed it.</summary>
    public required long Generation { get; init; }
    public required long Sequence { get; init; }
    public required long First { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required long CorrectionMs { get; init; }
    public byte[]? Body { get; init; }
}

/// <summary>What an agent's name of a device stands for.</summary>
public sealed record FleetLinkRow
{
    public required long DeviceId { get; init; }
    /// <summary>A terminal stands there.</summary>
    public bool Attended { get; init; }
    /// <summary>This server reads it too.</summary>
    public bool Monitored { get; init; }
}

/// <summary>How a device stands by one message.</summary>
public sealed record FleetDeviceNews(
    string Key, string? Address, string? Serial, DateTimeOffset? ReadingAt, DateTimeOffset? InventoryAt, DateTimeOffset? SilentSince, string? SilentReason);

/// <summary>A metered device in lists.</summary>
public sealed record FleetDeviceRow
{
    public required long DeviceId { get; init; }
    public required string Name { get; init; }
    public required string NameFolded { get; init; }
    public string? Location { get; init; }
    public required string Site { get; init; }
    public required string Agent { get; init; }
    public required long AgentId { get; init; }
    public string? Address { get; init; }
    public string? Serial { get; init; }
    public required DateTimeOffset FirstSeenAt { get; init; }
    public DateTimeOffset? ReadingAt { get; init; }
    public DateTimeOffset? InventoryAt { get; init; }
    public DateTimeOffset? SilentSince { get; init; }
    public string? SilentReason { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public string? Report { get; init; }
}

/// <summary>Pages of a device in a month (year * 12 + month - 1).</summary>
public sealed record DeviceMonthRow
{
    public required long Month { get; init; }
    public required long Impressions { get; init; }
    public required long Color { get; init; }
}

/// <summary>Something that was refused.</summary>
public sealed record FleetRefusalRow
{
    public required long Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public string? Agent { get; init; }
    public long? Sequence { get; init; }
    public string? Address { get; init; }
    public required string Reason { get; init; }
}
