using CopyTrack.Server.Data;

namespace CopyTrack.Server.Api.Scim;

/// <summary>Wires provisioning by SCIM 2.0 (RFC 7644). Needs what the API needs.</summary>
internal static class ScimServices
{
    /// <summary>Where it lives; what a client is told as its tenant's address.</summary>
    public const string Root = "/scim/v2";

    private static readonly ApiAccess s_access = new(Reach.Whole, Roles.Provisioner);

    public static IServiceCollection AddScim(this IServiceCollection services)
    {
        services.AddSingleton<Data.Repositories.ScimRepository>();
        services.AddSingleton<ScimUsers>();
        services.AddSingleton<ScimGroups>();
        return services;
    }

    /// <summary>Maps the resources and a problem for every other path below. They need a token of their own role and no other sign-in.</summary>
    public static void MapScim(this WebApplication app, TokenGate gate, ILogger logger)
    {
        var users = app.Services.GetRequiredService<ScimUsers>();
        var groups = app.Services.GetRequiredService<ScimGroups>();
        Map("GET", "/Users", users.ListAsync);
        Map("POST", "/Users", users.PostAsync);
        Map("GET", "/Users/{id}", users.GetAsync);
        Map("PUT", "/Users/{id}", users.PutAsync);
        Map("PATCH", "/Users/{id}", users.PatchAsync);
        Map("DELETE", "/Users/{id}", users.DeleteAsync);
        Map("GET", "/Groups", groups.ListAsync);
        Map("POST", "/Groups", groups.PostAsync);
        Map("GET", "/Groups/{id}", groups.GetAsync);
        Map("PUT", "/Groups/{id}", groups.PutAsync);
        Map("PATCH", "/Groups/{id}", groups.PatchAsync);
        Map("DELETE", "/Groups/{id}", groups.DeleteAsync);
        Map("GET", "/ServiceProviderConfig", call => Task.FromResult(ScimCall.Answer(ScimDiscovery.Config(call.Root))));
        Map("GET", "/ResourceTypes", call => All(ScimDiscovery.ResourceTypes(call.Root)));
        Map("GET", "/Schemas", call => All(ScimDiscovery.Schemas(call.Root)));
        app.Map(Root + "/{**rest}", (RequestDelegate)(context => RunAsync(context, _ => throw new ScimProblem(404, null, "there is no such path"), gate, logger))).AllowAnonymous();

        void Map(string method, string path, Func<ScimCall, Task<IResult>> handle) =>
            app.MapMethods(Root + path, [method], (RequestDelegate)(context => RunAsync(context, handle, gate, logger))).WithDisplayName($"{method} {path}").AllowAnonymous();

        static Task<IResult> All(IReadOnlyList<System.Text.Json.Nodes.JsonObject> documents) => Task.FromResult(ScimCall.List(documents, documents.Count, 1));
    }

    private static async Task RunAsync(HttpContext context, Func<ScimCall, Task<IResult>> handle, TokenGate gate, ILogger logger)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            var caller = await gate.AuthenticateAsync(context);
            s_access.Check(caller);
            await (await handle(new ScimCall(context, caller))).ExecuteAsync(context);
        }
        catch (ScimProblem problem)
        {
            await ScimCall.Answer(problem.Document(), problem.Status).ExecuteAsync(context);
        }
        catch (ApiProblem problem)
        {
            if (problem.Status == 401)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer realm=\"copytrack\"";
            }

            if (problem.RetryAfter is { } seconds)
            {
                context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            await ScimCall.Answer(new ScimProblem(problem.Status, null, problem.Message).Document(), problem.Status).ExecuteAsync(context);
        }
        catch (StorageUnavailableException e)
        {
            logger.StorageAway(e.Message);
            context.Response.Headers.RetryAfter = "5";
            await ScimCall.Answer(new ScimProblem(503, null, "the database is not available; nothing was changed").Document(), 503).ExecuteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left; there is no one to answer.
        }
        catch (Exception e)
        {
            // The boundary of a request: whatever went wrong is the server's fault and must not end it.
            logger.RequestFailed(context.Request.Method, context.GetEndpoint()?.DisplayName ?? Root, e);
            await ScimCall.Answer(new ScimProblem(500, null, "the server failed; its log names the cause").Document(), 500).ExecuteAsync(context);
        }
    }
}
