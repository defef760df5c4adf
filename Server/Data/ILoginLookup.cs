using System.Collections.Immutable;
using CopyTrack.Accounting.Charging;
using CopyTrack.Identity.Secrets;

namespace CopyTrack.Server.Data;

/// <summary>What a login asks of the database. Either cards, PINs or both are given (all live keys' hashes of the submitted value), or a principal, or nothing.</summary>
public sealed record LoginQuestion(
    long OrgId, string TerminalId, long DeviceId, string? Attempt, ImmutableArray<KeyedHash> Cards, ImmutableArray<KeyedHash> Pins)
{
    /// <summary>A whole Kerberos principal whose person is asked for instead, letter by letter; null for cards and PINs.</summary>
    public string? Principal { get; init; }

    /// <summary>The local date, by which spending counts against limits.</summary>
    public DateOnly Today { get; init; }

    /// <summary>Key of the lock-out state of a name as submitted (kind 'name'); null when no name was.</summary>
    public string? NameKey { get; init; }
}

/// <summary>The person that the card, the PIN (for a PIN alone) or the principal found. A principal that two people have finds nobody.</summary>
public sealed record FoundPerson
{
    public required long Id { get; init; }
    public required string UserName { get; init; }
    public string? DisplayName { get; init; }
    public string? Language { get; init; }
    public required bool Enabled { get; init; }
    /// <summary>Functions of the person, `;` between; null = groups and site decide.</summary>
    public string? Functions { get; init; }
    public required bool ProjectRequired { get; init; }
    /// <summary>Folded names of the person's groups.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];
    /// <summary>Key of the stored card hash that matched; null for a PIN alone.</summary>
    public string? CardKeyId { get; init; }
    /// <summary>The person's stored PIN, or null without one.</summary>
    public KeyedHash? Pin { get; init; }
    /// <summary>Limits of the person and of their department, with what was spent.</summary>
    public ImmutableArray<QuotaUse> Limits { get; init; } = [];
    /// <summary>Text of the person's lock-out state (`LockoutState.Parse`), null for none. Kept under kind 'person' and the id as text.</summary>
    public string? Lockout { get; init; }
}

/// <summary>All that decides a login, from one look at the database.</summary>
public sealed record LoginAnswer
{
    /// <summary>The stored answer to the same attempt of the same terminal, or null.</summary>
    public string? StoredReply { get; init; }
    /// <summary>Whom the question found, or null for nobody.</summary>
    public FoundPerson? Person { get; init; }
    /// <summary>Text of the terminal's lock-out state, kept under kind 'terminal' and its id.</summary>
    public string? TerminalLockout { get; init; }
    /// <summary>Text of the lock-out state of the submitted name; null for none.</summary>
    public string? NameLockout { get; init; }
    /// <summary>Functions that the device offers, `;` between; null or empty = all.</summary>
    public string? DeviceFunctions { get; init; }
    /// <summary>Whether the device makes colour; null when nobody knows.</summary>
    public bool? DeviceColor { get; init; }
    /// <summary>True where the panel is locked as soon as a hard limit is used up.</summary>
    public bool LocksAtZero { get; init; }
}

/// <summary>Answers logins: one statement each, questions that arrive while one is under way share the next. No cache.</summary>
public interface ILoginLookup
{
    /// <summary>The answer as of a moment after the call; throws <see cref="StorageUnavailableException"/>.</summary>
    Task<LoginAnswer> AskAsync(LoginQuestion question, CancellationToken cancellationToken);
}

/// <summary>Lock-out states in the database, changed under their row's lock.</summary>
public interface ILockoutStore
{
    /// <summary>Loads the state of (org, kind, name), lets <paramref name="change"/> make the new text, and keeps it (null = forget) before the task completes.</summary>
    Task ChangeAsync(long orgId, string kind, string name, DateTimeOffset now, Func<string?, string?> change, CancellationToken cancellationToken);
}

/// <summary>The same attempt of the same terminal is stored already: another request with it came first.</summary>
public sealed class AttemptExistsException(string message) : Exception(message);
