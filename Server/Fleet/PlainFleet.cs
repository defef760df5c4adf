using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CopyTrack.Server.Fleet;

/// <summary>
/// The port for agents over HTTP without TLS (<c>Fleet:HttpPort</c>), for sites from which nothing else gets out. Messages, questions and answers are signed, so that nothing can be changed on
/// the way; everyone there can read what devices say. Whatever else the server offers is not served there: no page, no REST, and no enrolment, whose code is a secret.
/// </summary>
internal static class PlainFleet
{
    private static readonly object s_mark = new();

    private static readonly HashSet<(string Method, string Path)> s_served =
    [
        ("POST", FleetServices.Root + "/messages"), ("GET", FleetServices.Root + "/ca"), ("GET", FleetServices.Root + "/wants"), ("GET", FleetServices.Root + "/received"), ("GET", FleetServices.Root + "/updates"),
        ("GET", FleetServices.Root + "/package"),
    ];

    /// <summary>Makes a listener one of this kind.</summary>
    public static void Listen(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Items[s_mark] = true;
            return next(connection);
        });
    }

    /// <summary>Keeps everything but agents' messages off such listeners, and takes callers' addresses from the operator's proxies. Has to come before the routes.</summary>
    public static WebApplication UseFleetFront(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<FleetOptions>();
        if (options.HttpPort is { } port)
        {
            app.Services.GetRequiredService<ILogger<FleetEndpoints>>().FleetOverHttp(port);
            app.Use((context, next) => context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(s_mark) == true && !s_served.Contains((context.Request.Method, context.Request.Path.Value ?? ""))
                ? RefuseAsync(context) : next(context));
        }

        if (!options.TrustedProxies.IsEmpty)
        {
            var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in options.TrustedProxies)
            {
                forwarded.KnownIPNetworks.Add(network);
            }

            app.UseWhen(c => c.Request.Path.StartsWithSegments(FleetServices.Root, StringComparison.Ordinal), branch => branch.UseForwardedHeaders(forwarded));
        }

        return app;
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync("This port takes messages of enrolled agents alone. Pages, REST and enrolment are at the HTTPS port.", context.RequestAborted);
    }
}
