using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet.Updates;

namespace CopyTrack.Server.Fleet;

/// <summary>Wires fleet metering. Needs Data, Secrets, Polling and Reports.</summary>
internal static class FleetServices
{
    /// <summary>Where agents come to.</summary>
    public const string Root = "/fleet/v1";

    /// <summary>Adds what lists and codes need.</summary>
    public static IServiceCollection AddFleetLists(this IServiceCollection services, FleetOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<FleetRepository>();
        services.AddSingleton<FleetInbox>();
        services.AddSingleton<FleetDevices>();
        services.AddSingleton<AgentCodes>();
        services.AddSingleton<FleetLinks>();
        services.AddSingleton<MeterOffsets>();
        services.AddSingleton<MeterSwaps>();
        services.AddSingleton<MeterReads>();
        services.AddSingleton<FleetReadings>();
        services.AddSingleton<FleetScopes>();
        services.AddSingleton<FleetTables>();
        services.AddSingleton<SupplyForecasts>();
        services.AddSingleton(_ => ReleaseKeys.BuiltIn());
        services.AddSingleton<FleetPackages>();
        services.AddSingleton<FleetStages>();
        services.AddSingleton<ServerUpdates>();
        services.AddSingleton<IServerVersions, NoServerVersions>();
        services.AddSingleton<PackageShelf>();
        services.AddSingleton<FleetKey>();
        services.AddSingleton<AcknowledgementFiles>();
        return services;
    }

    /// <summary>Adds what takes and applies messages.</summary>
    public static IServiceCollection AddFleetIntake(this IServiceCollection services)
    {
        services.AddSingleton<ParsedMessages>();
        services.AddSingleton<MessageIntake>();
        services.AddSingleton<FleetInventory>();
        services.AddSingleton<StrangerThrottle>();
        services.AddSingleton<FleetEndpoints>();
        services.AddSingleton<UpdateEndpoints>();
        services.AddSingleton<MessageApplier>();
        services.AddHostedService(p => p.GetRequiredService<MessageApplier>());
        services.AddSingleton<MailIntake>();
        services.AddHostedService<MaildirWatch>();
        services.AddHostedService<StageRounds>();
        return services;
    }

    /// <summary>Adds the routes. They need no other sign-in.</summary>
    public static WebApplication MapFleet(this WebApplication app)
    {
        var endpoints = app.Services.GetRequiredService<FleetEndpoints>();
        app.MapGet(Root + "/ca", endpoints.CaAsync).AllowAnonymous();
        app.MapPost(Root + "/enrolments", endpoints.EnrolAsync).AllowAnonymous().DisableAntiforgery();
        app.MapPost(Root + "/messages", endpoints.MessageAsync).AllowAnonymous().DisableAntiforgery();
        app.MapGet(Root + "/wants", endpoints.WantsAsync).AllowAnonymous();
        app.MapGet(Root + "/received", endpoints.ReceivedAsync).AllowAnonymous();
        var updates = app.Services.GetRequiredService<UpdateEndpoints>();
        app.MapGet(Root + "/updates", updates.UpdatesAsync).AllowAnonymous();
        app.MapGet(Root + "/package", updates.PackageAsync).AllowAnonymous();
        return app;
    }
}
