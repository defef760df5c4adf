using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Fleet;

namespace CopyTrack.Server.Alerts;

/// <summary>Wires alert rules. Needs Data, Reports and the lists of the fleet.</summary>
internal static class AlertServices
{
    /// <summary>Adds what pages and REST need.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services, AlertOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<AlertRepository>();
        services.AddSingleton<AlertRules>();
        services.AddSingleton<AlertTables>();
        return services;
    }

    /// <summary>Adds what looks at rules and tells people.</summary>
    public static IServiceCollection AddAlertRounds(this IServiceCollection services)
    {
        services.AddSingleton<AlertSweep>();
        services.AddSingleton<AlertMails>();
        services.AddSingleton<AlertMailer>();
        services.AddSingleton<FleetTurns>();
        services.AddSingleton<FleetNews>();
        services.AddSingleton<AlertRounds>();
        services.AddHostedService(p => p.GetRequiredService<AlertRounds>());
        return services;
    }
}
