using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>
/// Begins, finds and ends sessions of the web. The cookie is 256 random bits and nothing else; what it stands for is in the database, by its hash. Each step of a
/// sign-in gets a new one.
/// </summary>
internal sealed class WebSessions(WebSessionRepository sessions, CallerScopes scopes, WebOptions options, LiveSettings live, TimeProvider time)
{
    /// <summary>Name of the cookie; the prefix makes browsers insist on Secure, on this host alone and on the path "/".</summary>
    public const string Cookie = "__Host-copytrack";

    private const int SecretBytes = 32;

    /// <summary>How long a person may take between password and second step.</summary>
    private static readonly TimeSpan StepPatience = TimeSpan.FromMinutes(10);

    /// <summary>Uses are remembered by the minute: not every request is a write.</summary>
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    /// <summary>Begins a session of an account or a person and gives its cookie to the browser; the one that the request came with ends. Returns what is stored.</summary>
    public async Task<WebSessionRow> BeginAsync(HttpContext context, SessionStart start)
    {
        var secret = RandomNumberGenerator.GetBytes(SecretBytes);
        var now = time.GetUtcNow();
        var row = new WebSessionRow
        {
            Hash = SHA256.HashData(secret), OrgId = OrganisationRepository.DefaultId, AccountId = start.AccountId, PersonId = start.PersonId, Method = start.Method,
            Stage = start.Stage, BeganAt = now, SeenAt = now, ProvedAt = start.Proven ? now : null, TotpSecret = start.TotpSecret, NameKey = start.NameKey,
        };
        await sessions.BeginAsync(row, HashOf(context), start.Stage == WebSessionStage.SignedIn ? "signIn" : null, $"{start.Method} from {Address(context)}", context.RequestAborted);
        context.Response.Cookies.Append(Cookie, Base64Url.EncodeToString(secret), Options());
        return row;
    }

    /// <summary>The session of the request in whatever stage, in its time and of somebody who is switched on; null otherwise. Ends what has had its time.</summary>
    public async Task<WebSessionView?> FindAsync(HttpContext context)
    {
        if (HashOf(context) is not { } hash || await sessions.FindAsync(hash, context.RequestAborted) is not { } found)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var longest = found.Stage == WebSessionStage.SignedIn ? live.Time("Web:SessionHours", TimeSpan.FromHours(1), options.Longest) : StepPatience;
        if (!found.Enabled || now - found.BeganAt >= longest || now - found.SeenAt >= live.Time("Web:IdleMinutes", TimeSpan.FromMinutes(1), options.Idle))
        {
            await sessions.ForgetAsync(hash, context.RequestAborted);
            return null;
        }

        // What a page does by itself is no sign of a person.
        if (now - found.SeenAt >= SeenEvery && !IsSelfLoading(context.Request))
        {
            await sessions.SeenAsync(hash, context.RequestAborted);
        }

        return found;
    }

    /// <summary>The session of a person or account that is signed in and has a role; null otherwise.</summary>
    public async Task<WebSession?> SignedInAsync(HttpContext context)
    {
        var found = await FindAsync(context);
        if (found is not { Stage: WebSessionStage.SignedIn })
        {
            return null;
        }

        var roles = RoleMapping.Of(found, options);
        var role = RoleMapping.Named(roles, found.Chosen) ?? roles.FirstOrDefault();
        return role is not null && await scopes.ReadAsync(role.Name, role.Scope, context.RequestAborted) is { } scope
            ? new WebSession(found, role, new WebCaller(found.Actor, found.PersonId, role.Name, scope)) { Roles = roles }
            : null;
    }

    /// <summary>Ends a session by the wish of whose it is, and takes the cookie back.</summary>
    public async Task EndAsync(HttpContext context)
    {
        if (HashOf(context) is { } hash && await sessions.FindAsync(hash, context.RequestAborted) is { } found)
        {
            await sessions.EndAsync(found, context.RequestAborted);
        }

        context.Response.Cookies.Delete(Cookie, Options());
    }

    /// <summary>Lets another of the session's roles hold; false when it has no such role.</summary>
    public async Task<bool> ChooseAsync(WebSession session, string role, CancellationToken cancellationToken)
    {
        if (!session.Roles.Any(r => r.Text == role))
        {
            return false;
        }

        await sessions.ChooseAsync(session.Stored, role, cancellationToken);
        return true;
    }

    /// <summary>Remembers that the person of the session has shown their secret again.</summary>
    public Task ProvedAsync(WebSession session, CancellationToken cancellationToken) => sessions.ProvedAsync(session.Stored.Hash, cancellationToken);

    /// <summary>Where a request came from, as text.</summary>
    public static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    /// <summary>Name of the query member of pages that load themselves again.</summary>
    public const string SelfLoading = "self";

    /// <summary>True for what a page asks for by itself: marked in its address, or sent by a part of the page that is kept up to date (htmx names the part that asks).</summary>
    private static bool IsSelfLoading(HttpRequest request) =>
        request.Query.ContainsKey(SelfLoading) || request.Headers["HX-Trigger"].ToString().StartsWith("live-", StringComparison.Ordinal);

    private static CookieOptions Options() => new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true };

    private static byte[]? HashOf(HttpContext context)
    {
        Span<byte> secret = stackalloc byte[SecretBytes];
        return context.Request.Cookies[Cookie] is { Length: 43 } text && Base64Url.DecodeFromChars(text, secret, out _, out var written) == OperationStatus.Done && written == SecretBytes
            ? SHA256.HashData(secret)
            : null;
    }
}

/// <summary>What a session begins with. <see cref="Proven"/>: the person has just shown a secret.</summary>
internal sealed record SessionStart(long? AccountId, long? PersonId, string Method, WebSessionStage Stage, bool Proven)
{
    /// <summary>Sealed secret of a second step to be set up.</summary>
    public byte[]? TotpSecret { get; init; }

    /// <summary>By which of a person's names they were verified; null for an account.</summary>
    public string? NameKey { get; init; }
}
