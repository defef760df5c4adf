using CopyTrack.Server.Data;

namespace CopyTrack.Server.Soap;

/// <summary>Wires the SOAP contract. Needs Data, WalkUp and Receipts.</summary>
internal static class SoapServices
{
    /// <summary>Adds the operations and the panels of devices that are their own terminals.</summary>
    public static IServiceCollection AddSoap(this IServiceCollection services)
    {
        services.AddSingleton<EmbeddedPanels>();
        services.AddHostedService(p => p.GetRequiredService<EmbeddedPanels>());
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<Operations>(p, p.GetRequiredService<LedgerClock>()));
        services.AddSingleton<SoapEndpoint>();
        return services;
    }

    /// <summary>Maps the endpoint; devices have credentials of their own, which the pages' sign-in knows nothing of.</summary>
    public static WebApplication MapSoap(this WebApplication app)
    {
        var endpoint = app.Services.GetRequiredService<SoapEndpoint>();
        app.MapMethods(SoapEndpoint.Path, ["GET"], (RequestDelegate)SoapEndpoint.ContractAsync).AllowAnonymous();
        app.MapMethods(SoapEndpoint.Path, ["POST"], (RequestDelegate)endpoint.RunAsync).AllowAnonymous();
        return app;
    }
}
