using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Polling;

namespace CopyTrack.Server.WalkUp;

/// <summary>Makes the context that a decision is made under: the time of now, the site's settings, this node's name.</summary>
internal sealed class DecisionContexts(TimeProvider time, SessionOptions options, SiteSettings site, OfflineTerminals offline, string node) : IDecisionContexts
{
    /// <summary>Name of this process among the nodes on the database; another one after each start.</summary>
    public string Node { get; } = node;

    /// <summary>Times and policies.</summary>
    public SessionOptions Options { get; } = options;

    /// <summary>Now.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <inheritdoc/>
    public DecisionContext For(long deviceId) => At(offline.Away(deviceId));

    /// <summary>A context of now that leaves the claim alone.</summary>
    public DecisionContext At(bool terminalOffline = false, long? unlocked = null) =>
        new(Now, Options, site.Zone, site.Prices) { TerminalOffline = terminalOffline, Unlocked = unlocked };

    /// <summary>A context of now that takes the device for this node.</summary>
    public DecisionContext Claiming() => At() with { Node = Node };
}

/// <summary>The site's time zone and prices.</summary>
internal sealed record SiteSettings(TimeZoneInfo Zone, PriceList Prices);
