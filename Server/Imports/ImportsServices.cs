namespace CopyTrack.Server.Imports;

/// <summary>Wires imports. Needs storage, a <see cref="Secrets.IHashKeys"/> and a <see cref="Secrets.ISecretSealer"/>.</summary>
public static class ImportsServices
{
    /// <summary>Adds the imports and the upserts that REST uses too.</summary>
    public static IServiceCollection AddImports(this IServiceCollection services)
    {
        services.AddSingleton<PersonUpsert>();
        services.AddSingleton<DeviceUpsert>();
        services.AddSingleton<ProjectUpsert>();
        services.AddSingleton<CsvImports>();
        return services;
    }
}
