using System.Collections.Immutable;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>The session that a request came with: signed in, in its time, of somebody who is switched on and has a role.</summary>
internal sealed record WebSession(WebSessionView Stored, WebRole Role, WebCaller Caller)
{
    /// <summary>All roles that whose it is has; <see cref="Role"/> is the one that holds now.</summary>
    public ImmutableArray<WebRole> Roles { get; init; } = [];

    /// <summary>How long a shown secret counts for changes of security settings.</summary>
    public static readonly TimeSpan ProofLasts = TimeSpan.FromMinutes(10);

    /// <summary>For the audit log: never a name.</summary>
    public string Actor => Stored.Actor;

    /// <summary>True when the person showed a secret a moment ago.</summary>
    public bool IsProven(DateTimeOffset now) => Stored.ProvedAt is { } at && now - at < ProofLasts && at <= now + TimeSpan.FromMinutes(1);

    /// <summary>The session of a request, or null.</summary>
    public static WebSession? Of(HttpContext context) => context.Features.Get<WebSession>();
}

/// <summary>A caller by a session of the web; <see cref="PersonId"/> is null for an account.</summary>
internal sealed record WebCaller(string By, long? PersonId, string Role, ReportScope Scope) : Caller(Role, Scope)
{
    public override string Actor => By;

    /// <summary>The caller of a page that only those who are signed in reach.</summary>
    public static WebCaller Of(HttpContext context) => WebSession.Of(context)?.Caller ?? throw new InvalidOperationException("the page is for callers that are signed in");
}
