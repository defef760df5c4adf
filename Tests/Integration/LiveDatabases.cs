using CopyTrack.TestKit;
using NUnit.Framework;

namespace CopyTrack.Integration;

/// <summary>Which database a site runs on.</summary>
public enum Db
{
    Sqlite,
    PostgreSql,
}

/// <summary>One PostgreSQL for all fixtures of this project, started when the first needs it.</summary>
[SetUpFixture]
public sealed class LiveDatabases
{
    private static readonly SemaphoreSlim s_once = new(1, 1);
    private static PrivatePostgreSql? s_server;

    /// <summary>The database of a story: what COPYTRACK_STORIES_DATABASE names (sqlite or postgres), the usual one without it.</summary>
    internal static Db OfStories(Db usual) => Environment.GetEnvironmentVariable("COPYTRACK_STORIES_DATABASE") switch
    {
        null or "" => usual,
        "sqlite" => Db.Sqlite,
        "postgres" => Db.PostgreSql,
        var other => throw new ArgumentException($"COPYTRACK_STORIES_DATABASE is '{other}'; it names sqlite or postgres."),
    };

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

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (s_server is not null)
        {
            await s_server.DisposeAsync();
        }
    }
}
