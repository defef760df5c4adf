using System.Security.Claims;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Reports;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace CopyTrack.Server.Web;

/// <summary>Wires the web pages. Needs what the API needs, and <c>AddDataProtection</c> with the cookie keys of the installation.</summary>
internal static class WebServices
{
    /// <summary>Policy of pages for administrators of the whole organisation.</summary>
    public const string Administrators = "administrators";

    private const string Policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static IServiceCollection AddWeb(this IServiceCollection services)
    {
        services.AddSingleton<SignInGate>();
        services.AddSingleton<WebQueries>();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(o =>
        {
            o.Cookie.Name = "copytrack";
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.LoginPath = "/SignIn";
            o.AccessDeniedPath = "/SignIn";
            o.ExpireTimeSpan = TimeSpan.FromHours(8);
            o.SlidingExpiration = true;
            o.Events.OnValidatePrincipal = SignInGate.ValidateAsync;
        });
        services.AddAuthorizationBuilder().AddPolicy(Administrators, p => p.RequireRole(Roles.Administrator).RequireAssertion(c => !c.User.HasClaim(x => x.Type == "scope")));
        services.AddAntiforgery(o => o.Cookie.SameSite = SameSiteMode.Strict);
        services.AddRazorPages(o =>
        {
            o.RootDirectory = "/Web/Pages";
            o.Conventions.AuthorizeFolder("/", Administrators);
            o.Conventions.AllowAnonymousToPage("/SignIn");
            o.Conventions.AllowAnonymousToPage("/Setup");
            // The panel page asks for the device's own credential.
            o.Conventions.AllowAnonymousToPage("/Panel");
        }).AddApplicationPart(typeof(WebServices).Assembly);
        return services;
    }

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
        app.MapGet("/Reports/{name}.{format}", (RequestDelegate)DownloadAsync).RequireAuthorization(Administrators);
        app.MapPost("/SignOut", (RequestDelegate)SignInGate.SignOutAsync).RequireAuthorization();
        app.MapRazorPages();
        return app;
    }

    private static async Task DownloadAsync(HttpContext context)
    {
        IServiceProvider services = context.RequestServices;
        string name = (string)context.Request.RouteValues["name"]!;
        string format = (string)context.Request.RouteValues["format"]!;
        ReportPeriod? period = ReportPeriod.TryParse(context.Request.Query["from"], context.Request.Query["to"], services.GetRequiredService<ReportOptions>().TimeZone,
            services.GetRequiredService<TimeProvider>().GetUtcNow(), out _);
        if (period is null || format is not ("csv" or "json") || !ReportNames.All.Contains(name))
        {
            context.Response.StatusCode = 404;
            return;
        }

        Report report = await services.GetRequiredService<ReportService>().BuildAsync(new ReportRequest(name, period, ReportScope.Everything), context.RequestAborted);
        context.Response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/json";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.{format}\"";
        await (format == "csv" ? ReportCsv.WriteAsync(report, context.Response.Body, context.RequestAborted) : ReportJson.WriteAsync(report, context.Response.Body, true, context.RequestAborted));
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
        }));
    }
}
