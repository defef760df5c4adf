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
