using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.PostgreSql;
using CopyTrack.Server.Data.Repositories;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class UpkeepTests(Db db) : JournalFixture(db)
{
    [Test]
    public async Task Partitions_are_made_once_and_take_in_the_rows_that_came_before_them()
    {
        var device = await Database.AddDeviceAsync(Ids);
        await Journal.ApplyAsync(device, s => (TestRows.Settle(s, TestRows.Session(Ids.Next(), device, SessionState.Active), 1, TestRows.Now), 0), default);

        var made = await Partitions.EnsureAsync(Database, TestRows.Now, 3, default);
        var again = await Partitions.EnsureAsync(Database, TestRows.Now, 3, default);
        await Journal.ApplyAsync(device, s => (TestRows.Settle(s, TestRows.Session(Ids.Next(), device, SessionState.Active), 2, TestRows.Now.AddMonths(1)) with
        {
            Confirmed = [(1, TestRows.Now, TestRows.Now.AddDays(1))],
        }, 0), default);

        Assert.That(made, Has.Count.EqualTo(Db == Db.Sqlite ? 0 : 8));
        Assert.That(again, Is.Empty);
        Assert.That(await Database.CountAsync("select count(*) from entry where device_id = @device", new { device }), Is.EqualTo(6));
        Assert.That(await Database.CountAsync("select count(*) from reading where device_id = @device and confirmed_at > at", new { device }), Is.EqualTo(1));
        if (Db == Db.PostgreSql)
        {
            Assert.That(await Database.CountAsync("select count(*) from entry_default"), Is.EqualTo(0));
            Assert.That(await Database.CountAsync("select count(*) from entry_2026_04"), Is.EqualTo(3));
        }
    }

    [Test]
    public async Task Round_of_upkeep_forgets_old_messages_and_leaves_the_access_log_to_retention()
    {
        await Database.WriteAsync(
            async (c, _) => await c.ExecuteAsync("insert into outbox (at, topic, payload) values (1, 'old', '{}')")
                + await c.ExecuteAsync("insert into access_log (id, at, terminal_id, method, outcome) values (1, 1, 't', 'card', 'ok')"), default);
        using var upkeep = new StorageUpkeep(
            Database, new AttemptRepository(Database), new LockoutRepository(Database), new WebSessionRepository(Database, new AuditLog(Database, Ids, TimeProvider.System), TimeProvider.System), TimeProvider.System, NullLogger<StorageUpkeep>.Instance);

        await upkeep.RunAsync(default);

        Assert.That(await Database.CountAsync("select count(*) from outbox where topic = 'old'"), Is.EqualTo(0));
        Assert.That(await Database.CountAsync("select count(*) from access_log where id = 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Round_of_upkeep_tells_the_planner_how_large_a_fresh_database_has_become()
    {
        if (Db == Db.PostgreSql)
        {
            Assert.That(await Database.CountAsync("select count(*) from pg_settings where name in ('autovacuum', 'track_counts') and setting = 'on'"), Is.EqualTo(2), "it counts by itself");
            return;
        }

        using var upkeep = new StorageUpkeep(
            Database, new AttemptRepository(Database), new LockoutRepository(Database), new WebSessionRepository(Database, new AuditLog(Database, Ids, TimeProvider.System), TimeProvider.System), TimeProvider.System, NullLogger<StorageUpkeep>.Instance);
        await upkeep.RunAsync(default);
        // One of two indexes is taken as long as nothing is known; then the other one becomes better.
        var byPerson = (await PlanAsync()).Contains("card_person", StringComparison.Ordinal);
        await Database.WriteAsync(async (c, _) => await c.ExecuteAsync("""
            with recursive n (i) as (select 1 union all select i + 1 from n where i < 4000)
            insert into person (id, org_id, user_name, user_folded, created_at, updated_at) select 7000000 + i, 1, 'upkeep' || i, 'upkeep' || i, 0, 0 from n
            """) + await c.ExecuteAsync("""
            with recursive n (i) as (select 1 union all select i + 1 from n where i < 4000)
            insert into card (id, org_id, key_id, hash, person_id, added_by, added_at) select 7000000 + i, 1, case when @byPerson then 'k' || i else 'k7' end, randomblob(32), 7000000 + case when @byPerson then 7 else i end, 'test', 0 from n
            """, new { byPerson }), default);
        var given = await Database.CountAsync("select count(*) from sqlite_stat1 where tbl = 'entry' and stat like '1000000 %'");
        await upkeep.RunAsync(default);

        Assert.That(await Database.CountAsync("select count(*) from sqlite_stat1 where tbl = 'person'"), Is.GreaterThan(0));
        Assert.That(await PlanAsync(), byPerson ? Does.Not.Contain("card_person") : Does.Contain("card_person"), "connections that were open know it too");
        Assert.That((await Database.CountAsync("select count(*) from sqlite_stat1 where tbl = 'entry' and stat like '1000000 %'"), given), Is.EqualTo((2L, 2L)), "a young table keeps the figures of a site");
        Assert.That(await ((Server.Data.Sqlite.SqliteDatabase)Database).UpdateStatisticsAsync(default), Is.False, "what did not change is not counted again");

        Task<string> PlanAsync() => Database.ReadAsync(async (c, _) => string.Join(' ', (await c.QueryAsync<(long, long, long, string Detail)>(
            "explain query plan select * from card where org_id = 1 and key_id = 'k7' and person_id = 7000007")).Select(r => r.Detail)), default);
    }

    [Test]
    public async Task Access_log_keeps_every_line_that_was_written_before_the_stop()
    {
        using var log = new AccessLogWriter(Database, Ids, NullLogger<AccessLogWriter>.Instance);
        await log.StartAsync(default);
        for (var i = 0; i < 1200; i++)
        {
            log.Write(new AccessLogEntry(DateTimeOffset.UtcNow, "term", i % 2 == 0 ? null : i, null, "card", "unknownCard", i % 3 == 0 ? null : "…42"));
        }

        await log.StopAsync(default);

        Assert.That(await Database.CountAsync("select count(*) from access_log where terminal_id = 'term'"), Is.EqualTo(1200));
        Assert.That(await Database.CountAsync("select count(*) from access_log where terminal_id = 'term' and card_suffix is null and device_id is null"), Is.EqualTo(200));
    }

    [Test]
    public async Task Container_wires_all_of_storage()
    {
        var options = await Databases.CreateAsync(Db, empty: true);
        await using (var services = new ServiceCollection().AddLogging().AddData(options).BuildServiceProvider(validateScopes: true))
        {
            Assert.That(await DataServices.MigrateAsync(services, default), Is.Not.Empty);
            foreach (var type in (Type[])[typeof(IDeviceJournal), typeof(ILoginLookup), typeof(ILockoutStore), typeof(IPollingClaims), typeof(IOutbox), typeof(IAccessLog)])
            {
                Assert.That(services.GetRequiredService(type), Is.Not.Null);
            }

            Assert.That(services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().Count(), Is.EqualTo(4));
        }

        await Databases.DropAsync(options);
    }

    [Test]
    public async Task Every_statement_is_understood_by_its_database()
    {
        await using var connection = await Database.OpenReaderAsync(default);
        foreach (var name in Database.Sql.Names)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Db == Db.Sqlite ? "explain " + Database.Sql[name] : Database.Sql[name];
            if (Db == Db.Sqlite)
            {
                Assert.That(() => Explain(command), Throws.Nothing, name);
            }
            else
            {
                Assert.That(command.CommandText, Does.Not.Contain("unixepoch"), name);
            }
        }
    }

    private static void Explain(System.Data.Common.DbCommand command)
    {
        command.CommandText = System.Text.RegularExpressions.Regex.Replace(command.CommandText, " in (@[a-zA-Z]+)", " in ($1)");
        foreach (System.Text.RegularExpressions.Match match in System.Text.RegularExpressions.Regex.Matches(command.CommandText, "@[a-zA-Z]+"))
        {
            if (!command.Parameters.Contains(match.Value))
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (match.Value, 1L);
                command.Parameters.Add(parameter);
            }
        }

        using var rows = command.ExecuteReader();
    }
}
