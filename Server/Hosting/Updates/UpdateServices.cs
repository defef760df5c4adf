using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Fleet.Updates;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary>Wires updates of the server itself.</summary>
internal static class UpdateServices
{
    /// <summary>Adds them, and the publisher's keys. <paramref name="supervised"/>: null where nobody looks after versions.</summary>
    public static void Add(IServiceCollection services, SupervisedProcess? supervised, UpdateOptions options, Func<ReleaseKeys> keys)
    {
        services.AddSingleton(_ => keys());
        services.AddSingleton(options);
        if (supervised is not null)
        {
            services.AddSingleton(supervised);
            services.AddSingleton<ServerVersions>();
            services.AddSingleton<IServerVersions>(p => p.GetRequiredService<ServerVersions>());
            services.AddHostedService<ServerUpdateRounds>();
        }
    }
}
