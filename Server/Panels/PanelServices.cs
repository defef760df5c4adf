using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Panels;

/// <summary>Wires the pages on devices' own panels. Needs Data and the walk-up.</summary>
internal static class PanelServices
{
    /// <summary>Adds them.</summary>
    public static IServiceCollection AddPanels(this IServiceCollection services)
    {
        services.AddSingleton<PanelRepository>();
        services.AddSingleton<EmbeddedPanels>();
        services.AddHostedService(p => p.GetRequiredService<EmbeddedPanels>());
        return services;
    }
}
