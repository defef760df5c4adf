using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Data.Repositories;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CopyTrack.Server.Charging;

/// <summary>Wires prices, limits and the licence. Needs Data.</summary>
internal static class ChargingServices
{
    /// <summary>Adds them over the prices of the configuration.</summary>
    public static IServiceCollection AddCharging(this IServiceCollection services, PriceList configured, LicenceOptions licence, ChargingOptions? options = null)
    {
        services.TryAddSingleton<AuditLog>();
        services.AddSingleton<PriceListRepository>();
        services.AddSingleton<QuotaRepository>();
        services.AddSingleton<QuotaHoldRepository>();
        services.AddSingleton(options ?? new ChargingOptions());
        services.AddSingleton<Reservations>();
        services.AddHostedService(p => p.GetRequiredService<Reservations>());
        services.AddSingleton<PriceGroups>();
        services.TryAddSingleton<ProjectRepository>();
        services.AddSingleton<QuotaSubjects>();
        services.AddSingleton(p => new PriceBooks(p.GetRequiredService<PriceListRepository>(), configured, p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<PriceBooks>>()));
        services.AddHostedService(p => p.GetRequiredService<PriceBooks>());
        services.AddSingleton(licence);
        services.AddSingleton<Licence>();
        services.AddSingleton<LicenceRenewal>();
        return services;
    }
}
