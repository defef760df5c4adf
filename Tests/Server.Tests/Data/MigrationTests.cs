using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class MigrationTests(Db db)
{
    private DataOptions? _options;
    private IDatabase? _database;

    [SetUp]
    public async Task CreateAsync()
    {
        _options = await Databases.CreateAsync(db, empty: true);
        _database = DataServices.Open(_options, NullLogger.Instance);
    }

    [TearDown]
    public async Task DropAsync()
    {
        await _database!.DisposeAsync();
        await Databases.DropAsync(_options!);
    }

    [Test]
    public async Task Empty_database_is_brought_up_to_date_and_a_second_run_does_nothing()
    {
        var first = await new MigrationRunner(_database!, TimeProvider.System).RunAsync(default);
        var second = await new MigrationRunner(_database!, TimeProvider.System).RunAsync(default);

        Assert.That(first, Is.EqualTo(Migration.For(_database!.Dialect).Select(m => m.Number)));
        Assert.That(second, Is.Empty);
        Assert.That(await ScalarAsync("select name from organisation where id = 1"), Is.EqualTo("default"));
    }

    [Test]
    public async Task Database_that_nobody_migrated_is_known_as_absent()
    {
        var absence = await DatabasePresence.AbsenceAsync(_options!, NullLogger.Instance, default);
        Assert.That(absence?.Key, Is.EqualTo(db == Db.Sqlite ? "Data:Directory" : "Data:ConnectionString"));
        Assert.That(absence?.Reason, Does.Contain("copytrack migrate"));
        await new MigrationRunner(_database!, TimeProvider.System).RunAsync(default);
        Assert.That(await DatabasePresence.AbsenceAsync(_options!, NullLogger.Instance, default), Is.Null);
    }

    [Test]
    public async Task Many_nodes_that_start_at_once_run_each_migration_once()
    {
        var nodes = Enumerable.Range(0, 4).Select(_ => DataServices.Open(_options!, NullLogger.Instance)).ToList();
        try
        {
            var ran = await Task.WhenAll(nodes.Select(node => Task.Run(() => new MigrationRunner(node, TimeProvider.System).RunAsync(default))));

            Assert.That(ran.Count(numbers => numbers.Count > 0), Is.EqualTo(1));
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    [Test]
    public async Task Newer_database_is_refused_and_left_alone()
    {
        var known = Migration.For(_database!.Dialect);
        var next = new Migration(known[^1].Number + 1, "next", "create table next (a integer)", "00");
        await new MigrationRunner(_database, TimeProvider.System, [.. known, next]).RunAsync(default);

        var run = new MigrationRunner(_database, TimeProvider.System);

        Assert.That(async () => await run.RunAsync(default), Throws.InstanceOf<DatabaseVersionException>().With.Message.Contains("newer program"));
    }

    [Test]
    public async Task Changed_old_migration_is_refused()
    {
        await new MigrationRunner(_database!, TimeProvider.System).RunAsync(default);
        var changed = Migration.For(_database!.Dialect).Select(m => m with { Hash = "00" }).ToList();

        Assert.That(
            async () => await new MigrationRunner(_database, TimeProvider.System, changed).RunAsync(default),
            Throws.InstanceOf<DatabaseVersionException>().With.Message.Contains("initial"));
    }

    [Test]
    public async Task Members_of_groups_are_packed_without_loss()
    {
        var known = Migration.For(_database!.Dialect);
        var far = UInt128.Parse("A5B6C7D8000000000000000000000001", System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        await new MigrationRunner(_database, TimeProvider.System, [.. known.TakeWhile(m => m.Name != "members")]).RunAsync(default);
        await _database.WriteAsync(
            async (c, ct) =>
            {
                foreach (var id in (long[])[258, 259, 260])
                {
                    await c.ExecuteAsync(
                        "insert into directory_group (id, generation, uuid, dn_key, name, print) values (@id, 7, @key, @key, 'g', @key)", new { id, key = EntryKey.ToOctets((UInt128)id) });
                }

                foreach (var (member, group) in ((UInt128, long)[])[(1, 258), (2, 258), (2, 259), (far, 260), (UInt128.MaxValue, 259)])
                {
                    await c.ExecuteAsync("insert into directory_member (generation, member_key, group_id) values (7, @key, @group)", new { key = EntryKey.ToOctets(member), group });
                }

                return true;
            },
            default);
        await new MigrationRunner(_database, TimeProvider.System).RunAsync(default);
        var groups = new DirectoryGroups(_database, new IdGenerator(TimeProvider.System));
        var (of, in258, in260) = await _database.ReadAsync(
            async (c, ct) => (await groups.OfMembersAsync(c, 7, [EntryKey.ToOctets(1), EntryKey.ToOctets(2), EntryKey.ToOctets(far), EntryKey.ToOctets(UInt128.MaxValue)], ct), await groups.MembersAsync(c, 258, ct), await groups.MembersAsync(c, 260, ct)), default);
        Assert.That(of[1], Is.EqualTo(new[] { 258L }));
        Assert.That(of[2], Is.EquivalentTo(new[] { 258L, 259L }));
        Assert.That(in258, Is.EquivalentTo(new UInt128[] { 1, 2 }));
        Assert.That(of[far].Concat(of[UInt128.MaxValue]), Is.EqualTo(new[] { 260L, 259L }), "in other buckets");
        Assert.That(in260, Is.EquivalentTo(new[] { far }));
    }

    [Test]
    public async Task Migration_that_fails_leaves_nothing_behind()
    {
        var known = Migration.For(_database!.Dialect);
        var bad = new Migration(known[^1].Number + 1, "bad", "create table half (a integer); select * from nowhere;", "00");

        Assert.That(async () => await new MigrationRunner(_database, TimeProvider.System, [.. known, bad]).RunAsync(default), Throws.Exception);
        Assert.That(async () => await ScalarAsync("select name from organisation"), Throws.Exception);
        Assert.That(await new MigrationRunner(_database, TimeProvider.System).RunAsync(default), Is.Not.Empty);
    }

    [Test]
    public async Task Levels_of_supplies_move_into_the_table_of_days()
    {
        var known = Migration.For(_database!.Dialect);
        await new MigrationRunner(_database, TimeProvider.System, [.. known.Where(m => m.Number <= 24)]).RunAsync(default);
        const long Day = 86_400_000_000;
        await _database.WriteAsync(
            (c, ct) => c.ExecuteAsync(new CommandDefinition(
                """
                insert into device (id, org_id, name, name_folded, address, created_at, updated_at) values (5, 1, 'd', 'd', 'h', 0, 0);
                insert into supply_level (device_id, supply, at, percent) values (5, '1.1', @noon, 90), (5, '1.1', @evening, 88), (5, '1.1', @next, 87);
                """,
                new { noon = (20_000 * Day) + (Day / 2), evening = (20_000 * Day) + (Day - 1), next = 20_001 * Day }, cancellationToken: ct)),
            default);
        await new MigrationRunner(_database, TimeProvider.System).RunAsync(default);
        var first = DateOnly.FromDateTime(DateTimeOffset.UnixEpoch.AddDays(20_000).Date).DayNumber;
        Assert.That(await ScalarAsync("select cast(count(*) as text) from supply_day"), Is.EqualTo("2"));
        Assert.That(await ScalarAsync($"select cast(percent as text) from supply_day where day = {first} and kind = 'supply' and supply = '1.1'"), Is.EqualTo("88"));
        Assert.That(await ScalarAsync($"select cast(percent as text) from supply_day where day = {first + 1}"), Is.EqualTo("87"));
    }

    private Task<string?> ScalarAsync(string sql) => _database!.ReadAsync((c, ct) => c.ExecuteScalarAsync<string>(new CommandDefinition(sql, cancellationToken: ct)), default);
}
