using CopyTrack.Server.Data.PostgreSql;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CopyTrack.Server.Data;

/// <summary>Wires storage.</summary>
public static class DataServices
{
    /// <summary>
    /// Adds everything of this folder for the database that <paramref name="options"/> names. Throws <see cref="ArgumentException"/> with the
    /// key and the reason for options that can't be.
    /// </summary>
    public static IServiceCollection AddData(this IServiceCollection services, DataOptions options)
    {
        DapperTypes.Register();
        _ = options.GetDialect();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(provider => Open(options, provider.GetRequiredService<ILoggerFactory>().CreateLogger("CopyTrack.Server.Data")));
        services.AddSingleton<IdGenerator>();
        services.AddSingleton<PersonRepository>();
        return services;
    }

    /// <summary>Brings the database up to this program's version; called once before anything else uses it. Returns the migrations that ran.</summary>
    public static async Task<IReadOnlyList<int>> MigrateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var ran = await new MigrationRunner(services.GetRequiredService<IDatabase>(), services.GetRequiredService<TimeProvider>()).RunAsync(cancellationToken);
        if (ran.Count > 0)
        {
            services.GetRequiredService<ILoggerFactory>().CreateLogger("CopyTrack.Server.Data").Migrated(string.Join(", ", ran));
        }

        return ran;
    }

    internal static IDatabase Open(DataOptions options, ILogger logger) => options.GetDialect() switch
    {
        Dialect.Sqlite => new SqliteDatabase(options.Directory, logger),
        Dialect.PostgreSql => new PostgreSqlDatabase(options.ConnectionString!),
        _ => throw new ArgumentException("Data:Provider: must be sqlite or postgres"),
    };
}
