namespace CopyTrack.Identity.Lockout;

/// <summary>The numbers of lock-out (docs/terminal-protocol.md §5). Keys in files name seconds, here they are times.</summary>
public sealed record LockoutOptions
{
    /// <summary>Wrong secrets of one person in the window that lock (<c>Lockout:Attempts</c>).</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The window in which failures count together (<c>Lockout:WindowSeconds</c>).</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long a person is locked (<c>Lockout:Seconds</c>).</summary>
    public TimeSpan PersonLock { get; init; } = TimeSpan.FromSeconds(900);

    /// <summary>Failed logins of any kind at one terminal in the window that stop it (<c>Lockout:TerminalAttempts</c>).</summary>
    public int TerminalAttempts { get; init; } = 10;

    /// <summary>How long a terminal stops the first time (<c>Lockout:TerminalSeconds</c>); doubled each further time.</summary>
    public TimeSpan TerminalLock { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest stop of a terminal. A terminal without a stop for as long begins anew with the shortest.</summary>
    public TimeSpan TerminalLongest { get; init; } = TimeSpan.FromHours(1);
}
