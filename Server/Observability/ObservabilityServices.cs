using System.Net;
using System.Text.Json;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Observability;

/// <summary>How the server is watched. <see cref="BehindProxy"/>: a proxy is configured, so that a loopback peer proves nothing and a token is needed.</summary>
internal sealed record ObservabilityOptions(bool BehindProxy = false);

/// <summary>Another thing that must work before the server is ready; the name stands in /health/ready.</summary>
internal interface IReadinessCheck
{
    string Name { get; }

    /// <summary>True when ready.</summary>
    Task<bool> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>Wires /health/live, /health/ready and /metrics.</summary>
internal static class ObservabilityServices
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static IServiceCollection AddObservability(this IServiceCollection services, ObservabilityOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<Metrics>();
        return services;
    }

    /// <summary>Maps the three paths at the root. Liveness asks nothing but this process; readiness asks the database and every <see cref="IReadinessCheck"/>.</summary>
    public static WebApplication MapObservability(this WebApplication app)
    {
        Metrics metrics = app.Services.GetRequiredService<Metrics>();
        app.MapGet("/health/live", (RequestDelegate)(context => AnswerAsync(context, 200, new { status = "ok" }))).AllowAnonymous();
        app.MapGet("/health/ready", (RequestDelegate)ReadyAsync).AllowAnonymous();
        app.MapGet("/metrics", (RequestDelegate)(async context =>
        {
            if (!await MayScrapeAsync(context))
            {
                return;
            }

            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await context.Response.WriteAsync(metrics.Render(), context.RequestAborted);
        })).AllowAnonymous();
        return app;
    }

    private static async Task<bool> MayScrapeAsync(HttpContext context)
    {
        if (!context.RequestServices.GetRequiredService<ObservabilityOptions>().BehindProxy
            && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && context.Request.Headers.Authorization.Count == 0)
        {
            return true;
        }

        try
        {
            new ApiAccess(Reach.Whole, Roles.Monitor, Roles.Administrator).Check(await context.RequestServices.GetRequiredService<TokenGate>().AuthenticateAsync(context));
            return true;
        }
        catch (ApiProblem problem)
        {
            await problem.WriteAsync(context);
            return false;
        }
    }

    private static async Task ReadyAsync(HttpContext context)
    {
        Dictionary<string, bool> checks = new() { ["database"] = await TryAsync(DatabaseAsync, context.RequestAborted) };
        foreach (IReadinessCheck check in context.RequestServices.GetServices<IReadinessCheck>())
        {
            checks[check.Name] = await TryAsync(check.CheckAsync, context.RequestAborted);
        }

        bool ready = checks.Values.All(c => c);
        await AnswerAsync(context, ready ? 200 : 503, new { status = ready ? "ready" : "notReady", checks });

        Task<bool> DatabaseAsync(CancellationToken cancellationToken)
        {
            IDatabase database = context.RequestServices.GetRequiredService<IDatabase>();
            return database.ReadAsync(async (connection, ct) =>
                await connection.ExecuteScalarAsync<long>(new CommandDefinition(database.Sql["Outbox_Last"], cancellationToken: ct)) >= 0, cancellationToken);
        }
    }

    private static async Task<bool> TryAsync(Func<CancellationToken, Task<bool>> check, CancellationToken aborted)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        patience.CancelAfter(Patience);
        try
        {
            return await check(patience.Token).WaitAsync(patience.Token);
        }
        catch (Exception)
        {
            // Whatever keeps the check from an answer means: not ready.
            return false;
        }
    }

    private static async Task AnswerAsync(HttpContext context, int status, object body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body, ApiJson.Options), context.RequestAborted);
    }
}
