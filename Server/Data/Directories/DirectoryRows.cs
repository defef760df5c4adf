namespace CopyTrack.Server.Data.Directories;

/// <summary>A directory as stored.</summary>
public sealed record DirectoryRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required string Name { get; init; }
    public required string NameFolded { get; init; }
    public byte[]? PasswordSealed { get; init; }
    /// <summary>Print of the settings that decide who is found and how; another one means reading everything.</summary>
    public byte[]? SettingsPrint { get; init; }
    /// <summary>The listing whose groups count; 0 before the first.</summary>
    public long GroupGeneration { get; init; }
    /// <summary>True once a first run that somebody asked for was good: the schedule begins then.</summary>
    public bool Automatic { get; init; }
    public string? Wanted { get; init; }
    public DateTimeOffset? FullAt { get; init; }
    public long Failures { get; init; }
    public string? ClaimOwner { get; init; }
    public long ClaimToken { get; init; }
    public long ClaimUntil { get; init; }
    public DateTimeOffset NextDue { get; init; }
    /// <summary>The mapping as set beside the file, JSON; null for what the file says.</summary>
    public string? Mapping { get; init; }
    /// <summary>The settings of one that was entered on the page or by REST, JSON; null for one of the file.</summary>
    public string? Settings { get; init; }
    /// <summary>Since when they stand so.</summary>
    public DateTimeOffset? SettingsAt { get; init; }
}

/// <summary>How far a part of a directory has been read.</summary>
internal sealed record PositionRow
{
    public required string Part { get; init; }
    public required string Method { get; init; }
    public required byte[] Value { get; init; }
    public string? Server { get; init; }
}

/// <summary>The record of a run.</summary>
public sealed record RunRow
{
    public required long Id { get; init; }
    public required long DirectoryId { get; init; }
    /// <summary><c>full</c>, <c>changes</c> or <c>dryRun</c>.</summary>
    public required string Kind { get; init; }
    public required string StartedBy { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    /// <summary><c>running</c>, <c>good</c>, <c>refused</c> (too many would go), <c>failed</c> or <c>interrupted</c>.</summary>
    public required string Outcome { get; init; }
    /// <summary>What it does while it runs.</summary>
    public required string Phase { get; init; }
    public string? Server { get; init; }
    public long Seen { get; init; }
    public long Added { get; init; }
    public long Changed { get; init; }
    public long Unchanged { get; init; }
    public long Deactivated { get; init; }
    public long Reactivated { get; init; }
    public long Purged { get; init; }
    public long Problems { get; init; }
    public long Referrals { get; init; }
    public long Cause { get; init; }
    public string? Message { get; init; }
    /// <summary>The first problems, one a line, with ids and never names.</summary>
    public string? Details { get; init; }
    public DateTimeOffset? NextDue { get; init; }
}

/// <summary>What is known of an entry of a directory and of its person.</summary>
internal sealed record LinkRow
{
    public required byte[] Uuid { get; init; }
    public required long PersonId { get; init; }
    public required byte[] DnKey { get; init; }
    public required byte[] Print { get; init; }
    public required byte[] GroupsPrint { get; init; }
    public required long WrittenAt { get; init; }
    public long? GoneAt { get; init; }
    public byte[]? PrimaryGroup { get; init; }
    public required long UpdatedAt { get; init; }
    public required string UserFolded { get; init; }
}

/// <summary>A person whose entry has gone.</summary>
internal sealed record GoneRow
{
    public required byte[] Uuid { get; init; }
    public required long PersonId { get; init; }
    public required string UserName { get; init; }
}

/// <summary>A group of a directory.</summary>
internal sealed record GroupRow
{
    public required long Id { get; init; }
    public required byte[] Uuid { get; init; }
    public required byte[] DnKey { get; init; }
    public required string Name { get; init; }
    public byte[]? Sid { get; init; }
}
