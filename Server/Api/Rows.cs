namespace CopyTrack.Server.Api;

/// <summary>A terminal with the name of its device.</summary>
internal sealed record TerminalView
{
    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    public string NameFolded { get; init; } = "";
    public string Device { get; init; } = "";
    public string? Site { get; init; }
    public string? Vendor { get; init; }
    public string? Model { get; init; }
    public string? Firmware { get; init; }
    public string? Capabilities { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public DateTimeOffset? LastSeenAt { get; init; }
    public string? ConnectedNode { get; init; }
    public string? PanelState { get; init; }
}

/// <summary>A session with the names behind its ids.</summary>
internal sealed record SessionView
{
    public long Id { get; init; }
    public int State { get; init; }
    public string TerminalId { get; init; } = "";
    /// <summary>Name of the terminal; null in lists.</summary>
    public string? Terminal { get; init; }
    public string Method { get; init; } = "";
    public string Functions { get; init; } = "";
    public DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset LastActivityAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? SettledAt { get; init; }
    public int EndReason { get; init; }
    public bool Inferred { get; init; }
    public string? InferredReason { get; init; }
    public long PersonId { get; init; }
    public long DeviceId { get; init; }
    public string? Device { get; init; }
    public string? UserName { get; init; }
    public string? DisplayName { get; init; }
    public string? Project { get; init; }

    /// <summary>The project's id, the site, and the departments of whom it stands under and of whom it was booked to; null in lists.</summary>
    public long? ProjectId { get; init; }
    public string? Site { get; init; }
    public string? Department { get; init; }
    public string? BookedDepartment { get; init; }
}

/// <summary>A message of the outbox with its device.</summary>
internal sealed record OutboxView
{
    public long Id { get; init; }
    public DateTimeOffset At { get; init; }
    public string Topic { get; init; } = "";
    public long? DeviceId { get; init; }
    public string Payload { get; init; } = "";
    public string? Device { get; init; }
    public long? OrgId { get; init; }
    public string? Site { get; init; }
}
