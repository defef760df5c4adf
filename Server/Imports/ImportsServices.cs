using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CopyTrack.Server.Imports;

/// <summary>Wires imports. Needs storage, a <see cref="Secrets.IHashKeys"/> and a <see cref="Secrets.ISecretSealer"/>.</summary>
public static class ImportsServices
{
    /// <summary>Adds the imports, the upserts that REST uses too, and the repositories of people and things.</summary>
    public static IServiceCollection AddImports(this IServiceCollection services)
    {
        services.TryAddSingleton<AuditLog>();
        services.TryAddSingleton<OrganisationRepository>();
        services.TryAddSingleton<PersonRepository>();
        services.TryAddSingleton<PersonMergeRepository>();
        services.TryAddSingleton<PersonErasure>();
        services.TryAddSingleton<Retention>();
        services.TryAddSingleton<NameRequests>();
        services.TryAddSingleton<NamesConsent>();
        services.TryAddSingleton<CardRepository>();
        services.TryAddSingleton<PinRepository>();
        services.TryAddSingleton<AccessLogReader>();
        services.TryAddSingleton<ProjectRepository>();
        services.TryAddSingleton<DeviceRepository>();
        services.TryAddSingleton<TerminalRepository>();
        services.TryAddSingleton<TokenRepository>();
        services.TryAddSingleton<SettingRepository>();
        services.TryAddSingleton<AccountRepository>();
        services.AddSingleton<PersonUpsert>();
        services.AddSingleton<DeviceUpsert>();
        services.AddSingleton<ProjectUpsert>();
        services.AddSingleton<CsvImports>();
        return services;
    }
}
