using CopyTrack.Server.Data;
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
    public async Task Migration_that_fails_leaves_nothing_behind()
    {
        var known = Migration.For(_database!.Dialect);
        var bad = new Migration(known[^1].Number + 1, "bad", "create table half (a integer); select * from nowhere;", "00");

        Assert.That(async () => await new MigrationRunner(_database, TimeProvider.System, [.. known, bad]).RunAsync(default), Throws.Exception);
        Assert.That(async () => await ScalarAsync("select name from organisation"), Throws.Exception);
        Assert.That(await new MigrationRunner(_database, TimeProvider.System).RunAsync(default), Is.Not.Empty);
    }

    private Task<string?> ScalarAsync(string sql) => _database!.ReadAsync((c, ct) => c.ExecuteScalarAsync<string>(new CommandDefinition(sql, cancellationToken: ct)), default);
}
