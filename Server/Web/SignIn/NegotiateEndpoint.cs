using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Kerberos;
using CopyTrack.Server.Web.Assets;
using CopyTrack.Server.WalkUp;

namespace CopyTrack.Server.Web.SignIn;

/// <summary>
/// Sign-in by the computer's own ticket, at this one address: nowhere else a browser is asked for one, so no other page can be used by a site that makes browsers send
/// theirs. What follows is a session as after a password, but one that has shown no secret.
/// </summary>
internal sealed class NegotiateEndpoint(
    NegotiateSignIn negotiate, SignInTries tries, SignInLockout lockout, WebSessions sessions, WebSessionRepository stored, WebOptions options, KerberosSignIn kerberos, ILogger<NegotiateEndpoint> logger)
{
    /// <summary>Where it is.</summary>
    public const string Path = "/SignIn/Negotiate";

    private const string Scheme = "Negotiate";

    /// <summary>Whether it is offered.</summary>
    public bool IsOn => negotiate.Off is null;

    /// <summary>Says in the log why it is off, when the settings ask for Kerberos.</summary>
    public void Announce()
    {
        if (negotiate.Off is { } reason)
        {
            logger.NegotiateOff(reason);
        }
    }

    /// <summary>Answers a request: 401 with a challenge, 403 with the sign-in page's address, or a redirect with a session.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!IsOn || !header.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase))
        {
            if (IsOn)
            {
                context.Response.Headers.WWWAuthenticate = Scheme;
            }

            await AnswerAsync(context, IsOn ? StatusCodes.Status401Unauthorized : StatusCodes.Status404NotFound, SignInTexts.NoTicket);
            return;
        }

        if (!tries.MayFrom(context))
        {
            await AnswerAsync(context, StatusCodes.Status429TooManyRequests, SignInTexts.TooMany);
            return;
        }

        switch (negotiate.Check(header[(Scheme.Length + 1)..].Trim()))
        {
            case NegotiateAnswer.Refused refused:
                logger.NegotiateRefused(refused.Reason);
                await AnswerAsync(context, StatusCodes.Status403Forbidden, SignInTexts.NoTicket);
                break;
            case NegotiateAnswer.Verified verified:
                await VerifiedAsync(context, verified);
                break;
        }
    }

    private async Task VerifiedAsync(HttpContext context, NegotiateAnswer.Verified verified)
    {
        if (verified.Token is { Length: > 0 } proof)
        {
            context.Response.Headers.WWWAuthenticate = $"{Scheme} {proof}";
        }

        var person = await lockout.PersonAsync(verified.Principal, context.RequestAborted);
        if (person is null)
        {
            kerberos.NobodyHas(verified.Principal);
        }

        if (person is not { Enabled: true } || RoleMapping.Of(await stored.GroupsAsync(person.Id, context.RequestAborted), options) is null)
        {
            logger.NoRole(person?.Id ?? 0);
            await AnswerAsync(context, StatusCodes.Status403Forbidden, SignInTexts.NoRole);
            return;
        }

        await sessions.BeginAsync(context, new SessionStart(null, person.Id, "negotiate", WebSessionStage.SignedIn, Proven: false) { NameKey = SubmittedNames.Key(verified.Principal) });
        context.Response.Redirect(LocalPath.Of(context.Request.Query["returnUrl"]));
    }

    private static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        Words words = context.RequestServices.GetRequiredService<Words>();
        return context.Response.WriteAsync(
            $"""
            <!doctype html><html lang="{words.Language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{words["Sign in"]} · CopyTrack</title>
            <link rel="stylesheet" href="{context.RequestServices.GetRequiredService<WebAssets>().Url("web.css")}"></head><body class="bare"><main><div class="card narrow"><h1>{words["Sign in"]}</h1><p>{words[text]}</p><p><a href="/SignIn">{words["Name and password"]}</a></p></div></main></body></html>
            """, context.RequestAborted);
    }
}
