using System.Collections.Immutable;
using System.Net;

namespace CopyTrack.Server.Fleet;

/// <summary>Times of fleet metering.</summary>
internal sealed record FleetOptions
{
    /// <summary><c>Fleet:StaleMinutes</c>: an agent or device that nothing new came of for this long is stale. Three hours are twelve reads of a careful site.</summary>
    public TimeSpan Stale { get; init; } = TimeSpan.FromHours(3);

    /// <summary><c>Fleet:GapMinutes</c>: how long a missing message is waited for when its agent may still hold it.</summary>
    public TimeSpan GapWait { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>An agent's clock may be off by this much before its times are put right.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest that a mail lies at mail servers; RFC 5321 §4.5.4.1 has them give up after four to five days.</summary>
    public TimeSpan MailDelay { get; init; } = TimeSpan.FromDays(5.5);

    /// <summary><c>Fleet:Maildir</c>: folder into which a mail server delivers messages of agents; null without.</summary>
    public string? Maildir { get; init; }

    /// <summary><c>Fleet:MaildirSeconds</c>: how often it is looked at.</summary>
    public TimeSpan MaildirEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary><c>Fleet:HttpPort</c>: a port where agents come without TLS; null for none.</summary>
    public int? HttpPort { get; init; }

    /// <summary><c>Fleet:TrustedProxies</c>: addresses of proxies whose <c>X-Forwarded-For</c> is believed where agents come to; whoever else sends one is taken for what their connection says.</summary>
    public ImmutableArray<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary><c>Fleet:MaxDevices</c>: the most devices of one agent; five times what an agent is measured with.</summary>
    public int MaxDevices { get; init; } = 5000;

    /// <summary>The oldest time that a reading is believed to have; older ones are taken as that old.</summary>
    public TimeSpan Oldest { get; init; } = TimeSpan.FromDays(366);

    /// <summary>How long the claim on an agent's messages lives without being renewed.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long refusals are kept.</summary>
    public TimeSpan RefusalsKept { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Agents whose messages are applied at one time: enough that the journal's transactions are full.</summary>
    public int Parallel { get; init; } = 8;
}
