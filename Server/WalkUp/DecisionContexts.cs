using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Polling;

namespace CopyTrack.Server.WalkUp;

/// <summary>Makes the context that a decision is made under: the time of now, the site's settings, this node's name.</summary>
internal sealed class DecisionContexts(TimeProvider time, SessionOptions options, SiteSettings site, OfflineTerminals offline, string node, PriceBooks? books = null, Licence? licence = null) : IDecisionContexts
{
    /// <summary>Name of this process among the nodes on the database; another one after each start.</summary>
    public string Node { get; } = node;

    /// <summary>Times and policies.</summary>
    public SessionOptions Options { get; } = options;

    /// <summary>Now.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The site's date.</summary>
    public DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Now, site.Zone).DateTime);

    /// <summary>True while copy tracking is licensed.</summary>
    public bool IsLicensed => licence?.IsActive ?? true;

    /// <summary>The price lists of now; null where there are none.</summary>
    public PriceBook? Book => books?.Current;

    /// <summary>Currency of all money.</summary>
    public string Currency => site.Prices.Currency;

    /// <inheritdoc/>
    public DecisionContext For(long deviceId) => At(offline.Away(deviceId));

    /// <summary>A context of now that leaves the claim alone.</summary>
    public DecisionContext At(bool terminalOffline = false, long? unlocked = null) =>
        new(Now, Options, site.Zone, site.Prices) { TerminalOffline = terminalOffline, Unlocked = unlocked, Book = books?.Current, Licensed = IsLicensed };

    /// <summary>A context of now that takes the device for this node.</summary>
    public DecisionContext Claiming() => At() with { Node = Node };
}

/// <summary>The site's time zone and prices.</summary>
internal sealed record SiteSettings(TimeZoneInfo Zone, PriceList Prices);
