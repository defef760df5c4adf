namespace CopyTrack.Accounting.Sessions;

/// <summary>Times and policies of walk-up sessions (docs/terminal-protocol.md §5); each default is the normative one.</summary>
public sealed record SessionOptions
{
    /// <summary><c>Sessions:IdleSeconds</c>: a session without activity ends after this.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary><c>Sessions:MaxMinutes</c>: no session lives longer.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromMinutes(120);

    /// <summary><c>Sessions:WatchSeconds</c>: how often the meters are read while a session is open.</summary>
    public TimeSpan Watch { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>Polling:SettleSeconds</c>: settling ends after this even if the device still moves.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary><c>Sessions:HandoverSeconds</c>: how long a new login waits for the session before it; zero never waits.</summary>
    public TimeSpan Handover { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long the start reading may take before the session starts from the last idle border, inferred.</summary>
    public TimeSpan StartReading { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>Sessions:Strict</c>: no unlock without a start reading.</summary>
    public bool Strict { get; init; }

    /// <summary>The same card within this time of its login is a bounce of the reader.</summary>
    public TimeSpan Bounce { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>An unlock that is not answered is sent once more after this.</summary>
    public TimeSpan UnlockRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A session whose panel never unlocked ends after this, with an alarm.</summary>
    public TimeSpan UnlockLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Idle time between two reads of a device without a session; a longer silence on our side is the server's absence.</summary>
    public TimeSpan IdlePoll { get; init; } = TimeSpan.FromSeconds(60);
}
