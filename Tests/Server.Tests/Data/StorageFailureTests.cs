using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Sqlite;
using CopyTrack.TestKit;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

/// <summary>What happens to changes while the database is away or its disk is full.</summary>
[TestFixture]
internal sealed class StorageFailureTests
{
    private readonly IdGenerator _ids = new(TimeProvider.System);

    [Test]
    public async Task Acknowledged_changes_survive_a_killed_database_and_calls_work_again_when_it_is_back()
    {
        DapperTypes.Register();
        await using var server = await PrivatePostgreSql.StartAsync(ours: true);
        var options = new DataOptions { Provider = "postgres", ConnectionString = await server.CreateDatabaseAsync() };
        await using var database = DataServices.Open(options, NullLogger.Instance);
        await new MigrationRunner(database, TimeProvider.System).RunAsync(default);
        var journal = DataServices.Journal(database, _ids, options, NullLogger.Instance, () => { });
        await using var closing = (IAsyncDisposable)journal;
        var devices = new List<long>();
        for (var i = 0; i < 20; i++)
        {
            devices.Add(await database.AddDeviceAsync(_ids));
        }

        var acknowledged = devices.ToDictionary(d => d, _ => 0L);
        var maybe = devices.ToDictionary(d => d, _ => 0L);
        using var stop = new CancellationTokenSource();
        var enough = new TaskCompletionSource();
        var work = devices.Select(device => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    acknowledged[device] = await CountUpAsync(journal, device);
                    if (acknowledged[device] == 50)
                    {
                        enough.TrySetResult();
                    }
                }
                catch (StorageUnavailableException)
                {
                    maybe[device]++;
                }
            }
        })).ToList();
        await enough.Task;
        await server.KillAsync();
        Assert.That(async () => await CountUpAsync(journal, devices[0]), Throws.InstanceOf<StorageUnavailableException>().With.Message.Contains("database"));
        await stop.CancelAsync();
        await Task.WhenAll(work);

        await server.StartAgainAsync();

        foreach (var device in devices)
        {
            // What was not acknowledged may have been kept when the answer was lost, but nothing acknowledged may be missing.
            var stored = (await journal.ReadAsync(device, default))!.ReadingSeq;
            Assert.That(stored, Is.InRange(acknowledged[device], acknowledged[device] + 1));
            Assert.That(await CountUpAsync(journal, device), Is.EqualTo(stored + 1));
        }
    }

    [Test]
    public async Task Full_disk_refuses_changes_keeps_nothing_half_and_ends_when_there_is_space()
    {
        var options = await Databases.CreateAsync(Db.Sqlite);
        await using var database = (SqliteDatabase)DataServices.Open(options, NullLogger.Instance);
        var journal = DataServices.Journal(database, _ids, options, NullLogger.Instance, () => { });
        var device = await database.AddDeviceAsync(_ids);
        await LimitAsync(database, "(select page_count + 20 from pragma_page_count)");
        var kept = 0L;

        StorageUnavailableException? told = null;
        while (told is null)
        {
            try
            {
                kept = await journal.ApplyAsync(device, s => (Grow(s, s.ReadingSeq + 1), s.ReadingSeq + 1), default);
            }
            catch (StorageUnavailableException ex)
            {
                told = ex;
            }
        }

        Assert.That(told.Message, Does.Contain("full"));
        Assert.That((await journal.ReadAsync(device, default))!.ReadingSeq, Is.EqualTo(kept));
        Assert.That(await database.CountAsync("select count(*) from reading where device_id = @device", new { device }), Is.EqualTo(kept));
        Assert.That(await database.CountAsync("select count(*) from entry where device_id = @device", new { device }), Is.EqualTo(kept * 3));

        await LimitAsync(database, "1000000");
        Assert.That(await journal.ApplyAsync(device, s => (Grow(s, s.ReadingSeq + 1), s.ReadingSeq + 1), default), Is.EqualTo(kept + 1));
    }

    private DeviceChange Grow(DeviceState state, long seq) =>
        TestRows.Settle(state with { Fingerprint = new string('x', 3000) }, TestRows.Session(_ids.Next(), state.DeviceId, SessionState.Active), seq, TestRows.Now.AddSeconds(seq));

    private static Task<long> CountUpAsync(IDeviceJournal journal, long device) =>
        journal.ApplyAsync(device, s => (new DeviceChange { State = s with { ReadingSeq = s.ReadingSeq + 1 } }, s.ReadingSeq + 1), default);

    private static async Task LimitAsync(SqliteDatabase database, string pages)
    {
        var number = await database.CountAsync($"select {pages}");
        await database.WriteAsync(async (c, _) => await c.ExecuteScalarAsync<long>($"pragma max_page_count = {number}"), default);
    }
}
