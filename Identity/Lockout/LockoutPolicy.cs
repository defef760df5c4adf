using System.Collections.Immutable;

namespace CopyTrack.Identity.Lockout;

/// <summary>
/// The rules of lock-out as pure functions (docs/terminal-protocol.md §5): asked before any secret is looked at, told afterwards what came of it.
/// </summary>
public static class LockoutPolicy
{
    /// <summary>Whether a secret may be looked at now.</summary>
    public static LockoutVerdict Ask(LockoutState state, DateTimeOffset now) => state.LockedUntil is { } until && until > now
        ? new LockoutVerdict.Refused(Math.Max(1, (int)Math.Ceiling((until - now).TotalSeconds)))
        : new LockoutVerdict.Allowed();

    /// <summary>
    /// The state after <paramref name="happened"/>. A failure while locked counts nothing. The failure that reaches the limit locks and is itself
    /// still answered as wrong.
    /// </summary>
    public static LockoutState Apply(LockoutState state, LockoutEvent happened, LockoutOptions options, DateTimeOffset now) => happened switch
    {
        LockoutEvent.PersonSucceeded or LockoutEvent.NameSucceeded => state.LockedUntil > now ? state : LockoutState.None,
        LockoutEvent.PersonFailed or LockoutEvent.NameFailed => Failed(state, options.Attempts, options.Window, now, level => options.PersonLock),
        LockoutEvent.TerminalFailed => Failed(Quieted(state, options, now), options.TerminalAttempts, options.Window, now, level => TerminalLock(options, level)),
        _ => throw new ArgumentOutOfRangeException(nameof(happened)),
    };

    private static LockoutState Failed(LockoutState state, int limit, TimeSpan window, DateTimeOffset now, Func<int, TimeSpan> lockOf)
    {
        if (state.LockedUntil > now)
        {
            return state;
        }
        // A clock that went back must neither keep failures for ever nor drop them: what lies ahead counts as now.
        ImmutableArray<DateTimeOffset> failures = [.. state.Failures.Where(at => now - at < window).Select(at => at > now ? now : at), now];
        return failures.Length < limit
            ? state with { Failures = failures }
            : new LockoutState { LockedUntil = now + lockOf(state.Level), Level = state.Level + 1 };
    }

    private static LockoutState Quieted(LockoutState state, LockoutOptions options, DateTimeOffset now) =>
        state.LockedUntil is { } until && now - until >= options.TerminalLongest ? state with { Level = 0, LockedUntil = null } : state;

    private static TimeSpan TerminalLock(LockoutOptions options, int level)
    {
        double seconds = options.TerminalLock.TotalSeconds * Math.Pow(2, Math.Min(level, 30));
        return TimeSpan.FromSeconds(Math.Min(seconds, options.TerminalLongest.TotalSeconds));
    }
}
