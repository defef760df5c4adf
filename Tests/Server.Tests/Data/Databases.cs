using CopyTrack.Server.Data;
using CopyTrack.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

/// <summary>Which database a fixture runs on.</summary>
public enum Db
{
    Sqlite,
    PostgreSql,
}

/// <summary>One PostgreSQL for the whole run, started when the first fixture needs it.</summary>
internal static class Databases
{
    private static readonly SemaphoreSlim s_once = new(1, 1);
    private static PrivatePostgreSql? s_server;
    private static string? s_template;

    internal static async Task<PrivatePostgreSql> ServerAsync()
    {
        await s_once.WaitAsync();
        try
        {
            return s_server ??= await PrivatePostgreSql.StartAsync();
        }
        finally
        {
            s_once.Release();
        }
    }

    /// <summary>Options of a new database, migrated already unless <paramref name="empty"/>.</summary>
    internal static async Task<DataOptions> CreateAsync(Db db, bool empty = false)
    {
        DapperTypes.Register();
        if (db == Db.Sqlite)
        {
            var options = new DataOptions { Directory = Directory.CreateTempSubdirectory("copytrack-test-").FullName };
            return empty ? options : await MigratedAsync(options);
        }

        var server = await ServerAsync();
        if (empty)
        {
            return Options(await server.CreateDatabaseAsync());
        }

        await s_once.WaitAsync();
        try
        {
            s_template ??= await TemplateAsync(server);
            return Options(await server.CreateDatabaseAsync(s_template));
        }
        finally
        {
            s_once.Release();
        }
    }

    internal static async Task DropAsync(DataOptions options)
    {
        if (options.ConnectionString is { } text)
        {
            await s_server!.DropDatabaseAsync(text);
        }
        else
        {
            Directory.Delete(options.Directory, recursive: true);
        }
    }

    /// <summary>Ends the server; called once after the last test of the assembly.</summary>
    internal static async Task StopAsync()
    {
        if (s_server is not null)
        {
            await s_server.DisposeAsync();
        }
    }

    private static DataOptions Options(string text) => new() { Provider = "postgres", ConnectionString = text };

    private static async Task<string> TemplateAsync(PrivatePostgreSql server)
    {
        var options = await MigratedAsync(Options(await server.CreateDatabaseAsync()));
        return new NpgsqlConnectionStringBuilder(options.ConnectionString).Database!;
    }

    private static async Task<DataOptions> MigratedAsync(DataOptions options)
    {
        await using var database = DataServices.Open(options, NullLogger.Instance);
        await new MigrationRunner(database, TimeProvider.System).RunAsync(default);
        return options;
    }
}
