using System.Collections.Immutable;
using CopyTrack.Server.Data.Directories;

namespace CopyTrack.Server.Directories;

/// <summary>Wires directories. Needs Data, Secrets and the repositories of imports.</summary>
internal static class DirectoryServices
{
    /// <summary>Adds what verbs, REST and pages use.</summary>
    public static IServiceCollection AddDirectories(this IServiceCollection services, ImmutableArray<DirectoryOptions> options)
    {
        services.AddSingleton<IReadOnlyList<DirectoryOptions>>(options);
        services.AddSingleton<DirectoryRepository>();
        services.AddSingleton<DirectoryPeople>();
        services.AddSingleton<DirectoryGroups>();
        services.AddSingleton<DirectoryConnectors>();
        services.AddSingleton<DirectoryMappings>();
        services.AddSingleton<EnteredDirectories>();
        services.AddSingleton<ReplicationRunner>();
        services.AddSingleton<DryRunLines>();
        services.AddSingleton<DirectoryCheck>();
        return services;
    }

    /// <summary>Adds the schedule, for a process that serves.</summary>
    public static IServiceCollection AddReplicationSchedule(this IServiceCollection services) => services.AddHostedService<ReplicationSchedule>();
}
