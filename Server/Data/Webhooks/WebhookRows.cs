namespace CopyTrack.Server.Data.Webhooks;

/// <summary>A webhook as stored. Sealed members are opened by the secret sealer.</summary>
public sealed record WebhookRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required string Name { get; init; }
    public required string NameFolded { get; init; }
    public required string Address { get; init; }

    /// <summary>Kinds of events, `;` between.</summary>
    public required string Events { get; init; }

    /// <summary>Whether events name people.</summary>
    public bool UserNames { get; init; }
    public bool Enabled { get; init; } = true;
    public required byte[] SecretSealed { get; init; }

    /// <summary>The secret of before, which signs too until <see cref="PreviousUntil"/>.</summary>
    public byte[]? PreviousSealed { get; init; }
    public DateTimeOffset? PreviousUntil { get; init; }

    /// <summary>Tries in a row that failed.</summary>
    public long Failures { get; init; }
    public DateTimeOffset? FailingSince { get; init; }
    public DateTimeOffset? PausedAt { get; init; }
    public string? PausedReason { get; init; }
    public DateTimeOffset NextDue { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Events that wait; of lists alone.</summary>
    public long Waiting { get; init; }

    /// <summary>When an event was taken last; of lists alone.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    // The generated text would show the sealed secrets.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Id = ").Append(Id).Append(", Name = ").Append(Name);
        return true;
    }
}

/// <summary>What became of an event.</summary>
public enum WebhookState
{
    /// <summary>It is to be sent.</summary>
    Waiting = 0,

    /// <summary>The receiver took it.</summary>
    Delivered = 1,

    /// <summary>It waited too long.</summary>
    GivenUp = 2,
}

/// <summary>One event for one webhook, with its device.</summary>
public sealed record WebhookEventRow
{
    public required long WebhookId { get; init; }
    public required long EventId { get; init; }
    public required string Kind { get; init; }
    public required DateTimeOffset At { get; init; }
    public long? DeviceId { get; init; }
    public required string Payload { get; init; }
    public long State { get; init; }
    public long Tries { get; init; }
    public DateTimeOffset NextDue { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? Device { get; init; }
    public string? Site { get; init; }
}

/// <summary>One try to send an event. Without a cause the receiver took it.</summary>
public sealed record WebhookTryRow
{
    public required long WebhookId { get; init; }
    public required long EventId { get; init; }
    public long Number { get; init; }
    public required DateTimeOffset At { get; init; }
    public required long TookMs { get; init; }

    /// <summary>The answer's status; null when none came.</summary>
    public long? Status { get; init; }
    public string? Cause { get; init; }
}

/// <summary>A message of the outbox that may be an event.</summary>
public sealed record WebhookNews
{
    public required long Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Topic { get; init; }
    public long? DeviceId { get; init; }
    public required string Payload { get; init; }
    public long? OrgId { get; init; }
}

/// <summary>What a webhook wants to hear of.</summary>
public sealed record WebhookFilter
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required string Events { get; init; }

    /// <summary>Messages up to this number are from before.</summary>
    public required long FromEvent { get; init; }
}

/// <summary>The names behind a session's ids.</summary>
public sealed record WebhookSession
{
    public required long Id { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? SettledAt { get; init; }
    public bool Inferred { get; init; }
    public required string Method { get; init; }
    public string? UserName { get; init; }
    public string? Project { get; init; }
}

/// <summary>What to keep of a try.</summary>
public sealed record WebhookOutcome(WebhookTryRow Try, WebhookState State, DateTimeOffset NextDue)
{
    /// <summary>True when the receiver took the event.</summary>
    public bool IsGood => Try.Cause is null;
}
