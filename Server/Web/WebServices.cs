using System.Text.Encodings.Web;
using System.Text.Unicode;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Web.Live;
using CopyTrack.Server.Web.Assets;
using CopyTrack.Server.Web.Errors;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.Overview;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.WebEncoders;

namespace CopyTrack.Server.Web;

/// <summary>Wires the web pages. Needs what the API needs, and <c>AddDataProtection</c> with the cookie keys of the installation.</summary>
internal static class WebServices
{
    /// <summary>Most letters of a query: all filters of a report at their longest, and some room.</summary>
    private const int LongestQuery = 4096;

    /// <summary>Policy of pages for administrators of the whole organisation.</summary>
    public const string Administrators = "administrators";

    private const string Policy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>Policies of pages that narrow what they show to the caller's scope, by the line of <see cref="Access"/> that says who may.</summary>
    public const string ReportReaders = "reportReaders", PeopleReaders = "peopleReaders", NameAskers = "nameAskers", FleetReaders = "fleetReaders";

    /// <summary>Policy of pages for people, who see what is theirs; accounts are nobody there.</summary>
    public const string Persons = "persons";

    /// <summary>Policy of pages for everybody who is signed in and has a role.</summary>
    public const string SignedIn = "signedIn";

    // What asks whoever is signed in for their secret again, when they have not shown it a moment ago.
    private static readonly (string Page, ProvenFilter Filter)[] s_proven =
    [
        ("/Accounts", ProvenFilter.Everything),
        ("/Account", ProvenFilter.AllBut("Role")),
        ("/Privacy", ProvenFilter.Forms("Pseudonyms", "Names", "Decide", "Retention")),
        ("/Terminal", ProvenFilter.Forms("Configure", "Revoke")),
        ("/Terminals", ProvenFilter.Forms("Enrol")),
        ("/Device", ProvenFilter.Forms("Credential", "RevokeCredential")),
        ("/Webhook", ProvenFilter.Forms("Secret")),
        ("/Settings", ProvenFilter.Forms("")),
        ("/My", ProvenFilter.Forms("Pin")),
        ("/User", ProvenFilter.Forms("Pin", "Erase")),
        ("/User", ProvenFilter.Files("Export")),
        ("/Directories", ProvenFilter.Forms("Mapping")),
        ("/Directory", ProvenFilter.Everything),
        ("/FleetAgent", ProvenFilter.Forms("Revoke")),
        ("/Updates", ProvenFilter.Forms("Take", "Stage", "Halt", "Remove")),
        ("/ServerVersions", ProvenFilter.Forms("Take", "Install")),
    ];

    // The panel page asks for the device's own credential.
    private static readonly string[] s_anonymousPages = ["/SignIn", "/Setup", "/SecondStep", "/Enrol", "/Panel", "/Error"];

    public static IServiceCollection AddWeb(this IServiceCollection services, WebOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<WebQueries>();
        services.TryAddSingleton<PersonSearches>();
        services.TryAddSingleton<PeopleWithoutCard>();
        services.AddSingleton<People.ImportDrafts>();
        services.AddSingleton<Site.DirectoryViews>();
        services.AddSingleton<WebAssets>();
        services.AddSingleton<Site.SessionStories>();
        services.AddSingleton<OverviewQueries>();
        services.AddSingleton<OverviewFigures>();
        services.AddHttpContextAccessor();
        services.AddScoped(p => Words.Of(p.GetRequiredService<IHttpContextAccessor>().HttpContext, p.GetRequiredService<ReportOptions>()));
        services.AddSingleton<SignInTries>();
        services.AddSingleton<SignInLockout>();
        services.AddSingleton<WebSessions>();
        services.AddSingleton<PasswordSignIn>();
        services.AddSingleton<SecondStep>();
        services.AddSingleton<AccountSetUp>();
        services.AddSingleton<Reauthentication>();
        services.AddSingleton<NegotiateEndpoint>();
        services.AddSingleton<LiveStream>();
        services.AddSingleton<ScheduleReader>();
        services.TryAddSingleton(new SettingsInForce([]));
        services.TryAddSingleton<LiveSettings>();
        services.TryAddSingleton<WalkUp.LiveLockout>();
        services.AddSingleton<IReportOwners, ReportOwners>();
        services.AddSingleton<IReportLanguages, ReportLanguages>();
        services.AddAuthentication(SessionAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        // Pages of administrators show the default organisation; those that narrow themselves show the caller's.
        AuthorizationPolicy administrators = Allow(c => c.May(Access.Administration) && c.OrgId == OrganisationRepository.DefaultId);
        services.AddAuthorizationBuilder()
            .AddPolicy(Administrators, administrators)
            .AddPolicy(ReportReaders, Allow(c => c.May(Access.Reports)))
            .AddPolicy(PeopleReaders, Allow(c => c.May(Access.People)))
            .AddPolicy(NameAskers, Allow(c => c.May(Access.AskName)))
            .AddPolicy(FleetReaders, Allow(c => c.May(Access.Fleet)))
            .AddPolicy(Persons, Allow(c => c.PersonId is not null))
            .AddPolicy(SignedIn, p => p.RequireAuthenticatedUser())
            // What says nothing of who may see it is for administrators; what guards itself otherwise says so.
            .SetFallbackPolicy(administrators);
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "__Host-copytrack-form";
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.Always;
        });
        services.Configure<CookieTempDataProviderOptions>(o =>
        {
            o.Cookie.Name = Flash.Cookie;
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            o.Cookie.IsEssential = true;
        });
        // Letters of all languages stand as they are; what means something in HTML is encoded as ever.
        services.Configure<WebEncoderOptions>(o => o.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddResponseCompression(o =>
        {
            // Length can't tell a secret here: requests of other sites carry no session (SameSite=Strict), and each form's token differs from answer to answer.
            o.EnableForHttps = true;
            o.MimeTypes = ["text/html"];
            o.Providers.Add<BrotliCompressionProvider>();
            o.Providers.Add<GzipCompressionProvider>();
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
            o.Conventions.AuthorizePage("/Reports", ReportReaders);
            o.Conventions.AuthorizePage("/SavedReports", ReportReaders);
            // The jobs behind a number of a report; the list of sessions itself asks for an administrator.
            o.Conventions.AuthorizePage("/Sessions", ReportReaders);
            o.Conventions.AuthorizePage("/Session", ReportReaders);
            o.Conventions.AuthorizePage("/MySession", Persons);
            o.Conventions.AuthorizePage("/MyJobs", Persons);
            o.Conventions.AuthorizePage("/Users", PeopleReaders);
            o.Conventions.AuthorizePage("/User", PeopleReaders);
            o.Conventions.AuthorizePage("/Privacy", NameAskers);
            o.Conventions.AuthorizePage("/My", Persons);
            o.Conventions.AuthorizePage("/Fleet", FleetReaders);
            o.Conventions.AuthorizePage("/FleetAgent", FleetReaders);
            o.Conventions.AuthorizePage("/FleetDevice", FleetReaders);
            o.Conventions.AuthorizePage("/FleetList", FleetReaders);
            o.Conventions.AuthorizePage("/Alerts", FleetReaders);
            o.Conventions.AuthorizePage("/Alert", FleetReaders);
            o.Conventions.AuthorizePage("/AlertRules", FleetReaders);
            o.Conventions.AuthorizePage("/AlertRule", FleetReaders);
            o.Conventions.AddFolderApplicationModelConvention("/", m =>
            {
                m.Filters.Add(ExportFilter.Instance);
                m.Filters.Add(SureFilter.Instance);
            });
            foreach ((string page, ProvenFilter filter) in s_proven)
            {
                o.Conventions.AddPageApplicationModelConvention(page, m => m.Filters.Add(filter));
            }
        }).AddApplicationPart(typeof(WebServices).Assembly);
        return services;
    }

    /// <summary>Path and query of a page that loads itself again, marked so that it keeps no session alive.</summary>
    public static string SelfLoading(HttpRequest request) =>
        request.Path + (request.Query.ContainsKey(WebSessions.SelfLoading) ? request.QueryString : request.QueryString.Add(WebSessions.SelfLoading, "1"));

    /// <summary>Maps the pages, their style sheet and report downloads; call after routing and before the API's own paths. Adds authentication for them.</summary>
    public static WebApplication MapWeb(this WebApplication app)
    {
        app.UseResponseCompression();
        app.Use((context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
            {
                SetHeaders(context);
            }

            return next(context);
        });
        app.UseMiddleware<ErrorPages>();
        app.Use((context, next) =>
        {
            if (context.Request.QueryString.Value is { Length: > LongestQuery } && !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
            {
                context.Response.StatusCode = StatusCodes.Status414UriTooLong;
                return Task.CompletedTask;
            }

            return next(context);
        });
        app.UseAuthentication();
        app.UseAuthorization();
        WebAssets assets = app.Services.GetRequiredService<WebAssets>();
        app.MapGet("/assets/{name}", (RequestDelegate)assets.ServeAsync).AllowAnonymous();
        app.MapGet("/panel.css", (RequestDelegate)assets.ServeAsync).AllowAnonymous();
        app.MapPost("/Language", (RequestDelegate)RequestLanguage.ChooseAsync).AllowAnonymous();
        app.MapGet("/Fleet/{name}.{format}", (RequestDelegate)FleetDownloads.RunAsync).RequireAuthorization(FleetReaders);
        app.MapGet("/Reports/{name}.{format}", (RequestDelegate)ReportDownload.HandleAsync).RequireAuthorization(ReportReaders);
        app.MapPost("/SignOut", (RequestDelegate)SignOutAsync).RequireAuthorization(SignedIn);
        NegotiateEndpoint negotiate = app.Services.GetRequiredService<NegotiateEndpoint>();
        app.MapGet(NegotiateEndpoint.Path, (RequestDelegate)negotiate.HandleAsync).AllowAnonymous();
        app.MapGet(LiveStream.Path, (RequestDelegate)app.Services.GetRequiredService<LiveStream>().HandleAsync).RequireAuthorization(SignedIn);
        app.MapRazorPages();
        return app;
    }

    private static AuthorizationPolicy Allow(Func<WebCaller, bool> may) =>
        new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(c => c.User.Identity is WebIdentity { Caller: { } caller } && may(caller)).Build();

    /// <summary>Sets what every answer to a browser carries: nothing but our own files runs or is loaded, and no browser keeps what people's data or a secret shown once may be in (RFC 9111 section 5.2.2.5).</summary>
    internal static void SetHeaders(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // As the forms in the pages set it: they warn in the log when they change it.
        headers.CacheControl = "no-cache, no-store";
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
}
