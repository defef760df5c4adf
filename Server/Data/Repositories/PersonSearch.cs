namespace CopyTrack.Server.Data.Repositories;

/// <summary>Who is looked for; null members do not narrow. <see cref="State"/> is <c>blocked</c>, <c>noCard</c> or <c>merged</c>; without it whoever was merged is left out.</summary>
public sealed record PersonSearch(string? Find = null, string? Department = null, string? Group = null, string? State = null)
{
    /// <summary>State of those who may not log in.</summary>
    public const string Blocked = "blocked";

    /// <summary>State of those without a card.</summary>
    public const string NoCard = "noCard";

    /// <summary>A pattern for folded names.</summary>
    public string? Folded => Find is null ? null : $"%{Escaped(NameFolding.Fold(Find))}%";

    /// <summary>A pattern for names as written: not every database folds letters beyond A to Z.</summary>
    public string? Plain => Find is null ? null : $"%{Escaped(Find.Trim())}%";

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}

/// <summary>A group of a person and who put them there: 0 by hand or by a file, 1 the directory, 2 a provisioning client.</summary>
public sealed record GroupSource
{
    public required string Name { get; init; }
    public long Source { get; init; }
}

/// <summary>A line of the access log with the names behind its ids.</summary>
public sealed record AccessLine
{
    public required long Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string TerminalId { get; init; }
    public string? Terminal { get; init; }
    public string? Device { get; init; }
    public required string Method { get; init; }
    public required string Outcome { get; init; }
    public string? CardSuffix { get; init; }
}
