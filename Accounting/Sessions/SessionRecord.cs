namespace CopyTrack.Accounting.Sessions;

/// <summary>States of a walk-up session (docs/architecture.md). The numbers are stored; open means 0 to 2.</summary>
public enum SessionState { Opening = 0, AwaitingProject = 1, Active = 2, Settling = 3, Settled = 4 }

/// <summary>Why a session ended. The numbers are stored.</summary>
public enum EndReason { None = 0, User = 1, Card = 2, Idle = 3, Error = 4, Handover = 5, Admin = 6, Revoked = 7, MaxTime = 8, Lost = 9, Credit = 10 }

/// <summary>A walk-up session as it is kept: one row a session, changed with the device's state in one transaction.</summary>
public sealed record SessionRecord
{
    public required long Id { get; init; }
    public required long DeviceId { get; init; }
    public required string TerminalId { get; init; }
    public required long PersonId { get; init; }
    public long? ProjectId { get; init; }
    public required SessionState State { get; init; }
    /// <summary>Name of the login method: card, pin, card+pin.</summary>
    public required string Method { get; init; }
    /// <summary>Functions granted, `;` between, as the terminal was told.</summary>
    public required string Functions { get; init; }
    public bool ProjectRequired { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required DateTimeOffset LastActivityAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? SettledAt { get; init; }
    public EndReason EndReason { get; init; }
    /// <summary>True when any entry of it is inferred or estimated; <see cref="InferredReason"/> says why.</summary>
    public bool Inferred { get; init; }
    public string? InferredReason { get; init; }
}
