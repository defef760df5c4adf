using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>The session that a request came with: signed in, in its time, of somebody who is switched on and has a role.</summary>
internal sealed record WebSession(WebSessionView Stored, WebRole Role)
{
    /// <summary>How long a shown secret counts for changes of security settings.</summary>
    public static readonly TimeSpan ProofLasts = TimeSpan.FromMinutes(10);

    /// <summary>For the audit log: never a name.</summary>
    public string Actor => Stored.Actor;

    /// <summary>True when the person showed a secret a moment ago.</summary>
    public bool IsProven(DateTimeOffset now) => Stored.ProvedAt is { } at && now - at < ProofLasts && at <= now + TimeSpan.FromMinutes(1);

    /// <summary>The session of a request, or null.</summary>
    public static WebSession? Of(HttpContext context) => context.Features.Get<WebSession>();
}
