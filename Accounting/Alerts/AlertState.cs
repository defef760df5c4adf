namespace CopyTrack.Accounting.Alerts;

/// <summary>How far one alert of one rule at one thing has come. All that a decision needs to go on after a restart.</summary>
public sealed record AlertState
{
    /// <summary>Since when it holds.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was last seen to hold.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>When it was first seen to be gone; null while it holds.</summary>
    public DateTimeOffset? GoneSince { get; init; }

    /// <summary>When it was raised; null while it has not held for long enough.</summary>
    public DateTimeOffset? RaisedAt { get; init; }

    /// <summary>How often it was told, its end not counted.</summary>
    public int Told { get; init; }

    /// <summary>When it was told last.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>When others were told too.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>When somebody took note.</summary>
    public DateTimeOffset? NotedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Its end must still be told: it came in quiet hours.</summary>
    public bool OwesEnd { get; init; }

    /// <summary>It is raised and has not ended.</summary>
    public bool IsOpen => RaisedAt is not null && ResolvedAt is null;
}
