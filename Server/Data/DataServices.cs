using CopyTrack.Server.Data.PostgreSql;
using CopyTrack.Server.Data.Receipts;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CopyTrack.Server.Data;

/// <summary>Wires storage.</summary>
public static class DataServices
{
    private const int MonthsAhead = 3;

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
        services.AddSingleton(provider => Open(options, LoggerOf(provider)));
        services.AddSingleton(provider => new LedgerClock(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new IdGenerator(provider.GetRequiredService<LedgerClock>()));
        services.AddSingleton<PersonRepository>();
        services.TryAddSingleton<PersonMergeRepository>();
        services.TryAddSingleton<PersonErasure>();
        services.TryAddSingleton<Retention>();
        services.TryAddSingleton<NameRequests>();
        services.TryAddSingleton<NamesConsent>();
        services.TryAddSingleton<SettingRepository>();
        services.TryAddSingleton<LiveSettings>();
        services.AddHostedService<LiveSettingsWatch>();
        services.AddHostedService<PeopleUpkeep>();
        services.AddSingleton(provider => Lookup(provider.GetRequiredService<IDatabase>()));
        services.AddSingleton<LockoutRepository>();
        services.AddSingleton<ILockoutStore>(provider => provider.GetRequiredService<LockoutRepository>());
        services.AddSingleton<AttemptRepository>();
        services.TryAddSingleton<AuditLog>();
        services.AddSingleton<WebSessionRepository>();
        services.AddSingleton<SecondStepRepository>();
        services.AddSingleton<InventoryRepository>();
        services.AddSingleton<IPollingClaims, PollingClaims>();
        services.AddSingleton(provider => Outbox(provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<TimeProvider>(), LoggerOf(provider)));
        services.AddSingleton(provider => Journal(
            provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<IdGenerator>(), options, LoggerOf(provider),
            provider.GetRequiredService<IOutbox>() is PostgreSqlOutbox outbox ? outbox.EventsWritten : () => { }));
        services.AddSingleton(provider => Receipts(provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<IdGenerator>()));
        services.AddSingleton<ReceiptRepository>();
        services.AddSingleton<AccountNames>();
        services.AddSingleton<DeviceAttempts>();
        services.AddSingleton<AccessLogWriter>();
        services.AddSingleton<IAccessLog>(provider => provider.GetRequiredService<AccessLogWriter>());
        services.AddHostedService(provider => provider.GetRequiredService<AccessLogWriter>());
        services.AddHostedService<StorageUpkeep>();
        return services;
    }

    /// <summary>
    /// Brings the database up to this program's version and makes the partitions of the next months; called once before anything else uses it.
    /// Returns the migrations that ran.
    /// </summary>
    public static async Task<IReadOnlyList<int>> MigrateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var ran = await new MigrationRunner(services.GetRequiredService<IDatabase>(), services.GetRequiredService<TimeProvider>()).RunAsync(cancellationToken);
        await Partitions.EnsureAsync(
            services.GetRequiredService<IDatabase>(), services.GetRequiredService<TimeProvider>().GetUtcNow(), MonthsAhead, cancellationToken);
        if (ran.Count > 0)
        {
            LoggerOf(services).Migrated(string.Join(", ", ran));
        }

        return ran;
    }

    /// <summary>Lets the ledger's time go on from where the database's ends; called once at a start, before anything is decided. Says so when the machine's clock was set back.</summary>
    public static async Task ResumeClockAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var ahead = await services.GetRequiredService<LedgerClock>().ResumeAsync(services.GetRequiredService<IDatabase>(), cancellationToken);
        if (ahead > TimeSpan.FromMinutes(1))
        {
            LoggerOf(services).ClockSetBack(ahead);
        }
    }

    internal static IDeviceJournal Journal(IDatabase database, IdGenerator ids, DataOptions options, ILogger logger, Action eventsWritten) => database switch
    {
        SqliteDatabase sqlite => new SqliteJournal(sqlite, ids, options),
        PostgreSqlDatabase postgres => new PostgreSqlJournal(postgres, ids, options, logger, eventsWritten),
        _ => throw new ArgumentException("a database of its own kind", nameof(database)),
    };

    internal static IReceiptStore Receipts(IDatabase database, IdGenerator ids) => database switch
    {
        SqliteDatabase sqlite => new SqliteReceipts(sqlite, ids),
        PostgreSqlDatabase postgres => new PostgreSqlReceipts(postgres, ids),
        _ => throw new ArgumentException("a database of its own kind", nameof(database)),
    };

    internal static IOutbox Outbox(IDatabase database, TimeProvider time, ILogger logger) => database switch
    {
        SqliteDatabase sqlite => new SqliteOutbox(sqlite, time, logger),
        PostgreSqlDatabase postgres => new PostgreSqlOutbox(postgres, time, logger),
        _ => throw new ArgumentException("a database of its own kind", nameof(database)),
    };

    internal static ILoginLookup Lookup(IDatabase database) => database switch
    {
        SqliteDatabase sqlite => new SqliteLoginLookup(sqlite),
        PostgreSqlDatabase postgres => new PostgreSqlLoginLookup(postgres),
        _ => throw new ArgumentException("a database of its own kind", nameof(database)),
    };

    internal static IDatabase Open(DataOptions options, ILogger logger) => options.GetDialect() switch
    {
        Dialect.Sqlite => new SqliteDatabase(options.Directory, logger),
        Dialect.PostgreSql => new PostgreSqlDatabase(options.ConnectionString!),
        _ => throw new ArgumentException("Data:Provider: must be sqlite or postgres"),
    };

    private static ILogger LoggerOf(IServiceProvider services) => services.GetRequiredService<ILoggerFactory>().CreateLogger("CopyTrack.Server.Data");
}
