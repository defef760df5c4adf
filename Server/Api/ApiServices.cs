using CopyTrack.Server.Api.People;
using CopyTrack.Server.Api.Scim;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Api;

/// <summary>
/// Wires the REST API. Needs <c>AddData</c>, the repositories, <c>AddImports</c>, <c>AddDirectories</c>, <c>AddReports</c>, and implementations of <see cref="WalkUp.IWalkUpControl"/>
/// and <see cref="WalkUp.ITerminalRevocation"/>.
/// </summary>
internal static class ApiServices
{
    /// <summary>Where the API lives.</summary>
    public const string Root = "/api/v1";

    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddSingleton<CallerScopes>();
        services.AddSingleton<TokenGate>();
        services.AddSingleton<ActivationCodes>();
        services.AddSingleton<UserEndpoints>();
        services.AddSingleton<AuditEndpoints>();
        services.AddSingleton<PeopleEndpoints>();
        services.AddSingleton<PersonExport>();
        services.AddSingleton<AuditNames>();
        services.AddSingleton<DeviceEndpoints>();
        services.AddSingleton<DiscoveryEndpoints>();
        services.AddSingleton<TerminalEndpoints>();
        services.AddSingleton<LedgerEndpoints>();
        services.AddSingleton<ReportEndpoints>();
        services.AddSingleton<KeptReportEndpoints>();
        services.AddSingleton<DirectoryEndpoints>();
        services.AddSingleton<EnteredDirectoryEndpoints>();
        services.AddSingleton<ChargingEndpoints>();
        services.AddSingleton<FleetNodeEndpoints>();
        services.AddSingleton<FleetListEndpoints>();
        services.AddSingleton<FleetOffsetEndpoints>();
        services.AddSingleton<FleetLinkEndpoints>();
        services.AddSingleton<FleetUpdateEndpoints>();
        services.AddSingleton<PackageIntake>();
        services.AddSingleton<AlertEndpoints>();
        services.AddSingleton<WebhookEndpoints>();
        services.AddSingleton<EventEndpoints>();
        services.AddScim();
        services.AddSingleton<ReceiptEndpoints>();
        services.AddSingleton<AccountEndpoints>();
        services.AddSingleton<EventFeed>();
        services.AddSingleton<EventStream>();
        services.AddHostedService(p => p.GetRequiredService<EventFeed>());
        return services;
    }

    /// <summary>Maps every operation, the OpenAPI document, and a problem for every other path below /api.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        IServiceProvider services = app.Services;
        TokenGate gate = services.GetRequiredService<TokenGate>();
        ILogger logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("CopyTrack.Server.Api");
        ApiEndpoint[] all = [.. Endpoints(services)];
        foreach (ApiEndpoint endpoint in all)
        {
            app.MapMethods(Root + endpoint.Path, [endpoint.Method], context => RunAsync(context, endpoint, gate, logger)).WithDisplayName($"{endpoint.Method} {endpoint.Path}")
                // The token decides here; sign-in and cookies of the web mean nothing.
                .AllowAnonymous();
        }

        byte[] document = OpenApiDocument.Build(all);
        app.MapMethods(Root + "/openapi.json", ["GET"], (RequestDelegate)(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(document, context.RequestAborted);
        })).AllowAnonymous();
        app.MapScim(gate, logger);
        app.Map("/api/{**rest}", (RequestDelegate)(context => ApiProblem.NotFound("path", context.Request.Path.Value ?? "").WriteAsync(context))).AllowAnonymous();
        return app;
    }

    /// <summary>All operations.</summary>
    public static IEnumerable<ApiEndpoint> Endpoints(IServiceProvider services) =>
    [
        .. services.GetRequiredService<UserEndpoints>().All(), .. services.GetRequiredService<AuditEndpoints>().All(), .. services.GetRequiredService<PeopleEndpoints>().All(), .. services.GetRequiredService<DeviceEndpoints>().All(), .. services.GetRequiredService<TerminalEndpoints>().All(),
        .. services.GetRequiredService<LedgerEndpoints>().All(), .. services.GetRequiredService<ReportEndpoints>().All(), .. services.GetRequiredService<KeptReportEndpoints>().All(), .. services.GetRequiredService<EventEndpoints>().All(),
        .. services.GetRequiredService<DiscoveryEndpoints>().All(), .. services.GetRequiredService<DirectoryEndpoints>().All(), .. services.GetRequiredService<EnteredDirectoryEndpoints>().All(), .. services.GetRequiredService<ReceiptEndpoints>().All(),
        .. services.GetRequiredService<AccountEndpoints>().All(), .. services.GetRequiredService<ChargingEndpoints>().All(),
        .. services.GetRequiredService<FleetNodeEndpoints>().All(), .. services.GetRequiredService<FleetListEndpoints>().All(), .. services.GetRequiredService<FleetOffsetEndpoints>().All(), .. services.GetRequiredService<FleetLinkEndpoints>().All(), .. services.GetRequiredService<AlertEndpoints>().All(),
        .. services.GetRequiredService<FleetUpdateEndpoints>().All(),
        .. services.GetRequiredService<WebhookEndpoints>().All(),
    ];

    private static async Task RunAsync(HttpContext context, ApiEndpoint endpoint, TokenGate gate, ILogger logger)
    {
        try
        {
            ApiCaller caller = new(0, "", Reports.ReportScope.Everything);
            if (endpoint.Access is not null)
            {
                caller = await gate.AuthenticateAsync(context);
                endpoint.Access.Check(caller);
            }

            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            IResult result = await endpoint.Handle(new ApiCall(context, caller));
            await result.ExecuteAsync(context);
        }
        catch (ApiProblem problem)
        {
            await problem.WriteAsync(context);
        }
        catch (StorageUnavailableException e)
        {
            logger.StorageAway(e.Message);
            await new ApiProblem(503, "storageUnavailable", "The database is not available", "The server can't reach or write its database; nothing was changed.",
                "Try again shortly; the server's log names the cause.") { RetryAfter = 5 }.WriteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left; there is no one to answer.
        }
        catch (Exception e)
        {
            // The boundary of a request: whatever went wrong is the server's fault and must not end it.
            logger.RequestFailed(context.Request.Method, endpoint.Path, e);
            await new ApiProblem(500, "internal", "The server failed", "The request met a fault of the server; what it had not yet committed is undone.",
                "Try again; if it happens again, give the server's log to its maintainers.").WriteAsync(context);
        }
    }
}
