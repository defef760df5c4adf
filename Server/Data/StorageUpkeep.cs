using CopyTrack.Server.Data.PostgreSql;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Data.Sqlite;
using Dapper;

namespace CopyTrack.Server.Data;

/// <summary>Regular work on storage: partitions made ahead, what has served its time forgotten, and the embedded database told how large its tables are.</summary>
internal sealed class StorageUpkeep(
    IDatabase database, AttemptRepository attempts, LockoutRepository lockouts, WebSessionRepository webSessions, TimeProvider time, ILogger<StorageUpkeep> logger)
    : BackgroundService
{
    private const int MonthsAhead = 3, RoundsOfADay = 288;
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(5), s_outbox = TimeSpan.FromMinutes(15), s_lockout = TimeSpan.FromDays(2), s_alerts = TimeSpan.FromDays(30),
        s_webSession = TimeSpan.FromDays(2), s_deviceAttempts = TimeSpan.FromDays(30);

    private int _rounds;

    /// <summary>One round.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await Partitions.EnsureAsync(database, now, MonthsAhead, cancellationToken);
        await attempts.PurgeAsync(now, cancellationToken);
        await lockouts.PurgeAsync(now - s_lockout, cancellationToken);
        await webSessions.PurgeAsync(now - s_webSession, cancellationToken);
        await PurgeAsync("Outbox_Purge", new { before = now - s_outbox, alertsBefore = now - s_alerts }, cancellationToken);
        await PurgeAsync("DeviceAttempt_Purge", new { before = now - s_deviceAttempts }, cancellationToken);
        if (database is SqliteDatabase sqlite)
        {
            // PostgreSQL does so by itself.
            await sqlite.UpdateStatisticsAsync(cancellationToken);
        }

        if (++_rounds % RoundsOfADay == 0)
        {
            await PurgeAsync("Person_SweepLeft", new { }, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_pause, time);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception ex) when (ex is not OperationCanceledException)
            {
                // One failed round does not stop the next.
                logger.UpkeepFailed(ex);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private Task<int> PurgeAsync(string name, object parameters, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, ct) => connection.ExecuteAsync(new CommandDefinition(database.Sql[name], parameters, cancellationToken: ct)), cancellationToken);
}
