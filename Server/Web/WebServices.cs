using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace CopyTrack.Server.Web;

/// <summary>Wires the web pages. Needs what the API needs, and <c>AddDataProtection</c> with the cookie keys of the installation.</summary>
internal static class WebServices
{
    /// <summary>Policy of pages for administrators of the whole organisation.</summary>
    public const string Administrators = "administrators";

    private const string Policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>Policy of pages for everybody who is signed in and has a role.</summary>
    public const string SignedIn = "signedIn";

    // The panel page asks for the device's own credential.
    private static readonly string[] s_anonymousPages = ["/SignIn", "/Setup", "/SecondStep", "/Enrol", "/Panel"];

    public static IServiceCollection AddWeb(this IServiceCollection services, WebOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<WebQueries>();
        services.AddSingleton<SignInTries>();
        services.AddSingleton<SignInLockout>();
        services.AddSingleton<WebSessions>();
        services.AddSingleton<PasswordSignIn>();
        services.AddSingleton<SecondStep>();
        services.AddSingleton<AccountSetUp>();
        services.AddSingleton<Reauthentication>();
        services.AddSingleton<NegotiateEndpoint>();
        services.AddSingleton<IReportOwners, ReportOwners>();
        services.AddAuthentication(SessionAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        AuthorizationPolicy administrators = new AuthorizationPolicyBuilder().RequireRole(Roles.Administrator).RequireAssertion(c => !c.User.HasClaim(x => x.Type == "scope")).Build();
        services.AddAuthorizationBuilder()
            .AddPolicy(Administrators, administrators)
            .AddPolicy(SignedIn, p => p.RequireAuthenticatedUser())
            // What says nothing of who may see it is for administrators; what guards itself otherwise says so.
            .SetFallbackPolicy(administrators);
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "__Host-copytrack-form";
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.Always;
        });
        services.AddRazorPages(o =>
        {
            o.RootDirectory = "/Web/Pages";
            foreach (string page in s_anonymousPages)
            {
                o.Conventions.AllowAnonymousToPage(page);
            }

            o.Conventions.AuthorizePage("/Account", SignedIn);
            o.Conventions.AuthorizePage("/Confirm", SignedIn);
            o.Conventions.AddPageApplicationModelConvention("/Accounts", m => m.Filters.Add(new ProvenFilter(changesOnly: false)));
            o.Conventions.AddPageApplicationModelConvention("/Account", m => m.Filters.Add(new ProvenFilter(changesOnly: true)));
        }).AddApplicationPart(typeof(WebServices).Assembly);
        return services;
    }

    /// <summary>Path and query of a page that loads itself again, marked so that it keeps no session alive.</summary>
    public static string SelfLoading(HttpRequest request) =>
        request.Path + (request.Query.ContainsKey(WebSessions.SelfLoading) ? request.QueryString : request.QueryString.Add(WebSessions.SelfLoading, "1"));

    /// <summary>Maps the pages, their style sheet and report downloads; call after routing and before the API's own paths. Adds authentication for them.</summary>
    public static WebApplication MapWeb(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
            {
                context.Response.Headers.ContentSecurityPolicy = Policy;
                context.Response.Headers.XContentTypeOptions = "nosniff";
                context.Response.Headers["Referrer-Policy"] = "same-origin";
            }

            await next(context);
        });
        app.UseAuthentication();
        app.UseAuthorization();
        MapStyle(app, "web.css");
        MapStyle(app, "panel.css");
        app.MapGet("/Reports/{name}.{format}", (RequestDelegate)ReportDownload.HandleAsync).RequireAuthorization(Administrators);
        app.MapPost("/SignOut", (RequestDelegate)SignOutAsync).RequireAuthorization(SignedIn);
        NegotiateEndpoint negotiate = app.Services.GetRequiredService<NegotiateEndpoint>();
        app.MapGet(NegotiateEndpoint.Path, (RequestDelegate)negotiate.HandleAsync).AllowAnonymous();
        app.MapRazorPages();
        return app;
    }

    private static async Task SignOutAsync(HttpContext context)
    {
        if (!await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context))
        {
            context.Response.StatusCode = 400;
            return;
        }

        await context.RequestServices.GetRequiredService<WebSessions>().EndAsync(context);
        context.Response.Redirect("/SignIn");
    }

    private static void MapStyle(WebApplication app, string name)
    {
        using Stream stream = typeof(WebServices).Assembly.GetManifestResourceStream("CopyTrack.Server.Web." + name)!;
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        byte[] style = copy.ToArray();
        app.MapGet("/" + name, (RequestDelegate)(async context =>
        {
            context.Response.ContentType = "text/css; charset=utf-8";
            context.Response.Headers.CacheControl = "max-age=300";
            await context.Response.Body.WriteAsync(style, context.RequestAborted);
        })).AllowAnonymous();
    }
}
