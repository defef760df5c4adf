using CopyTrack.Accounting.Alerts;

namespace CopyTrack.Server.Data.Alerts;

/// <summary>A rule as stored. Times are minutes.</summary>
public sealed record AlertRuleRow
{
    public long Id { get; init; }
    public long OrgId { get; init; } = 1;

    /// <summary>Whose rule it is, and where it may look at most: a dealer, customer or site; null for the organisation.</summary>
    public long? OwnerNodeId { get; init; }
    public string Name { get; init; } = "";
    public string NameFolded { get; init; } = "";
    public int Kind { get; init; }
    public int Severity { get; init; } = (int)AlertSeverity.Warning;

    /// <summary>It looks at this dealer, customer or site alone.</summary>
    public long? NodeId { get; init; }

    /// <summary>It looks at this device alone.</summary>
    public long? DeviceId { get; init; }

    /// <summary>It looks at devices of this site (as devices name it) alone.</summary>
    public string? Site { get; init; }
    public int? Percent { get; init; }
    public int? Days { get; init; }

    /// <summary>Kinds or colours of supplies, or errors; `;` between.</summary>
    public string Which { get; init; } = "";
    public int AfterMinutes { get; init; }

    /// <summary>Mail addresses, `;` between.</summary>
    public string Recipients { get; init; } = "";
    public string Language { get; init; } = "en";
    public int QuietFrom { get; init; }
    public int QuietTo { get; init; }
    public int QuietDays { get; init; }
    public int? RepeatMinutes { get; init; }
    public int? EscalateMinutes { get; init; }
    public string EscalateTo { get; init; } = "";
    public bool TellResolved { get; init; } = true;
    public bool Enabled { get; init; } = true;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Name of the node that it looks at, where it is read with it.</summary>
    public string? NodeName { get; init; }

    /// <summary>Name of the device that it looks at, where it is read with it.</summary>
    public string? DeviceName { get; init; }

    /// <summary>Name of whose rule it is, where it is read with it.</summary>
    public string? OwnerName { get; init; }

    /// <summary>The rule for decisions.</summary>
    public AlertRule ToRule() => new()
    {
        Kind = (AlertKind)Kind, Percent = Percent, Days = Days, Which = [.. Which.Split(';', StringSplitOptions.RemoveEmptyEntries)], After = TimeSpan.FromMinutes(AfterMinutes), IsTold = Recipients.Length > 0,
        Quiet = new QuietHours(QuietFrom, QuietTo, QuietDays), Repeat = Minutes(RepeatMinutes), Escalate = EscalateTo.Length > 0 ? Minutes(EscalateMinutes) : null, TellResolved = TellResolved,
    };

    /// <summary>Whether the rule looks at something that stands there.</summary>
    public bool Covers(AlertPlace place) => OrgId == place.OrgId && (OwnerNodeId is not { } owner || place.IsBelow(owner)) && (NodeId is not { } node || place.IsBelow(node))
        && (DeviceId is null || DeviceId == place.DeviceId) && (Site is null || Site == place.Site);

    private static TimeSpan? Minutes(int? minutes) => minutes is { } some ? TimeSpan.FromMinutes(some) : null;
}

/// <summary>Where a device or an agent stands: its node of the fleet with those above it, or its site by name.</summary>
public readonly record struct AlertPlace(long OrgId, long? DeviceId, long? NodeId, long? CustomerId, long? DealerId, string? Site)
{
    /// <summary>True for the node itself and for what belongs to it.</summary>
    public bool IsBelow(long node) => NodeId == node || CustomerId == node || DealerId == node;
}

/// <summary>How far an alert is. The numbers are stored: append only.</summary>
public enum AlertRowState
{
    /// <summary>It holds, not yet for long enough.</summary>
    Pending = 0,

    /// <summary>It is raised.</summary>
    Open = 1,

    /// <summary>It is over, which must still be told.</summary>
    OwesEnd = 2,

    /// <summary>It is over.</summary>
    Over = 3,
}

/// <summary>An alert as stored.</summary>
public sealed record AlertRow
{
    public long Id { get; init; }
    public long OrgId { get; init; } = 1;
    public long RuleId { get; init; }
    public long? OwnerNodeId { get; init; }

    /// <summary>Null for who does not see the rule.</summary>
    public string? RuleName { get; init; }
    public int Kind { get; init; }
    public int Severity { get; init; }
    public string Thing { get; init; } = "";
    public long? DeviceId { get; init; }
    public long? AgentId { get; init; }
    public long? NodeId { get; init; }
    public string? Site { get; init; }

    /// <summary>Name of the device or agent.</summary>
    public string Subject { get; init; } = "";

    /// <summary>JSON of <see cref="AlertDetail"/>.</summary>
    public string Detail { get; init; } = "{}";
    public int State { get; init; }
    public long Version { get; init; }
    public DateTimeOffset Since { get; init; }
    public DateTimeOffset SeenAt { get; init; }
    public DateTimeOffset? GoneSince { get; init; }
    public DateTimeOffset? RaisedAt { get; init; }
    public int Told { get; init; }
    public DateTimeOffset? ToldAt { get; init; }
    public DateTimeOffset? EscalatedAt { get; init; }
    public DateTimeOffset? NotedAt { get; init; }
    public string? NotedBy { get; init; }
    public string? Note { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>For kinds that are events: how often it happened.</summary>
    public int Events { get; init; }

    /// <summary>What a mail tells of it, where it is read with one.</summary>
    public int What { get; init; }

    /// <summary>The state for decisions.</summary>
    public AlertState ToState() => new()
    {
        Since = Since, SeenAt = SeenAt, GoneSince = GoneSince, RaisedAt = RaisedAt, Told = Told, ToldAt = ToldAt, EscalatedAt = EscalatedAt, NotedAt = NotedAt, ResolvedAt = ResolvedAt,
        OwesEnd = State == (int)AlertRowState.OwesEnd,
    };

    /// <summary>This alert as far as a decision brought it.</summary>
    public AlertRow With(AlertState state) => this with
    {
        State = (int)(state.ResolvedAt is not null ? state.OwesEnd ? AlertRowState.OwesEnd : AlertRowState.Over : state.RaisedAt is not null ? AlertRowState.Open : AlertRowState.Pending),
        Since = state.Since, SeenAt = state.SeenAt, GoneSince = state.GoneSince, RaisedAt = state.RaisedAt, Told = state.Told, ToldAt = state.ToldAt, EscalatedAt = state.EscalatedAt, NotedAt = state.NotedAt,
        ResolvedAt = state.ResolvedAt,
    };
}

/// <summary>A telling of an alert, with the mail that carries it.</summary>
public sealed record AlertTellingRow
{
    public long AlertId { get; init; }
    public int Number { get; init; }
    public int What { get; init; }
    public DateTimeOffset At { get; init; }
    public string Recipients { get; init; } = "";
    public int State { get; init; }
    public int Attempts { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public string? Message { get; init; }
}

/// <summary>A mail about alerts.</summary>
public sealed record AlertMailRow
{
    public long Id { get; init; }
    public long OrgId { get; init; }
    public long RuleId { get; init; }
    public string RuleName { get; init; } = "";
    public string Recipients { get; init; } = "";
    public string Language { get; init; } = "en";
    public DateTimeOffset CreatedAt { get; init; }
    public int State { get; init; }
    public int Attempts { get; init; }
    public DateTimeOffset NextTry { get; init; }
}

/// <summary>What of a device rules look at, one row for each agent that meters it; without an agent one row.</summary>
public sealed record AlertDeviceRow
{
    public long DeviceId { get; init; }
    public long OrgId { get; init; }
    public string Name { get; init; } = "";
    public string? Site { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? InventoryAt { get; init; }
    public string? Report { get; init; }
    public bool Monitored { get; init; }
    public DateTimeOffset? UnreachableSince { get; init; }
    public long? AgentId { get; init; }
    public DateTimeOffset? FirstSeenAt { get; init; }
    public DateTimeOffset? ReadingAt { get; init; }
    public DateTimeOffset? SilentSince { get; init; }
    public string? SilentReason { get; init; }
    public long? NodeId { get; init; }
    public long? CustomerId { get; init; }
    public long? DealerId { get; init; }
    public string? NodeName { get; init; }
    public string? Zone { get; init; }
}

/// <summary>An agent as rules look at it.</summary>
public sealed record AlertAgentRow
{
    public long Id { get; init; }
    public long OrgId { get; init; }
    public string Name { get; init; } = "";
    public DateTimeOffset LastNews { get; init; }
    public long NodeId { get; init; }
    public long? CustomerId { get; init; }
    public long? DealerId { get; init; }
    public string NodeName { get; init; } = "";
    public string? Zone { get; init; }
}
