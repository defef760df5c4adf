using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Server.Webhooks;

/// <summary>How webhooks are sent.</summary>
internal sealed record WebhookOptions
{
    /// <summary><c>Webhooks:AllowNetworks</c>: networks beside the public internet that addresses may lead to; there plain HTTP is allowed too. None by default, so that nobody reaches inner services through us.</summary>
    public ImmutableArray<IPNetwork> AllowNetworks { get; init; } = [];

    /// <summary><c>Webhooks:CaFile</c>: authorities that are believed beside those of the system.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary><c>Webhooks:PauseDays</c>: a webhook that took nothing for so long is paused; five days outlast a long weekend.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromDays(5);

    /// <summary><c>Webhooks:KeepHours</c>: an event that was not taken for so long is given up.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromHours(72);

    /// <summary><c>Webhooks:LogDays</c>: ended events and their tries are shown for so long.</summary>
    public TimeSpan Log { get; init; } = TimeSpan.FromDays(14);

    /// <summary><c>Webhooks:TimeoutSeconds</c>: for one try with everything, from the name's look-up to the answer's headers.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
