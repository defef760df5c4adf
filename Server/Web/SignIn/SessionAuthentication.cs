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
        if (session.Role.Scope is { } scope)
        {
            claims.Add(new Claim("scope", scope));
        }

        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new WebIdentity(session.Caller, claims, SchemeName)), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
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
            Response.Redirect(caller?.May(Access.Reports) == true ? "/Reports" : "/Account");
            return Task.CompletedTask;
        }

        Response.StatusCode = StatusCodes.Status403Forbidden;
        Response.ContentType = "text/html; charset=utf-8";
        return Response.WriteAsync(
            """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Not allowed · CopyTrack</title>
            <link rel="stylesheet" href="/web.css"></head><body><main><div class="card narrow"><h1>Not allowed</h1>
            <p>Your role does not include this page. Ask your administrator if you need it.</p><p><a href="/Account">Your account</a></p></div></main></body></html>
            """, Context.RequestAborted);
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
