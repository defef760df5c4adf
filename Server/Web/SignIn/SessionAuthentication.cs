using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using CopyTrack.Server.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>Makes the user of a request from its session. Who is not signed in is sent to the sign-in by a path, never by the host's name that the request claims.</summary>
internal sealed class SessionAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, WebSessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (await sessions.SignedInAsync(Context) is not { } session)
        {
            return AuthenticateResult.NoResult();
        }

        Context.Features.Set(session);
        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, session.Actor), new(ClaimTypes.Name, session.Stored.Name), new(ClaimTypes.Role, session.Role.Name),
            new(ClaimTypes.AuthenticationInstant, session.Stored.BeganAt.ToString("O", CultureInfo.InvariantCulture)),
        ];
        claims.AddRange(ScopeText.Lines(session.Role.Scope).Select(scope => new Claim("scope", scope)));

        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new WebIdentity(session.Caller, claims, SchemeName)), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Request.Headers.ContainsKey("HX-Request"))
        {
            // A part of a page was asked for after the session ended: the whole page goes to the sign-in, not the part.
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            Response.ContentType = "text/plain";
            Response.Headers["HX-Refresh"] = "true";
            return Task.CompletedTask;
        }

        var back = HttpMethods.IsGet(Request.Method) ? QueryString.Create("returnUrl", Request.Path + Request.QueryString).ToUriComponent() : "";
        Response.Redirect("/SignIn" + back);
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (Request.Path == "/")
        {
            // Where a sign-in leads by itself: those whose role has no overview see what they have.
            var caller = WebSession.Of(Context)?.Caller;
            Response.Redirect(caller?.May(Access.Reports) == true ? "/Reports" : caller?.PersonId is not null ? "/My" : "/Account");
            return Task.CompletedTask;
        }

        // The page for it is shown by ErrorPages.
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}

/// <summary>Who is signed in, with what they may see; policies ask it.</summary>
internal sealed class WebIdentity(WebCaller caller, IEnumerable<Claim> claims, string scheme) : ClaimsIdentity(claims, scheme)
{
    /// <summary>The caller.</summary>
    public WebCaller Caller { get; } = caller;

    // The principal is cloned where schemes are joined.
    public override ClaimsIdentity Clone() => new WebIdentity(Caller, Claims, AuthenticationType!);
}
