using System.Collections.Immutable;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Machine;

/// <summary>How far the connection is.</summary>
internal enum LinkPhase
{
    /// <summary>None.</summary>
    Down,

    /// <summary>Being opened.</summary>
    Connecting,

    /// <summary>Open, hello sent.</summary>
    Greeting,

    /// <summary>Hello answered.</summary>
    Ready,
}

/// <summary>What the panel is known to be.</summary>
internal enum PanelIs
{
    /// <summary>Nothing was applied yet.</summary>
    Unknown,

    /// <summary>Locked.</summary>
    Locked,

    /// <summary>Unlocked.</summary>
    Unlocked,

    /// <summary>The relay did not obey.</summary>
    Fault,
}

/// <summary>All that the machine remembers. Times are the terminal's own clock; <see cref="ClockOffset"/> added gives the server's.</summary>
internal sealed record TerminalState
{
    public LinkPhase Link { get; init; }
    public bool HeldDown { get; init; }
    public bool Stopping { get; init; }
    public DateTimeOffset? StopBy { get; init; }
    public DateTimeOffset? ReconnectAt { get; init; }
    public DateTimeOffset? RetryAfter { get; init; }
    public DateTimeOffset? CloseBy { get; init; }
    public DateTimeOffset? GreetBy { get; init; }
    public DateTimeOffset? DownSince { get; init; }
    public int FailedTries { get; init; }
    public DateTimeOffset LastHeard { get; init; }
    public DateTimeOffset LastPing { get; init; }

    public TimeSpan Heartbeat { get; init; }
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(180);
    public TimeSpan ClockOffset { get; init; }
    public ImmutableArray<string> LoginMethods { get; init; } = ["card"];
    public OfflinePolicy Offline { get; init; } = new(true, 0);

    public OpenSession? Session { get; init; }
    public LoginInProgress? Login { get; init; }
    public TerminalInput.CardShown? NextCard { get; init; }
    public CardWaiting? Waiting { get; init; }
    public CardSigning? Signing { get; init; }
    public NameTyped? TypedName { get; init; }
    public ImmutableList<QueuedLogout> Logouts { get; init; } = [];

    public PanelIs Panel { get; init; }
    public long PanelSerial { get; init; }
    public ImmutableArray<string> PanelWish { get; init; } = [];
    public ImmutableList<PanelTask> PanelTasks { get; init; } = [];
    public DateTimeOffset? PanelRetryAt { get; init; }

    public OfflineLogin? OfflineLogin { get; init; }
    public ImmutableList<OfflineEntry> Uploads { get; init; } = [];
    public DateTimeOffset? UploadAt { get; init; }

    public long NextId { get; init; } = 1;
    public ImmutableDictionary<long, Flight> Flights { get; init; } = ImmutableDictionary<long, Flight>.Empty;
    public ImmutableQueue<(Flight Flight, TerminalRequest Request)> Backlog { get; init; } = [];
}

/// <summary>A session of the server's on this device. <see cref="Card"/> is kept in memory only, to know the owner's card again.</summary>
internal sealed record OpenSession(string Id, string User, ImmutableArray<string> Functions, bool AwaitingProject, string? Card)
{
    /// <summary>A smart card opened it; pulling that card out ends it.</summary>
    public bool SmartCard { get; init; }
}

/// <summary>A login on its way. <see cref="SentAs"/> is null while no connection carries it.</summary>
internal sealed record LoginInProgress(string Attempt, Credential Credential, string? Tag, DateTimeOffset Since, long? SentAs)
{
    /// <summary>The vault was asked.</summary>
    public bool LookedUp { get; init; }

    /// <summary>The person left before the answer came.</summary>
    public bool Cancelled { get; init; }

    /// <summary>Takes the place of an offline login whose panel is open.</summary>
    public bool Converts { get; init; }

    /// <summary>The card shown, if one was.</summary>
    public string? CardNumber => Credential switch { Credential.Card c => c.Number, Credential.CardAndPin c => c.Number, _ => null };
}

/// <summary>A card that waits for its PIN or, with <see cref="ForCode"/>, an unknown card that waits for an activation code.</summary>
internal sealed record CardWaiting(string Card, DateTimeOffset Until, bool ForCode);

/// <summary>A card.sign that waits for the card's PIN, then (<see cref="Asked"/>) for the card.</summary>
internal sealed record CardSigning(RequestId Id, CardSign Request, DateTimeOffset Until, bool Asked);

/// <summary>A user name that waits for its password.</summary>
internal sealed record NameTyped(string Name, DateTimeOffset Until);

/// <summary>A logout not yet acknowledged; <see cref="SentAs"/> is null while no connection carries it.</summary>
internal sealed record QueuedLogout(PendingLogout What, long? SentAs);

/// <summary>A wish given to the relay; <see cref="Request"/> is the server's request that waits for it, <see cref="Reason"/> why it was locked.</summary>
internal sealed record PanelTask(long Serial, ImmutableArray<string> Functions, RequestId? Request, string? Session, string? Reason);

/// <summary>An offline login; the panel opens when the journal holds it (<see cref="Written"/>).</summary>
internal sealed record OfflineLogin(string LocalId, string Card, OfflineGrant Grant, DateTimeOffset LoginAt, DateTimeOffset LastActivity, DateTimeOffset SeenAt, bool Written, string? Tag);

/// <summary>A request that waits for its answer.</summary>
internal abstract record Flight
{
    private Flight() { }

    internal sealed record Hello : Flight;

    internal sealed record Ping : Flight;

    internal sealed record Login(string Attempt) : Flight;

    internal sealed record Logout(string Session) : Flight;

    internal sealed record Projects(string? Tag) : Flight;

    internal sealed record Project(string Session, string? Tag) : Flight;

    internal sealed record Register(string? Tag) : Flight;

    internal sealed record Upload(ImmutableArray<string> LocalIds) : Flight;
}
